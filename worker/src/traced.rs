//! What is told about a job while it is done: a span that goes on with the trace of whoever pushed it, and figures.

use protocol::Job;
use tracing::{Span, field::Empty};

use crate::Trouble;

/// The span of one job, a child of the push's.
pub(crate) fn span(job: &Job) -> Span {
    let span = tracing::info_span!(
        parent: None,
        "process",
        otel.name = "process flotilla:{jobs}",
        otel.kind = "consumer",
        otel.status_code = Empty,
        error.type = Empty,
        migration = %job.migration,
        step = %job.step,
        kind = %job.kind,
        attempt = Empty,
    );
    if let Some(traceparent) = &job.traceparent {
        bootstrap::trace::adopt(&span, traceparent);
    }
    span
}

/// Notes on the current span why an attempt ended early.
pub(crate) fn failed(trouble: &Trouble) {
    let span = Span::current();
    if let Some(code) = trouble.code() {
        span.record("error.type", tracing::field::display(code));
        span.record("otel.status_code", "ERROR");
    }
}

/// Counts an attempt that has ended and been written down.
pub(crate) fn ended(job: &Job, outcome: &'static str) {
    let (step, kind) = (job.step.name(), job.kind.name());
    metrics::counter!("flotilla_batches_total", "step" => step, "kind" => kind, "outcome" => outcome)
        .increment(1);
}
