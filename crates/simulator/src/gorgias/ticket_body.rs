//! What a ticket may be when it is created and when it is changed. Source: Gorgias OpenAPI 1.5.1, tickets.

use serde_json::{Map, Value};

use super::field_values::{self, check_values};
use super::kind::{Kind, external_key};
use super::message_body;
use super::schema::{Field, Shape, field, instant, open, text};
use super::state::State;
use super::{people, tags, visible};
use crate::settings::Settings;

static MESSAGE: Shape = Shape::Object(&message_body::FIELDS);

static TAG: [Field; 2] =
    [field("name", Shape::Text { min: 1, max: 256 }).required(), open("decoration").or_null()];
static TAG_ROW: Shape = Shape::Object(&TAG);

/// Fields of a ticket that is created.
pub(super) static CREATE: [Field; 26] = [
    field("messages", Shape::List { of: &MESSAGE, min: 1, max: 500 }).required(),
    field("via", Shape::OneOf(&message_body::VIA)).required(),
    field("channel", Shape::Text { min: 1, max: 100 }),
    text("subject", 998).or_null(),
    field("status", Shape::OneOf(&["open", "closed"])),
    field("priority", Shape::OneOf(&["critical", "high", "normal", "low"])),
    open("customer").or_null(),
    open("assignee_user").or_null(),
    open("assignee_team").or_null(),
    field("tags", Shape::List { of: &TAG_ROW, min: 0, max: 1000 }).or_null(),
    field("custom_fields", Shape::List { of: &field_values::VALUE, min: 0, max: 1000 }).or_null(),
    text("external_id", 255).or_null(),
    field("from_agent", Shape::Bool),
    text("language", 5),
    open("meta"),
    field("spam", Shape::Bool),
    field("imported", Shape::Bool),
    field("split_from", Shape::Int),
    instant("created_datetime"),
    instant("opened_datetime"),
    instant("closed_datetime"),
    instant("updated_datetime"),
    instant("last_message_datetime"),
    instant("last_received_message_datetime"),
    instant("snooze_datetime"),
    instant("trashed_datetime"),
];

/// Fields of a ticket that is changed: dates of birth, messages and the import flag cannot be.
pub(super) static CHANGE: [Field; 21] = [
    field("via", Shape::OneOf(&message_body::VIA)),
    field("channel", Shape::Text { min: 1, max: 100 }),
    text("subject", 998).or_null(),
    field("status", Shape::OneOf(&["open", "closed"])),
    field("priority", Shape::OneOf(&["critical", "high", "normal", "low"])),
    open("customer").or_null(),
    open("assignee_user").or_null(),
    open("assignee_team").or_null(),
    field("tags", Shape::List { of: &TAG_ROW, min: 0, max: 1000 }).or_null(),
    field("custom_fields", Shape::List { of: &field_values::VALUE, min: 0, max: 1000 }).or_null(),
    text("external_id", 255).or_null(),
    field("from_agent", Shape::Bool),
    text("language", 5).or_null(),
    open("meta").or_null(),
    field("spam", Shape::Bool),
    field("is_unread", Shape::Bool),
    instant("opened_datetime").or_null(),
    instant("closed_datetime").or_null(),
    instant("updated_datetime"),
    instant("snooze_datetime").or_null(),
    instant("trashed_datetime").or_null(),
];

/// Every reason why a ticket of the right shape is refused all the same; `own` is its id if it exists already.
pub(super) fn refusals(
    state: &State,
    settings: &Settings,
    ticket: &Map<String, Value>,
    own: Option<i64>,
) -> Vec<(String, String)> {
    let given = |name: &str| ticket.get(name).filter(|value| !value.is_null());
    let list = |name: &str| given(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut wrong = Vec::new();
    for (name, kind) in
        [("customer", Kind::Customer), ("assignee_user", Kind::User), ("assignee_team", Kind::Team)]
    {
        if let Some(person) = given(name) {
            wrong.extend(people::check(state, kind, name, person).err());
        }
    }
    wrong.extend(check_values(state, Kind::Ticket, "custom_fields", list("custom_fields")));
    for (place, tag) in list("tags").iter().enumerate() {
        let name = tag["name"].as_str().unwrap_or_default();
        if !settings.tags_auto_create && tags::named(state, name).is_none() {
            wrong.push((format!("tags.{place}.name"), "No tag has this name.".to_owned()));
        }
    }
    for (place, message) in list("messages").iter().enumerate() {
        let fields = message.as_object().cloned().unwrap_or_default();
        wrong.extend(message_body::refusals(state, settings, &format!("messages.{place}"), &fields));
    }
    if settings.required_fields_block_close && visible::text_at(ticket, "status") == "closed" {
        wrong.extend(missing_required(state, list("custom_fields")));
    }
    let external_id = visible::text_at(ticket, "external_id");
    let holders = state.table(Kind::Ticket).find(&external_key(external_id));
    if settings.unique_external_ids && !external_id.is_empty() && holders.iter().any(|id| Some(*id) != own) {
        wrong.push(("external_id".to_owned(), "Already in use.".to_owned()));
    }
    wrong
}

/// The required ticket fields that have no value among `values`.
fn missing_required(state: &State, values: &[Value]) -> Vec<(String, String)> {
    let required = |fields: &Map<String, Value>| {
        visible::text_at(fields, "object_type") == "Ticket"
            && fields.get("required") == Some(&Value::Bool(true))
    };
    let fields = state.table(Kind::CustomField).records().filter(|(_, record)| required(&record.fields()));
    let missing =
        fields.filter(|(id, _)| !values.iter().any(|entry| entry["id"] == *id && !entry["value"].is_null()));
    missing
        .map(|(id, _)| ("custom_fields".to_owned(), format!("Custom field {id} is required to close.")))
        .collect()
}
