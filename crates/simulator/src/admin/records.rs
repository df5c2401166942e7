//! The gauge for one record, as its own endpoint would show it.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::refuse;
use crate::gorgias::{Kind, State as Records, View, external_key};
use crate::world::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/record/{kind}/{id}", get(read))
}

/// The id of the record called so: by `external_id` first (the lowest id of several), then by its own id.
pub(super) fn find(state: &Records, kind: Kind, name: &str) -> Option<i64> {
    let table = state.table(kind);
    let by_external = table.find(&external_key(name)).first().copied();
    by_external.or_else(|| name.parse().ok().filter(|id| table.record(*id).is_some()))
}

async fn read(State(world): State<Shared>, Path((kind, name)): Path<(String, String)>) -> Response {
    let Some(kind) = Kind::named(&kind) else {
        return refuse(StatusCode::NOT_FOUND, "no such kind");
    };
    let settings = world.settings();
    let state = world.gorgias.state();
    let Some(id) = find(&state, kind, &name) else {
        return refuse(StatusCode::NOT_FOUND, "no such record");
    };
    let view = View { state: &state, clock: &world.clock, settings: &settings };
    let mut record = if kind == Kind::Ticket { view.whole_ticket(id) } else { view.draw(kind, id) };
    if kind == Kind::Customer {
        record["custom_fields"] = view.values(kind, id).into();
    }
    Json(record).into_response()
}
