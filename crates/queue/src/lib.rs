//! The queue: carries jobs from the dispatcher to the workers, and is never the truth about them.
//!
//! The only room that names apalis. A job is a hint: the queue may lose, repeat or delay it without harm, because the
//! ledger knows every unfinished batch and the dispatcher pushes it again. Retries are the dispatcher's; a handler
//! that fails has already said so in the ledger.

#[cfg(feature = "conformance")]
pub mod conformance;
mod memory;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use protocol::Job;
use tokio_util::sync::CancellationToken;

pub use memory::MemoryQueue;

/// What can go wrong with the queue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue cannot be reached.
    #[error("the queue cannot be reached: bring it back, the dispatcher pushes everything unfinished again")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Somebody already serves this queue in this process.
    #[error("the in-process queue is already served: use one server with a higher concurrency")]
    AlreadyServed,
}

/// Whoever does the jobs.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Does one job. Its outcome stands in the ledger, so there is nothing to return.
    async fn handle(&self, job: Job);
}

/// A queue of jobs.
#[async_trait]
pub trait Queue: Send + Sync + fmt::Debug {
    /// Puts a job on the queue.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue cannot be reached; the job is then not on it.
    async fn push(&self, job: &Job) -> Result<(), Error>;

    /// Hands jobs to `handler`, at most `concurrency` at once, until `stop` is cancelled; then waits for those in hand.
    ///
    /// # Errors
    /// [`Error`] when the queue cannot be served (any more).
    async fn serve(
        &self,
        name: &str,
        concurrency: usize,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) -> Result<(), Error>;
}
