//! The front door of both listeners: takes a request in whole, writes it into the log, and lets the answer out -
//! late, or not at all, when a fault asked for that. It never decides what an answer says.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::faults::{Cut, Held};
use crate::line::Line;
use crate::request_log::{Api, Arrival, Departure};
use crate::world::Shared;

/// Bytes of a request body that are read at most.
const MAX_BODY_BYTES: usize = 512 * 1024 * 1024;

/// The body of a request, read once: as bytes, and as JSON where it is JSON.
#[derive(Debug, Clone)]
pub(crate) struct Received(Arc<(Bytes, Option<Value>)>);

impl Received {
    /// The bytes as they came.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.0
    }

    /// The body as JSON; `None` if it is not.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.0.1.as_ref()
    }
}

/// What a response carries about the bucket, for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drained {
    pub(crate) used: u32,
    pub(crate) limit: u32,
}

/// What the door knows.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) world: Shared,
    pub(crate) api: Api,
}

/// The outermost middleware of both routers.
pub(crate) async fn pass(
    State(door): State<Door>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path().starts_with("/_sim") {
        return next.run(request).await;
    }
    let world = &door.world;
    let at_us = world.clock.micros();
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let is_form =
        parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart"));
    let json = if is_form || bytes.is_empty() { None } else { serde_json::from_slice(&bytes).ok() };
    let seq = world.log.arrive(Arrival {
        at_us,
        api: door.api,
        method: method_name(&parts.method),
        path: parts.uri.path_and_query().map_or("/", |path| path.as_str()).into(),
        subject: subject_of(parts.uri.path(), parts.uri.query(), json.as_ref()),
        bytes_in: bytes.len(),
    });
    parts.extensions.insert(Received(Arc::new((bytes.clone(), json))));
    let answer = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let cut = answer.extensions().get::<Cut>().copied();
    let held_ms = answer.extensions().get::<Held>().map_or(0, |held| held.ms);
    let drained = answer.extensions().get::<Drained>();
    world.log.depart(
        seq,
        Departure {
            status: if cut.is_some() { 0 } else { answer.status().as_u16() },
            bytes_out: answer.body().size_hint().lower(),
            used: drained.map_or(0, |drained| drained.used),
            limit: drained.map_or(0, |drained| drained.limit),
        },
    );
    world.pause(Duration::from_millis(held_ms + world.latency_ms)).await;
    if let Some(cut) = cut {
        world.pause(Duration::from_millis(cut.hang_ms)).await;
        line.cut();
    }
    answer
}

fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "HEAD" => "HEAD",
        _ => "OTHER",
    }
}

/// Whom a request is about: an `external_id` in its query or body, else the first id in its path.
fn subject_of(path: &str, query: Option<&str>, json: Option<&Value>) -> Option<Box<str>> {
    let query = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let in_query =
        query.into_iter().find(|(name, _)| name == "external_id").map(|(_, value)| value.into_owned());
    let in_path = || path.split('/').find(|part| part.parse::<i64>().is_ok()).map(str::to_owned);
    let in_body = || json.and_then(|body| body.get("external_id")).and_then(Value::as_str).map(str::to_owned);
    in_query.or_else(in_path).or_else(in_body).map(Into::into)
}
