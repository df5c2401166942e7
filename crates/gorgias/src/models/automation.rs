//! What acts on tickets by itself: rules, integrations, settings of the account. Read to be named before records move;
//! of a rule's code only the names of its actions are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A rule as read (`GET /rules`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RuleRow {
    /// The Gorgias id.
    pub id: i64,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// What sets it off, in the order given.
    #[serde(default, deserialize_with = "comma_list")]
    pub event_types: Vec<String>,
    /// What it does: the names in its code's `Action('name', …)`, each once.
    #[serde(default, rename = "code", deserialize_with = "actions")]
    pub acts: Vec<String>,
    /// Set when it is off, as written by Gorgias.
    #[serde(default)]
    pub deactivated_datetime: Option<String>,
}

impl RuleRow {
    /// Whether it is on.
    pub fn is_active(&self) -> bool {
        self.deactivated_datetime.is_none()
    }
}

/// An integration as read (`GET /integrations`); its address and credentials are left where they are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IntegrationRow {
    /// The Gorgias id.
    pub id: i64,
    /// The type, such as `http` or `email`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// What makes it call its address.
    #[serde(default, rename = "http", deserialize_with = "triggers")]
    pub triggers: Vec<String>,
    /// Set when it is off, as written by Gorgias.
    #[serde(default)]
    pub deactivated_datetime: Option<String>,
}

impl IntegrationRow {
    /// Whether it is on.
    pub fn is_active(&self) -> bool {
        self.deactivated_datetime.is_none()
    }
}

/// A setting of the account as read (`GET /account/settings`): its flags, by their place in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SettingRow {
    /// The Gorgias id.
    pub id: i64,
    /// The type, such as `satisfaction-surveys`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// `tickets.enabled`, `send_survey_for_email` and the like.
    #[serde(default, rename = "data", deserialize_with = "flags")]
    pub flags: BTreeMap<String, bool>,
}

fn comma_list<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let text = |value: &Value| value.as_str().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
    Ok(match Option::<Value>::deserialize(input)? {
        Some(Value::String(list)) => list.split(',').filter_map(|one| text(&one.into())).collect(),
        Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
        _ => Vec::new(),
    })
}

fn actions<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let code = Option::<Value>::deserialize(input)?;
    let code = code.as_ref().and_then(Value::as_str).unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for (at, call) in code.match_indices("Action(") {
        let rest = code.get(at + call.len()..).unwrap_or_default().trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`')) else { continue };
        let name: String =
            rest.chars().skip(1).take_while(|c| *c != quote && c.is_ascii_alphanumeric()).collect();
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    Ok(found)
}

fn triggers<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let http = Option::<Value>::deserialize(input)?;
    let triggers = http.as_ref().and_then(|http| http.get("triggers")).and_then(Value::as_object);
    let on = triggers.into_iter().flatten().filter(|(_, on)| on.as_bool() == Some(true));
    Ok(on.map(|(name, _)| name.clone()).collect())
}

fn flags<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, bool>, D::Error> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![(String::new(), Value::deserialize(input)?)];
    while let Some((place, value)) = waiting.pop() {
        match value {
            Value::Bool(on) => {
                found.insert(place, on);
            }
            Value::Object(members) => waiting.extend(members.into_iter().map(|(name, member)| {
                (if place.is_empty() { name } else { format!("{place}.{name}") }, member)
            })),
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_rule_its_events_and_the_names_of_its_actions_are_read() {
        let code = "if (x) { Action('replyToTicket', {body_text: 'secret'}); Action( \"addTags\", {}) } Action(name)";
        let rule =
            json!({"id": 3, "name": "R", "event_types": "ticket-created, ticket-updated", "code": code});
        let rule: RuleRow = serde_json::from_value(rule).unwrap();
        assert_eq!(rule.acts, ["replyToTicket", "addTags"]);
        assert_eq!(rule.event_types, ["ticket-created", "ticket-updated"]);
        assert!(rule.is_active());
    }

    #[test]
    fn only_what_is_on_makes_an_integration_call() {
        let triggers = json!({"ticket-created": true, "ticket-updated": false});
        let row = json!({"id": 1, "type": "http", "http": {"url": "https://x", "triggers": triggers}, "deactivated_datetime": "2023"});
        let row: IntegrationRow = serde_json::from_value(row).unwrap();
        assert_eq!((row.triggers.as_slice(), row.is_active()), (&["ticket-created".to_owned()][..], false));
        assert!(
            serde_json::from_value::<IntegrationRow>(json!({"id": 1, "http": null}))
                .unwrap()
                .triggers
                .is_empty()
        );
    }

    #[test]
    fn the_flags_of_a_setting_are_named_by_their_place() {
        let setting = json!({"id": 1, "type": "auto-merge", "data": {"tickets": {"enabled": true}, "days": 5, "text": "x"}});
        let setting: SettingRow = serde_json::from_value(setting).unwrap();
        assert_eq!(setting.flags, BTreeMap::from([("tickets.enabled".to_owned(), true)]));
    }
}
