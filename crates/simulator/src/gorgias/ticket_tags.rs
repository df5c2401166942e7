//! Tags of one ticket: read, added, replaced, taken away; by id or by case-sensitive name.
//! Source: Gorgias OpenAPI 1.5.1, ticket tags.

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::Kind;
use super::listing;
use super::render::View;
use super::schema::{Field, Leave, Shape, check, field};
use super::tags;
use crate::world::Shared;

static ID: Shape = Shape::Int;
static NAME: Shape = Shape::Text { min: 1, max: 256 };
static FIELDS: [Field; 2] = [
    field("ids", Shape::List { of: &ID, min: 0, max: 1000 }),
    field("names", Shape::List { of: &NAME, min: 0, max: 1000 }),
];

#[derive(Debug, Clone, Copy)]
enum Change {
    Add,
    Replace,
    Remove,
}

pub(super) fn routes() -> Router<Shared> {
    let tags = get(list)
        .post(|call: Call| async move { change(&call, Change::Add).map(|()| Answer::created_empty()) })
        .put(|call: Call| async move { change(&call, Change::Replace).map(|()| Answer::accepted_empty()) })
        .delete(|call: Call| async move { change(&call, Change::Remove).map(|()| Answer::gone()) });
    Router::new().route("/api/tickets/{id}/tags", tags)
}

async fn list(call: Call) -> Outcome {
    let settings = call.settings();
    let state = call.state();
    let ticket = state.demand(Kind::Ticket, call.id(0))?.fields();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::whole(ids_of(&ticket).into_iter().map(|id| view.draw(Kind::Tag, id)).collect())
}

fn change(call: &Call, change: Change) -> Result<(), Refusal> {
    let body = check(call.body()?, &FIELDS, &Leave::default())?;
    let now_ms = call.world.clock.millis();
    let mut state = call.state();
    let ticket = state.demand(Kind::Ticket, call.id(0))?.fields();
    let list = |name: &str| body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut named: Vec<i64> = list("ids").iter().filter_map(Value::as_i64).collect();
    for id in &named {
        state.demand(Kind::Tag, *id)?;
    }
    for name in list("names").iter().filter_map(Value::as_str) {
        named.push(tags::named_or_new(&mut state, name, now_ms));
    }
    let stored = ids_of(&ticket);
    let mut result: Vec<i64> = match change {
        Change::Add => stored.into_iter().chain(named).collect(),
        Change::Replace => named,
        Change::Remove => stored.into_iter().filter(|id| !named.contains(id)).collect(),
    };
    let mut seen = Vec::new();
    result.retain(|id| {
        !seen.contains(id) && {
            seen.push(*id);
            true
        }
    });
    let now = call.world.clock.now();
    state.table_mut(Kind::Ticket).edit(call.id(0), |ticket| {
        ticket.insert("tags".to_owned(), json!(result));
        ticket.insert("_updated".to_owned(), now.into());
    });
    Ok(())
}

fn ids_of(ticket: &Map<String, Value>) -> Vec<i64> {
    ticket.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_i64).collect()
}
