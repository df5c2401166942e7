//! Stored records as the API shows them: every field the read model has, null where nothing is stored, people and
//! tags spelled out. Fields whose name begins with `_` are the server's own clock and never shown under that name.

use serde_json::{Map, Value, json};

use super::kind::{Kind, tag_key, ticket_key};
use super::state::State;
use crate::clock::Clock;
use crate::settings::Settings;

const MESSAGE_FIELDS: [&str; 29] = [
    "id",
    "uri",
    "external_id",
    "message_id",
    "ticket_id",
    "integration_id",
    "rule_id",
    "public",
    "channel",
    "via",
    "from_agent",
    "imported",
    "source",
    "subject",
    "body_text",
    "body_html",
    "stripped_text",
    "stripped_html",
    "stripped_signature",
    "attachments",
    "headers",
    "meta",
    "macros",
    "actions",
    "mention_ids",
    "sent_datetime",
    "failed_datetime",
    "opened_datetime",
    "deleted_datetime",
];

const TICKET_FIELDS: [&str; 20] = [
    "id",
    "uri",
    "external_id",
    "subject",
    "status",
    "priority",
    "channel",
    "via",
    "from_agent",
    "imported",
    "language",
    "meta",
    "spam",
    "is_unread",
    "assignee_team",
    "snooze_datetime",
    "trashed_datetime",
    "last_message_datetime",
    "last_received_message_datetime",
    "split_from",
];

const PERSON_FIELDS: [&str; 14] = [
    "id",
    "uri",
    "external_id",
    "email",
    "name",
    "firstname",
    "lastname",
    "language",
    "timezone",
    "note",
    "channels",
    "integrations",
    "data",
    "meta",
];

/// Draws records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) state: &'a State,
    pub(crate) clock: &'a Clock,
    pub(crate) settings: &'a Settings,
}

