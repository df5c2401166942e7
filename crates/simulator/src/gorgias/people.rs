//! References to people inside tickets and messages. Only `{id}` is harmless: every further key changes the
//! person, and an unknown e-mail makes one. Both are counted as what they are, accidents.
//! Source: Gorgias' retired API documentation, "objects nested in a ticket".

use serde_json::{Map, Value, json};

use super::kind::{Kind, email_key};
use super::state::State;

/// Looks a reference up and changes nothing: the reason why it cannot stand, if there is one.
pub(super) fn check(
    state: &State,
    kind: Kind,
    path: &str,
    reference: &Value,
) -> Result<(), (String, String)> {
    let wrong = |reason: String| Err((path.to_owned(), reason));
    let given = |name: &str| reference.get(name).filter(|value| !value.is_null());
    if let Some(id) = given("id") {
        return match id.as_i64() {
            Some(id) if state.table(kind).record(id).is_some() => Ok(()),
            Some(id) => wrong(format!("{} {id} does not exist.", kind.noun())),
            None => wrong("id: Not a valid integer.".to_owned()),
        };
    }
    match given("email").and_then(Value::as_str) {
        None => wrong("Either id or email is required.".to_owned()),
        Some(email) if 320 < email.chars().count() || !email.contains('@') => {
            wrong("email: Not a valid e-mail address.".to_owned())
        }
        Some(email) if kind == Kind::User && state.table(kind).find(&email_key(email)).is_empty() => {
            wrong("No user has this e-mail.".to_owned())
        }
        Some(_) => Ok(()),
    }
}

/// The person a checked reference means; touches the person where the reference says more than an id.
pub(super) fn resolve(state: &mut State, kind: Kind, reference: &Value, now_ms: u64) -> Option<i64> {
    let extras: Map<String, Value> = reference
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| *name != "id" && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(id) = reference.get("id").and_then(Value::as_i64) {
        if !extras.is_empty() {
            touch(state, kind, id, extras);
        }
        return Some(id);
    }
    let email = reference.get("email").and_then(Value::as_str)?.trim();
    if let Some(id) = state.table(kind).find(&email_key(email)).first().copied() {
        if 1 < extras.len() {
            touch(state, kind, id, extras);
        }
        return Some(id);
    }
    if kind != Kind::Customer {
        return None;
    }
    state.people_touched += 1;
    let mut fields = extras;
    fields.insert("channels".to_owned(), json!([{"type": "email", "address": email, "preferred": true}]));
    Some(state.create(Kind::Customer, now_ms, fields))
}

fn touch(state: &mut State, kind: Kind, id: i64, extras: Map<String, Value>) {
    state.people_touched += 1;
    state.table_mut(kind).edit(id, |fields| fields.extend(extras));
}
