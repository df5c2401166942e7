//! What is told about a request while it is made: a span, and figures. Names of routes and classes of answers; no id, no
//! query, no link, no content.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use tracing::{Span, field::Empty};
use url::Url;

/// The route of everything that is fetched by a link.
pub(crate) const FILE: &str = "{file}";

/// The span of one request. `host` is told for the API alone: a link may lead anywhere.
pub(crate) fn span(route: &'static str, host: Option<&Url>) -> Span {
    tracing::info_span!(
        "request",
        otel.name = format!("GET /{route}"),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = "GET",
        url.template = format!("/{route}"),
        server.address = host.and_then(Url::host_str),
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

/// Notes how a request ended, up to the head of its answer.
pub(crate) fn ended(span: &Span, route: &'static str, took: Duration, answer: &reqwest::Result<Response>) {
    let status = match answer {
        Ok(answer) => {
            let status = answer.status();
            span.record("http.response.status_code", status.as_u16());
            if status.is_client_error() || status.is_server_error() {
                failed(span, status.as_str());
            }
            class(status)
        }
        Err(error) => {
            failed(span, if error.is_timeout() { "timeout" } else { "connection" });
            "none"
        }
    };
    metrics::counter!("flotilla_requests_total", "api" => "atera", "route" => route, "status" => status)
        .increment(1);
    metrics::histogram!("flotilla_request_seconds", "api" => "atera", "route" => route).record(took);
    if matches!(answer, Ok(answer) if answer.status() == StatusCode::TOO_MANY_REQUESTS) {
        metrics::counter!("flotilla_throttled_total", "api" => "atera").increment(1);
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