impl View<'_> {
    /// Any record as its own endpoint shows it; null if there is none.
    pub(crate) fn draw(&self, kind: Kind, id: i64) -> Value {
        let mut drawn = match kind {
            Kind::Ticket => self.ticket(id),
            Kind::Message => self.message(id),
            Kind::Customer => self.customer(id),
            _ => self.plain(kind, id),
        };
        if !self.settings.answers_carry_offset {
            strip_offsets(&mut drawn);
        }
        drawn
    }

    /// A ticket with its messages and field values.
    pub(crate) fn whole_ticket(&self, id: i64) -> Value {
        let mut ticket = self.draw(Kind::Ticket, id);
        let messages = self.message_ids(id).into_iter().map(|id| self.draw(Kind::Message, id)).collect();
        ticket["messages"] = Value::Array(messages);
        ticket["custom_fields"] = self.values(Kind::Ticket, id).into();
        ticket
    }

    /// The ids of a ticket's messages in the order of the thread.
    pub(crate) fn message_ids(&self, ticket: i64) -> Vec<i64> {
        let table = self.state.table(Kind::Message);
        let mut dated: Vec<(String, i64)> = Vec::new();
        for id in table.find(&ticket_key(ticket)) {
            let Some(record) = table.record(*id) else { continue };
            let given = record.fields().get("created_datetime").and_then(Value::as_str).map(str::to_owned);
            dated.push((given.unwrap_or_else(|| self.clock.instant(record.created_ms)), *id));
        }
        dated.sort();
        dated.into_iter().map(|(_, id)| id).collect()
    }

    /// The field values of a ticket or customer, each with its definition.
    pub(crate) fn values(&self, kind: Kind, id: i64) -> Vec<Value> {
        let stored = self.state.table(kind).get(id).unwrap_or_default();
        let values = stored.get("custom_fields").and_then(Value::as_array).cloned().unwrap_or_default();
        let draw = |entry: Value| {
            let definition = entry["id"].as_i64().unwrap_or_default();
            let field = self.plain(Kind::CustomField, definition);
            json!({"id": definition, "value": entry["value"], "field": field, "prediction": null})
        };
        values.into_iter().map(draw).collect()
    }

    fn ticket(&self, id: i64) -> Value {
        let Some(record) = self.state.table(Kind::Ticket).record(id) else {
            return Value::Null;
        };
        let stored = record.fields();
        let mut ticket = pick(&stored, &TICKET_FIELDS);
        let created = self.clock.instant(record.created_ms);
        let given = |name: &str| stored.get(name).and_then(Value::as_str).map(str::to_owned);
        let made = given("created_datetime").unwrap_or_else(|| created.clone());
        let updated =
            given("updated_datetime").or_else(|| given("_updated")).unwrap_or_else(|| created.clone());
        ticket.insert("uri".into(), format!("/api/tickets/{id}/").into());
        ticket.insert(
            "opened_datetime".into(),
            given("opened_datetime").unwrap_or_else(|| made.clone()).into(),
        );
        ticket.insert("created_datetime".into(), made.into());
        ticket.insert("updated_datetime".into(), updated.into());
        ticket.insert("closed_datetime".into(), json!(given("closed_datetime").or_else(|| given("_closed"))));
        ticket.insert("customer".into(), self.person(Kind::Customer, stored.get("customer")));
        ticket.insert("assignee_user".into(), self.person(Kind::User, stored.get("assignee_user")));
        let tags =
            stored.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_i64);
        let tags = tags.filter_map(|tag| self.state.table(Kind::Tag).get(tag));
        let tag = |fields: Map<String, Value>| Value::Object(pick(&fields, &["id", "name", "decoration"]));
        ticket.insert("tags".into(), tags.map(tag).collect());
        let messages = self.state.table(Kind::Message).find(&ticket_key(id));
        ticket.insert("messages_count".into(), messages.len().into());
        let last =
            messages.last().and_then(|last| self.state.table(Kind::Message).get(*last)).unwrap_or_default();
        let text = last.get("body_text").and_then(Value::as_str).unwrap_or_default();
        ticket.insert("excerpt".into(), text.chars().take(200).collect::<String>().into());
        let survey = self.state.table(Kind::Survey).find(&ticket_key(id)).first();
        ticket.insert(
            "satisfaction_survey".into(),
            survey.map_or(Value::Null, |id| self.plain(Kind::Survey, *id)),
        );
        for (name, value) in [("summary", Value::Null), ("reply_options", Value::Null), ("events", json!([]))]
        {
            ticket.insert(name.into(), value);
        }
        Value::Object(ticket)
    }

    fn message(&self, id: i64) -> Value {
        let Some(record) = self.state.table(Kind::Message).record(id) else {
            return Value::Null;
        };
        let stored = record.fields();
        let mut message = pick(&stored, &MESSAGE_FIELDS);
        let created = self.clock.instant(record.created_ms);
        let given = |name: &str| stored.get(name).and_then(Value::as_str).map(str::to_owned);
        message.insert("uri".into(), format!("/api/tickets/{}/messages/{id}/", stored["ticket_id"]).into());
        message.insert("created_datetime".into(), given("created_datetime").unwrap_or(created).into());
        if message["sent_datetime"].is_null() {
            message.insert("sent_datetime".into(), json!(given("_sent")));
        }
        let agent = stored.get("from_agent").and_then(Value::as_bool).unwrap_or(false);
        let side = if agent { Kind::User } else { Kind::Customer };
        message.insert("sender".into(), self.person(side, stored.get("sender")));
        message.insert("receiver".into(), self.person(Kind::Customer, stored.get("receiver")));
        message.insert("last_sending_error".into(), Value::Null);
        Value::Object(message)
    }

    fn customer(&self, id: i64) -> Value {
        let Some(record) = self.state.table(Kind::Customer).record(id) else {
            return Value::Null;
        };
        let stored = record.fields();
        let mut customer = pick(&stored, &PERSON_FIELDS);
        let created = self.clock.instant(record.created_ms);
        let updated = stored.get("_updated").cloned().unwrap_or_else(|| created.clone().into());
        let name = stored.get("name").and_then(Value::as_str).unwrap_or_default();
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        customer.insert("uri".into(), format!("/api/customers/{id}/").into());
        customer.insert("firstname".into(), first.into());
        customer.insert("lastname".into(), last.into());
        let short = json!({"id": id, "name": stored.get("name")});
        let channels = stored.get("channels").and_then(Value::as_array).cloned().unwrap_or_default();
        let numbered = channels.into_iter().enumerate().map(|(place, mut channel)| {
            // A channel's id follows from its customer's, so that it stays the same from read to read.
            channel["id"] = json!(id * 1000 + place as i64);
            channel["customer"] = short.clone();
            channel["created_datetime"] = created.clone().into();
            channel["updated_datetime"] = created.clone().into();
            channel["deleted_datetime"] = Value::Null;
            channel
        });
        customer.insert("channels".into(), numbered.collect());
        customer.insert("integrations".into(), json!({}));
        customer.insert("meta".into(), json!({"name_set_via": "api"}));
        customer.insert("updated_datetime".into(), updated);
        customer.insert("created_datetime".into(), created.into());
        Value::Object(customer)
    }

    fn plain(&self, kind: Kind, id: i64) -> Value {
        let Some(record) = self.state.table(kind).record(id) else {
            return Value::Null;
        };
        let mut fields = record.fields();
        fields.retain(|name, _| !name.starts_with('_'));
        let created = self.clock.instant(record.created_ms);
        fields.entry("created_datetime").or_insert_with(|| created.into());
        fields.insert("uri".into(), format!("/api/{}/{id}/", kind.name().replace('_', "-")).into());
        let always: &[&str] = match kind {
            Kind::Tag => &["description", "decoration", "deleted_datetime"],
            Kind::CustomField => &["external_id", "description", "managed_type", "deactivated_datetime"],
            Kind::User => {
                &["external_id", "firstname", "lastname", "bio", "country", "language", "timezone", "meta"]
            }
            _ => &[],
        };
        for name in always {
            fields.entry(*name).or_insert(Value::Null);
        }
        if kind == Kind::Tag {
            fields.insert("usage".into(), self.state.table(Kind::Ticket).find(&tag_key(id)).len().into());
        }
        Value::Object(fields)
    }

    fn person(&self, kind: Kind, id: Option<&Value>) -> Value {
        let Some(id) = id.and_then(Value::as_i64) else {
            return Value::Null;
        };
        match self.state.table(kind).get(id) {
            Some(fields) => Value::Object(pick(&fields, &["id", "email", "name", "external_id"])),
            None => Value::Null,
        }
    }
}

/// The named fields, null where nothing is stored.
fn pick(stored: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names.iter().map(|name| ((*name).to_owned(), stored.get(*name).cloned().unwrap_or(Value::Null))).collect()
}

fn strip_offsets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                match inner {
                    Value::String(text) if name.ends_with("_datetime") => {
                        *text = text.trim_end_matches("+00:00").to_owned();
                    }
                    _ => strip_offsets(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip_offsets),
        _ => {}
    }
}
