//! A job's way onto the queue: each push begins a trace, which the job carries to its worker.

use protocol::Job;
use queue::Queue;
use tracing::Instrument as _;

/// Pushes a job, as the beginning of a trace.
pub(crate) async fn push(queue: &dyn Queue, mut job: Job) -> Result<(), queue::Error> {
    let span = tracing::info_span!(
        parent: None,
        "send",
        otel.name = "send flotilla:{jobs}",
        otel.kind = "producer",
        migration = %job.migration,
        step = %job.step,
        kind = %job.kind,
    );
    let push = async {
        job.traceparent = bootstrap::trace::traceparent_of_current();
        queue.push(&job).await
    };
    push.instrument(span).await
}
