//! Levers for faults: set, add, read with their hit counts, clear.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};

use crate::faults::{Rule, Standing};
use crate::world::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/faults", get(read).put(replace).post(add).delete(clear))
}

async fn read(State(world): State<Shared>) -> Json<Vec<Standing>> {
    Json(world.faults.standing())
}

async fn replace(State(world): State<Shared>, Json(rules): Json<Vec<Rule>>) -> Json<Vec<Standing>> {
    world.faults.replace(rules);
    Json(world.faults.standing())
}

async fn add(State(world): State<Shared>, Json(rules): Json<Vec<Rule>>) -> Json<Vec<Standing>> {
    world.faults.add(rules);
    Json(world.faults.standing())
}

async fn clear(State(world): State<Shared>) -> Json<Vec<Standing>> {
    world.faults.replace(Vec::new());
    Json(Vec::new())
}
