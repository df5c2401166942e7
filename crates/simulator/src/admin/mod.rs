//! The admin routes under `/_sim`: levers and gauges for tests, rehearsals and the demo. Never authenticated, never
//! counted, never part of a vendor's API.

mod faults;
mod levers;
mod rates;
mod records;
mod requests;
mod settings;
mod snapshots;
mod totals;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::world::Shared;

/// Everything under `/_sim` but the Atera half's own levers.
pub(crate) fn router() -> Router<Shared> {
    let routes = Router::new()
        .merge(faults::routes())
        .merge(levers::routes())
        .merge(rates::routes())
        .merge(records::routes())
        .merge(requests::routes())
        .merge(settings::routes())
        .merge(snapshots::routes())
        .merge(totals::routes());
    Router::new().nest("/_sim", routes)
}

/// A lever that was pulled the wrong way.
fn refuse(status: StatusCode, why: &str) -> Response {
    (status, axum::Json(json!({"error": why}))).into_response()
}
