//! Macros: canned answers. Kept and listed, archived and brought back; a migration writes none.
//! Source: Gorgias OpenAPI 1.5.1, macros.

use axum::Router;
use axum::routing::put;
use serde_json::Value;

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::kind::Kind;
use super::plain::{self, Resource};
use super::schema::{Field, Leave, Shape, check, field, text};
use crate::world::Shared;

static ACTION: Shape = Shape::Open;
static FIELDS: [Field; 5] = [
    text("name", 1000).required(),
    field("actions", Shape::List { of: &ACTION, min: 0, max: 100 }).or_null(),
    text("intent", 255).or_null(),
    text("language", 5).or_null(),
    text("external_id", 255).or_null(),
];

static MACROS: Resource = Resource {
    kind: Kind::Macro,
    path: "/api/macros",
    fields: &FIELDS,
    required: &["name"],
    deletable: true,
    page: 30,
    admit: plain::anything,
};

static ID: Shape = Shape::Int;
static IDS: [Field; 1] = [field("ids", Shape::List { of: &ID, min: 1, max: 30 }).required()];

pub(super) fn routes() -> Router<Shared> {
    plain::routes(&MACROS)
        .route("/api/macros/archive", put(|call: Call| async move { mark(&call, true) }))
        .route("/api/macros/unarchive", put(|call: Call| async move { mark(&call, false) }))
}

fn mark(call: &Call, archived: bool) -> Outcome {
    let body = check(call.body()?, &IDS, &Leave::default())?;
    let at = if archived { Value::String(call.world.clock.now()) } else { Value::Null };
    let mut state = call.state();
    for id in body["ids"].as_array().into_iter().flatten().filter_map(Value::as_i64) {
        state.demand(Kind::Macro, id)?;
        state.table_mut(Kind::Macro).edit(id, |one| {
            one.insert("archived_datetime".to_owned(), at.clone());
        });
    }
    Ok(Answer::accepted_empty())
}
