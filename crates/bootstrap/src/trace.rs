//! How a trace goes on in another process: the current span as a W3C `traceparent`, and a span made the child of one.

use std::collections::HashMap;

use opentelemetry::{Context, propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const HEADER: &str = "traceparent";

/// The span this is called in, as a `traceparent`; none outside a span or where nothing is traced.
#[must_use]
pub fn traceparent_of_current() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Context::current(), &mut carrier);
    carrier.remove(HEADER)
}

/// Makes a span, not yet entered, the child of another process' span. A malformed `traceparent` is ignored: the span then
/// begins a trace of its own.
pub fn adopt(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([(HEADER.to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    if parent.span().span_context().is_valid() {
        // Refused where nothing is traced, which is as good.
        let _ = span.set_parent(parent);
    }
}
