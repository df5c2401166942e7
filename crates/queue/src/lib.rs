//! The queue: carries jobs from the dispatcher to the workers, and is never the truth about them.
//!
//! The only room that names apalis. A job is a hint: the queue may lose, repeat or delay it without harm, because the
//! ledger knows every unfinished batch and the dispatcher pushes it again. Retries are the dispatcher's; a handler
//! that fails has already said so in the ledger.
//!
//! A job leaves the queue as it is handed over. There is no lease on it and nothing to acknowledge: the batch's lease
//! stands in the ledger, and a second one beside it could only disagree.

#![deny(missing_docs)]

mod bell;
#[cfg(feature = "conformance")]
pub mod conformance;
mod feed;
mod link;
mod memory;
mod probe;
mod redis_queue;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use protocol::{Job, MigrationId};
use tokio_util::sync::CancellationToken;

pub use memory::MemoryQueue;
pub use probe::{RedisSeen, probe};
pub use redis_queue::RedisQueue;

/// What can go wrong with the queue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue cannot be reached.
    #[error("the queue cannot be reached: bring it back, the dispatcher pushes everything unfinished again")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address is not one of a Redis. It is not shown, since it may hold a password.
    #[error(
        "the address of the queue is no Redis address: write redis://host:port/db, with user:password@ if need be"
    )]
    BadAddress,
}

/// Whoever does the jobs.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Does one job. Its outcome stands in the ledger, so there is nothing to return.
    async fn handle(&self, job: Job);
}

/// A queue of jobs. Migrations take turns; the jobs of one migration are handed over in the order they were pushed.
#[async_trait]
pub trait Queue: Send + Sync + fmt::Debug {
    /// Puts a job on the queue. Of one batch at most one job waits: another push of it, until it is handed over, changes
    /// nothing but the envelope.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue cannot be reached. The job may be on it all the same; pushing it again is
    /// harmless.
    async fn push(&self, job: &Job) -> Result<(), Error>;

    /// Hands jobs to `handler`, at most `concurrency` at once, until `stop` is cancelled; then takes no more, and waits
    /// for those in hand however long they need: a deadline is the caller's. While the queue is away, at the start or
    /// later, it waits for it to come back. Any number may serve at once, under any name, in any number of processes.
    ///
    /// A job leaves the queue as it is handed over. If its worker dies, the job is gone and its batch is pushed again once
    /// the ledger's lease has ended. Dropping the future takes no job out of the handler's hands.
    ///
    /// # Errors
    /// [`Error`] when the queue can never be served.
    async fn serve(
        &self,
        name: &str,
        concurrency: usize,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) -> Result<(), Error>;

    /// Deletes what waits for a migration that is closed. A job pushed later is on the queue like any other.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue cannot be reached.
    async fn forget(&self, migration: &MigrationId) -> Result<(), Error>;

    /// Comes back when a job that was handed over has ended, in whatever process, since this was asked last; for whoever
    /// decides what is next. A hint like everything here: a word that is lost costs its hearer the time until he looks
    /// by himself. A queue of one process, whose parts hear of each other anyway, never comes back.
    async fn job_ended(&self) {
        std::future::pending::<()>().await;
    }

    /// How many jobs wait. Those handed over are the ledger's to count: they are its leased batches.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the queue cannot be reached.
    async fn depth(&self) -> Result<u64, Error>;
}

fn count_pushed() {
    metrics::counter!("flotilla_queue_pushed_total").increment(1);
}

fn count_handed_over(waited: Duration) {
    metrics::counter!("flotilla_queue_handed_over_total").increment(1);
    metrics::histogram!("flotilla_queue_wait_seconds").record(waited.as_secs_f64());
}
