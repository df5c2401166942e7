//! The last look at a body before it leaves. Whatever the types said, a message without the time it was sent (Gorgias
//! would mail it), a note that could be seen by a customer, and a person named by more than an id do not pass.
//! Works on the JSON itself and never changes it.

use reqwest::Method;
use serde_json::Value;

use crate::call::{Call, Payload, Target};
use crate::models::{INTERNAL_NOTE, NewTicket};

/// What a body holds, counted by the gate itself and not by the types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Census {
    /// Messages, notes included.
    pub(crate) messages: usize,
    /// Internal notes.
    pub(crate) notes: usize,
    /// Messages without a readable time of sending.
    pub(crate) without_sent_datetime: usize,
}

/// Lets a call pass and says what it holds, or names the places that must not leave.
pub(crate) fn check(call: &Call) -> Result<Census, Vec<String>> {
    let (Payload::Json(body), Target::Path(path)) = (&call.payload, &call.target) else {
        return Ok(Census::default());
    };
    let mut inspection = Inspection::default();
    if body.is_null() {
        inspection.refuse("body");
    }
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["tickets"] => inspection.ticket(body, call.method == Method::POST),
        ["tickets", _] => inspection.ticket(body, false),
        ["tickets", _, "messages", ..] => {
            // `?action=` makes Gorgias send, retry or cancel a sending.
            if call.query.iter().any(|(key, _)| *key == "action") {
                inspection.refuse("action");
            }
            inspection.message("", body);
        }
        _ => inspection.thread(body),
    }
    if inspection.refused.is_empty() { Ok(inspection.census) } else { Err(inspection.refused) }
}

#[derive(Default)]
struct Inspection {
    census: Census,
    refused: Vec<String>,
}

impl Inspection {
    fn refuse(&mut self, place: impl Into<String>) {
        let place = place.into();
        if !self.refused.contains(&place) {
            self.refused.push(place);
        }
    }

    fn ticket(&mut self, body: &Value, is_new: bool) {
        for key in ["customer", "assignee_user", "assignee_team"] {
            self.person(key, body.get(key));
        }
        if is_new {
            let count = body.get("messages").and_then(Value::as_array).map_or(0, Vec::len);
            if count == 0 || count > NewTicket::MAX_MESSAGES {
                self.refuse("messages");
            }
        }
        self.thread(body);
    }

    fn thread(&mut self, body: &Value) {
        match body.get("messages") {
            None => {}
            Some(Value::Array(messages)) => {
                for (index, message) in messages.iter().enumerate() {
                    self.message(&format!("messages[{index}]."), message);
                }
            }
            Some(_) => self.refuse("messages"),
        }
    }

    fn message(&mut self, at: &str, message: &Value) {
        self.census.messages += 1;
        if !has_sent_datetime(message) {
            self.census.without_sent_datetime += 1;
            self.refuse(format!("{at}sent_datetime"));
        }
        let is_note = ["channel", "via"].iter().any(|key| {
            message.get(key).and_then(Value::as_str).is_some_and(|slug| slug.trim() == INTERNAL_NOTE)
        });
        let is_hidden = message.get("public") == Some(&Value::Bool(false));
        if is_note {
            self.census.notes += 1;
        }
        // A note must be hidden, and nothing else may be: one without the other is a note half turned public.
        if is_note != is_hidden || (is_note && !is_wholly_a_note(message)) {
            self.refuse(format!("{at}public"));
        }
        if !message.get("from_agent").is_some_and(Value::is_boolean) {
            self.refuse(format!("{at}from_agent"));
        }
        for key in ["sender", "receiver"] {
            self.person(&format!("{at}{key}"), message.get(key));
        }
    }

    /// A person is absent, null, or an object with an id and nothing else.
    fn person(&mut self, at: &str, person: Option<&Value>) {
        let is_reference = match person {
            None | Some(Value::Null) => true,
            Some(Value::Object(keys)) => keys.len() == 1 && keys.get("id").is_some_and(Value::is_i64),
            Some(_) => false,
        };
        if !is_reference {
            self.refuse(at);
        }
    }
}

fn has_sent_datetime(message: &Value) -> bool {
    let sent = message.get("sent_datetime").and_then(Value::as_str);
    sent.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
}

fn is_wholly_a_note(message: &Value) -> bool {
    message.get("channel").and_then(Value::as_str) == Some(INTERNAL_NOTE)
}

#[cfg(test)]
mod tests;
