//! The levers and gauges of the Atera half, for tests and rehearsals: edits, switches, the truth, the counters.
//! Without token and outside every count; never part of the vendor's API.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::account::Account;
use super::behaviour::Behaviour;
use super::edits::Change;
use super::supplements;
use super::truth::Truth;

/// Routes to be nested at `/_sim/atera`: `edit`, `truth`, `plain/{ticket}`, `state`, `settings`, `supplements/{name}`.
pub(crate) fn admin_router(account: Arc<Account>) -> Router {
    Router::new()
        .route("/edit", post(edit))
        .route("/truth", get(truth))
        .route("/plain/{ticket}", get(plain))
        .route("/state", get(state))
        .route("/settings", get(settings).put(change_settings))
        .route("/supplements/{name}", get(supplement))
        .with_state(account)
}

async fn edit(State(account): State<Arc<Account>>, Json(change): Json<Change>) -> Response {
    let now_ms = account.now_ms();
    let touches = account.behaviour().comment_touches_ticket;
    let scale = account.scale();
    let outcome = account.edits_mut().apply(scale, change, now_ms, touches);
    match outcome {
        Ok(added) => Json(json!({"added": added})).into_response(),
        Err(reason) => (StatusCode::NOT_FOUND, Json(json!({"error": reason}))).into_response(),
    }
}

async fn truth(State(account): State<Arc<Account>>) -> Json<Truth> {
    Json(Truth::of(&account))
}

async fn plain(State(account): State<Arc<Account>>, Path(ticket): Path<i64>) -> Json<Value> {
    Json(json!({"ticket": ticket, "plain": account.is_plain(ticket)}))
}

async fn state(State(account): State<Arc<Account>>) -> Json<Value> {
    let (added, removed, pages_read) = {
        let edits = account.edits();
        (edits.added(), edits.removed(), edits.pages_read())
    };
    Json(json!({
        "token_sent_to_files": account.token_sent_to_files(),
        "files_served": account.files_served(),
        "tickets": account.ticket_count(),
        "tickets_added": added,
        "tickets_removed": removed,
        "ticket_pages_read": pages_read,
    }))
}

async fn settings(State(account): State<Arc<Account>>) -> Json<Behaviour> {
    Json(account.behaviour())
}

/// Changes the switches that are named and leaves the others.
async fn change_settings(State(account): State<Arc<Account>>, Json(change): Json<Value>) -> Response {
    let merged = serde_json::to_value(account.behaviour()).and_then(|mut whole| {
        if let (Some(whole), Some(change)) = (whole.as_object_mut(), change.as_object()) {
            whole.extend(change.clone());
        }
        serde_json::from_value::<Behaviour>(whole)
    });
    match merged {
        Ok(behaviour) => {
            account.set_behaviour(behaviour.clone());
            Json(behaviour).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error.to_string()}))).into_response(),
    }
}

async fn supplement(State(account): State<Arc<Account>>, Path(name): Path<String>) -> Response {
    let found = supplements::files(&account).into_iter().find(|(file, _)| *file == name);
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |(_, bytes)| bytes.into_response())
}
