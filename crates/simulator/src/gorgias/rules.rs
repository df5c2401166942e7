//! Rules: what acts on tickets by itself. Kept and listed; what they would have done stands in `outbox`.
//! Source: Gorgias OpenAPI 1.5.1, rules.

use axum::Router;
use axum::routing::post;

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::Kind;
use super::plain::{self, Resource};
use super::schema::{Field, Leave, Shape, check, field, instant, open, text};
use crate::world::Shared;

static FIELDS: [Field; 8] = [
    text("name", 255).required(),
    text("code", 100_000).required(),
    open("code_ast").or_null(),
    text("description", 5000).or_null(),
    text("event_types", 1000),
    field("priority", Shape::Int),
    field("type", Shape::OneOf(&["user", "managed"])),
    instant("deactivated_datetime").or_null(),
];

static RULES: Resource = Resource {
    kind: Kind::Rule,
    path: "/api/rules",
    fields: &FIELDS,
    required: &["name", "code"],
    deletable: true,
    page: 100,
    admit: plain::anything,
};

static PRIORITY: [Field; 2] = [field("id", Shape::Int).required(), field("priority", Shape::Int).required()];
static PRIORITY_ROW: Shape = Shape::Object(&PRIORITY);
static PRIORITIES: [Field; 1] =
    [field("priorities", Shape::List { of: &PRIORITY_ROW, min: 1, max: 1000 }).required()];

pub(super) fn routes() -> Router<Shared> {
    plain::routes(&RULES).route("/api/rules/priorities", post(reorder))
}

async fn reorder(call: Call) -> Outcome {
    let body = check(call.body()?, &PRIORITIES, &Leave::default())?;
    let mut state = call.state();
    for row in body["priorities"].as_array().into_iter().flatten() {
        let id = row["id"].as_i64().unwrap_or_default();
        let changed = state.table_mut(Kind::Rule).edit(id, |rule| {
            rule.insert("priority".to_owned(), row["priority"].clone());
        });
        if !changed {
            return Err(Refusal::missing("rule", id));
        }
    }
    Ok(Answer::created_empty())
}
