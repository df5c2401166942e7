//! Satisfaction surveys: one per ticket, no delete; one with a `should_send_datetime` would be sent.
//! Source: Gorgias OpenAPI 1.5.1, satisfaction-surveys.

use axum::Router;
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::kind::{Kind, ticket_key};
use super::outbox::Email;
use super::plain::{self, Resource};
use super::schema::{Field, Shape, field, instant, open, text};
use super::state::State;
use crate::world::Shared;

static FIELDS: [Field; 9] = [
    field("customer_id", Shape::Int).required(),
    field("ticket_id", Shape::Int).required(),
    field("score", Shape::Int).or_null(),
    text("body_text", 1000).or_null(),
    instant("created_datetime"),
    instant("scored_datetime").or_null(),
    instant("sent_datetime").or_null(),
    instant("should_send_datetime").or_null(),
    open("meta").or_null(),
];

static SURVEYS: Resource = Resource {
    kind: Kind::Survey,
    path: "/api/satisfaction-surveys",
    fields: &FIELDS,
    required: &["customer_id", "ticket_id"],
    deletable: false,
    page: 30,
    admit,
};

pub(super) fn routes() -> Router<Shared> {
    plain::routes(&SURVEYS)
}

fn admit(state: &mut State, fields: &Map<String, Value>) -> Result<(), Refusal> {
    let id = |name: &str| fields.get(name).and_then(Value::as_i64).unwrap_or_default();
    for (name, kind) in [("ticket_id", Kind::Ticket), ("customer_id", Kind::Customer)] {
        if state.table(kind).record(id(name)).is_none() {
            return Err(Refusal::field(name, format!("{} {} does not exist.", kind.noun(), id(name))));
        }
    }
    if !state.table(Kind::Survey).find(&ticket_key(id("ticket_id"))).is_empty() {
        return Err(Refusal::new(409, "The ticket has a satisfaction survey already"));
    }
    if fields.get("score").and_then(Value::as_i64).is_some_and(|score| !(1..=5).contains(&score)) {
        return Err(Refusal::field("score", "Must be between 1 and 5."));
    }
    let is_set = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    if is_set("should_send_datetime") && !is_set("sent_datetime") {
        let ticket_id = Some(id("ticket_id"));
        state.outbox.send(Email { reason: "satisfaction_survey", ticket_id, message_id: None, to: None });
    }
    Ok(())
}
