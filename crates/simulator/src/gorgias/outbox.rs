//! What the account would have sent or set off: e-mails, invitations, rules, webhooks, surveys. The counts are the
//! evidence of silence; nothing is ever sent.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::kind::Kind;
use super::state::State;
use crate::settings::Settings;

/// Examples kept of each thing that would have happened.
const MAX_EXAMPLES: usize = 1000;

/// An e-mail that would have left.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Email {
    pub(crate) reason: &'static str,
    pub(crate) ticket_id: Option<i64>,
    pub(crate) message_id: Option<i64>,
    pub(crate) to: Option<String>,
}

/// A rule that would have acted.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fired {
    pub(crate) rule_id: i64,
    pub(crate) rule: String,
    pub(crate) event: &'static str,
    pub(crate) ticket_id: i64,
}

/// Everything that would have happened.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) emails_sent: u64,
    pub(crate) emails: Vec<Email>,
    pub(crate) invitations_sent: u64,
    pub(crate) rules_fired: u64,
    pub(crate) fired_by_rule: BTreeMap<String, u64>,
    pub(crate) fired: Vec<Fired>,
    pub(crate) webhooks_fired: u64,
    pub(crate) surveys_scheduled: u64,
}

impl Outbox {
    /// Counts an e-mail.
    pub(super) fn send(&mut self, email: Email) {
        self.emails_sent += 1;
        if self.emails.len() < MAX_EXAMPLES {
            self.emails.push(email);
        }
    }

    fn fire(&mut self, fired: Fired) {
        self.rules_fired += 1;
        *self.fired_by_rule.entry(fired.rule.clone()).or_default() += 1;
        if self.fired.len() < MAX_EXAMPLES {
            self.fired.push(fired);
        }
    }
}

/// What happened to which ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Happening {
    pub(super) event: &'static str,
    pub(super) ticket_id: i64,
    pub(super) imported: bool,
    pub(super) by_api: bool,
}

/// Lets rules and webhooks see an event. Rules that answer the customer keep silent on the channel `api`.
/// Source: Gorgias, developers.gorgias.com/docs/create-a-ticket-using-api.
pub(super) fn happen(state: &mut State, settings: &Settings, happening: Happening) {
    let listens = |fields: &Map<String, Value>, name: &str| {
        let events = fields.get(name);
        let in_text = events
            .and_then(Value::as_str)
            .is_some_and(|csv| csv.split(',').any(|one| one.trim() == happening.event));
        let in_object = events.and_then(|value| value.get(happening.event)).and_then(Value::as_bool);
        in_text || in_object.unwrap_or(false)
    };
    let active = |fields: &Map<String, Value>| fields.get("deactivated_datetime").is_none_or(Value::is_null);
    let hooks = state.table(Kind::Integration).records().map(|(_, record)| record.fields());
    let triggered = |fields: &Map<String, Value>| {
        fields.get("http").and_then(Value::as_object).is_some_and(|http| listens(http, "triggers"))
    };
    let webhooks = hooks.filter(|fields| active(fields) && triggered(fields)).count();
    state.outbox.webhooks_fired += webhooks as u64;
    if happening.imported && !settings.rules_fire_for_imported {
        return;
    }
    let rules: Vec<(i64, Map<String, Value>)> =
        state.table(Kind::Rule).records().map(|(id, record)| (id, record.fields())).collect();
    for (rule_id, fields) in rules {
        if !active(&fields) || !listens(&fields, "event_types") {
            continue;
        }
        let code = fields.get("code").and_then(Value::as_str).unwrap_or_default();
        let answers = code.contains("replyToTicket");
        if answers && happening.by_api {
            continue;
        }
        let rule = fields.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        state.outbox.fire(Fired { rule_id, rule, event: happening.event, ticket_id: happening.ticket_id });
        if answers {
            let ticket_id = Some(happening.ticket_id);
            state.outbox.send(Email { reason: "auto_reply", ticket_id, message_id: None, to: None });
        }
    }
}

/// Counts the survey that closing a ticket would have sent.
pub(super) fn close(state: &mut State, settings: &Settings, channel: &str, imported: bool) {
    let surveyed = |fields: &Map<String, Value>| {
        let data = fields.get("data");
        let wanted =
            data.and_then(|data| data.get(format!("send_survey_for_{channel}"))).and_then(Value::as_bool);
        fields.get("type").and_then(Value::as_str) == Some("satisfaction-surveys") && wanted.unwrap_or(false)
    };
    let on = state.table(Kind::AccountSetting).records().any(|(_, record)| surveyed(&record.fields()));
    if on && (!imported || settings.surveys_for_imported) {
        state.outbox.surveys_scheduled += 1;
    }
}
