//! The lever for the switches: a partial object changes only what it names.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::refuse;
use crate::settings::Settings;
use crate::world::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/settings", get(read).put(change).post(change))
}

async fn read(State(world): State<Shared>) -> Json<Settings> {
    Json(world.settings())
}

async fn change(State(world): State<Shared>, Json(wanted): Json<Map<String, Value>>) -> Response {
    let mut merged = json!(world.settings());
    for (name, value) in wanted {
        merged[name] = value;
    }
    match serde_json::from_value::<Settings>(merged) {
        Ok(settings) => {
            world.set_settings(settings.clone());
            Json(settings).into_response()
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}
