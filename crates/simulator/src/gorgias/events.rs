//! Events: the audit trail, read only. Only what destroys leaves one here: deletions and merges.
//! Source: Gorgias OpenAPI 1.5.1, events.

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::answer::{Outcome, Refusal};
use super::call::Call;
use super::kind::Kind;
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::state::State;
use super::visible;
use crate::world::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/api/events", get(list)).route(
        "/api/events/{id}",
        get(|call: Call| async move { visible::one(&call, Kind::Event, call.id(0)) }),
    )
}

/// Writes one down.
pub(super) fn note(state: &mut State, now_ms: u64, event: &str, object_type: &str, object_id: i64) {
    let user_id = state.caller;
    let fields = json!({
        "type": event, "object_type": object_type, "object_id": object_id, "user_id": user_id, "context": null, "data": {},
    });
    if let Value::Object(fields) = fields {
        state.create(Kind::Event, now_ms, fields);
    }
}

async fn list(call: Call) -> Outcome {
    call.allow_query(&[
        PAGING[0],
        PAGING[1],
        PAGING[2],
        "object_type",
        "object_id",
        "types",
        "created_datetime",
    ])?;
    let object_id = call.query_id("object_id")?;
    if call.query("object_type").is_some() && object_id.is_none() {
        return Err(Refusal::field("object_id", "Required with object_type."));
    }
    let order = listing::order(&call, &["created_datetime"], Order::Descending)?;
    let settings = call.settings();
    let state = call.state();
    let fits = |fields: &Map<String, Value>| {
        let is = |name: &str, wanted: Option<&str>| {
            wanted.is_none_or(|text| visible::text_at(fields, name) == text)
        };
        let about = fields.get("object_id").and_then(Value::as_i64);
        is("object_type", call.query("object_type"))
            && is("type", call.query("types"))
            && (object_id.is_none() || object_id == about)
    };
    let table = state.table(Kind::Event);
    let ids = visible::all(&call, &state, Kind::Event);
    let ids = ids.into_iter().filter(|id| table.get(*id).is_some_and(|fields| fits(&fields))).collect();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Event, id))
}
