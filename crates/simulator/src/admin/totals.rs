//! Gauges over the whole destination: how many of each kind, what would have been sent, what would have acted, and
//! whether anything private became public.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::gorgias::{Kind, Record};
use crate::request_log::Api;
use crate::world::Shared;

/// Stands in the text of every internal comment of the source.
const INTERNAL_MARKER: &str = "[internal:";

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/state", get(totals)).route("/emails", get(emails)).route("/rules", get(rules))
}

async fn totals(State(world): State<Shared>) -> Json<Value> {
    let (requests, throttled) =
        world.log.fold(([0_u64; 2], [0_u64; 2]), |(mut requests, mut throttled), entry, _| {
            let side = usize::from(entry.api == Api::Gorgias);
            requests[side] += 1;
            throttled[side] += u64::from(entry.status == 429);
            (requests, throttled)
        });
    let state = world.gorgias.state();
    let counts: BTreeMap<&str, usize> =
        Kind::ALL.into_iter().map(|kind| (kind.name(), state.table(kind).len())).collect();
    let duplicates: BTreeMap<&str, usize> =
        Kind::ALL.into_iter().map(|kind| (kind.name(), state.table(kind).duplicates())).collect();
    let public = state.table(Kind::Message).records().filter(|(_, message)| is_leak(message)).count();
    let outbox = &state.outbox;
    let mut answer = json!(counts);
    let rest = json!({
        "duplicates": duplicates,
        "duplicates_total": duplicates.values().sum::<usize>(),
        "emails_sent": outbox.emails_sent,
        "invitations_sent": outbox.invitations_sent,
        "rules_fired": outbox.rules_fired,
        "webhooks_fired": outbox.webhooks_fired,
        "surveys_scheduled": outbox.surveys_scheduled,
        "people_touched_by_reference": state.people_touched,
        "private_notes_public": public,
        "responses_429": throttled[1],
        "atera_responses_429": throttled[0],
        "requests": {"atera": requests[0], "gorgias": requests[1]},
        "token_sent_to_files": world.atera.token_sent_to_files(),
    });
    if let (Value::Object(answer), Value::Object(rest)) = (&mut answer, rest) {
        answer.extend(rest);
    }
    Json(answer)
}

/// A message that holds an internal comment's text and that a customer can see.
fn is_leak(message: &Record) -> bool {
    if !message.text().contains(INTERNAL_MARKER) {
        return false;
    }
    let fields = message.fields();
    fields.get("public") != Some(&json!(false)) || fields.get("channel") != Some(&json!("internal-note"))
}

async fn emails(State(world): State<Shared>) -> Json<Value> {
    let state = world.gorgias.state();
    Json(json!({"emails_sent": state.outbox.emails_sent, "emails": state.outbox.emails}))
}

async fn rules(State(world): State<Shared>) -> Json<Value> {
    let state = world.gorgias.state();
    let outbox = &state.outbox;
    Json(json!({
        "rules_fired": outbox.rules_fired,
        "by_rule": outbox.fired_by_rule,
        "fired": outbox.fired,
        "webhooks_fired": outbox.webhooks_fired,
        "surveys_scheduled": outbox.surveys_scheduled,
    }))
}
