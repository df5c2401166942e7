//! Gauges of the request log, and the long poll with which a test waits for a named request instead of sleeping.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

use crate::request_log::{Api, Entry, Row};
use crate::world::{Shared, World};

#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    since_seq: usize,
    api: Option<Api>,
    limit: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wait {
    api: Option<Api>,
    method: Option<String>,
    /// Start of the path; a closing `$` asks for the whole path.
    path: Option<String>,
    status: Option<u16>,
    subject: Option<String>,
    #[serde(default)]
    since_seq: usize,
    #[serde(default = "one")]
    count: usize,
    /// `answered` (the default) or `arrived`.
    #[serde(default)]
    stage: Stage,
    #[serde(default = "ten_seconds")]
    timeout_ms: u64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    #[default]
    Answered,
    Arrived,
}

fn one() -> usize {
    1
}

fn ten_seconds() -> u64 {
    10_000
}

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/requests", get(list)).route("/events/wait", post(wait))
}

async fn list(State(world): State<Shared>, Query(page): Query<Page>) -> Json<Vec<Row>> {
    let keep = |entry: &Entry| page.api.is_none_or(|api| api == entry.api);
    Json(world.log.rows(page.since_seq, page.limit.unwrap_or(1000), keep))
}

/// 200 once enough requests fit; 408 with what there is when the time runs out first.
async fn wait(State(world): State<Shared>, Json(wait): Json<Wait>) -> Response {
    let mut changes = world.log.changes();
    let enough = async {
        loop {
            changes.mark_unchanged();
            let seen = count(&world, &wait);
            if wait.count <= seen {
                return seen;
            }
            if changes.changed().await.is_err() {
                return seen;
            }
        }
    };
    tokio::select! {
        seen = enough => Json(json!({"count": seen})).into_response(),
        () = world.pause(Duration::from_millis(wait.timeout_ms)) => {
            let seen = count(&world, &wait);
            (StatusCode::REQUEST_TIMEOUT, Json(json!({"count": seen}))).into_response()
        }
    }
}

fn count(world: &World, wait: &Wait) -> usize {
    world.log.count(wait.since_seq, |entry| fits(wait, entry))
}

fn fits(wait: &Wait, entry: &Entry) -> bool {
    let path_fits = wait.path.as_deref().is_none_or(|wanted| match wanted.strip_suffix('$') {
        Some(whole) => entry.path.split('?').next() == Some(whole),
        None => entry.path.starts_with(wanted),
    });
    path_fits
        && (entry.answered || wait.stage == Stage::Arrived)
        && wait.api.is_none_or(|api| api == entry.api)
        && wait.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(entry.method))
        && wait.status.is_none_or(|status| status == entry.status)
        && wait.subject.as_deref().is_none_or(|subject| Some(subject) == entry.subject.as_deref())
}
