//! Gauges of the destination's whole state: a picture now, one saved under a name, and the two compared.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refuse;
use crate::snapshot::{Saved, canonical, differences, raw};
use crate::world::Shared;

/// Differences named at most.
const MAX_DIFFERENCES: usize = 50;

#[derive(Debug, Deserialize)]
struct Form {
    #[serde(default)]
    canonical: bool,
}

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/snapshot", get(now))
        .route("/snapshot/save/{name}", post(save))
        .route("/snapshot/compare/{name}", get(compare))
        .route("/snapshot/differences", post(differ))
}

#[derive(Debug, Deserialize)]
struct Pair {
    one: Value,
    other: Value,
}

async fn now(State(world): State<Shared>, Query(form): Query<Form>) -> Json<Value> {
    let state = world.gorgias.state();
    Json(if form.canonical { canonical(&state) } else { raw(&state) })
}

async fn save(State(world): State<Shared>, Path(name): Path<String>) -> Json<Value> {
    let saved = {
        let state = world.gorgias.state();
        Saved { raw: raw(&state), canonical: canonical(&state) }
    };
    world.snapshots().insert(name.clone(), saved);
    Json(json!({"saved": name}))
}

async fn compare(
    State(world): State<Shared>,
    Path(name): Path<String>,
    Query(form): Query<Form>,
) -> Response {
    let present = {
        let state = world.gorgias.state();
        if form.canonical { canonical(&state) } else { raw(&state) }
    };
    let snapshots = world.snapshots();
    let Some(saved) = snapshots.get(&name) else {
        return refuse(StatusCode::NOT_FOUND, "no such snapshot");
    };
    let past = if form.canonical { &saved.canonical } else { &saved.raw };
    answer(past, &present).into_response()
}

/// Compares two pictures that were taken elsewhere, such as of two simulators.
async fn differ(Json(pair): Json<Pair>) -> Json<Value> {
    answer(&pair.one, &pair.other)
}

fn answer(past: &Value, present: &Value) -> Json<Value> {
    let differences = differences(past, present, MAX_DIFFERENCES);
    Json(json!({"equal": differences.is_empty(), "differences": differences}))
}
