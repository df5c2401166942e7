//! What is told about a request while it is made: a span, and figures. Names of routes and classes of answers; no id, no
//! query, no content.

use std::time::Duration;

use reqwest::StatusCode;
use tracing::{Span, field::Empty};
use url::Url;

use crate::call::{Call, Target};
use crate::transport::{Answer, SendError};

/// A route as documented, without method and query: `/tickets/{id}`.
fn route(call: &Call) -> &'static str {
    let path = call.endpoint.split_once(' ').map_or(call.endpoint, |(_, path)| path);
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// The span of one request.
pub(crate) fn span(call: &Call, base: &Url) -> Span {
    let (method, route) = (call.method.as_str(), route(call));
    let host = match &call.target {
        Target::Path(_) => base.host_str(),
        Target::Token(url) => url.host_str(),
    };
    tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method,
        url.template = route,
        server.address = host.unwrap_or_default(),
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Notes how a request ended.
pub(crate) fn ended(span: &Span, call: &Call, took: Duration, answer: &Result<Answer, SendError>) {
    let status = match answer {
        Ok(answer) => {
            span.record("http.response.status_code", answer.status.as_u16());
            if answer.status.is_client_error() || answer.status.is_server_error() {
                failed(span, answer.status.as_str());
            }
            class(answer.status)
        }
        Err(error) => {
            failed(span, if matches!(error, SendError::Lost) { "lost" } else { "not_sent" });
            "none"
        }
    };
    let route = route(call);
    metrics::counter!("flotilla_requests_total", "api" => "gorgias", "route" => route, "status" => status)
        .increment(1);
    metrics::histogram!("flotilla_request_seconds", "api" => "gorgias", "route" => route).record(took);
    if matches!(answer, Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS) {
        metrics::counter!("flotilla_throttled_total", "api" => "gorgias").increment(1);
    }
}

fn failed(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
