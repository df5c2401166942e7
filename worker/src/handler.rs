//! Takes jobs of one migration off the queue. In a process that alone may hold its ledger, what cannot be written down is
//! not done: a ledger that cannot be written ends the run.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use protocol::{FailureCode, Job};
use tokio::sync::Notify;

use crate::{Context, Trouble, attempt::attempt};

/// Does the jobs of one migration.
#[derive(Debug)]
pub struct JobHandler {
    context: Arc<Context>,
    signal: Arc<Notify>,
    unrecorded: OnceLock<Trouble>,
}

impl JobHandler {
    /// A handler; `signal` is notified whenever a job has ended.
    #[must_use]
    pub fn new(context: Arc<Context>, signal: Arc<Notify>) -> Self {
        Self { context, signal, unrecorded: OnceLock::new() }
    }

    /// Why nothing goes on, once the ledger could not be written: what cannot be written down is not done.
    #[must_use]
    pub fn unrecorded(&self) -> Option<&Trouble> {
        self.unrecorded.get()
    }
}

#[async_trait]
impl queue::Handler for JobHandler {
    async fn handle(&self, job: Job) {
        if let Err(trouble) = attempt(&self.context, &job).await {
            // The outcome could not be written down: the lease expires, and whoever runs next takes the batch up.
            tracing::error!(batch = %job.batch, error = %trouble, "the attempt's end could not be recorded");
            if trouble.code() == Some(FailureCode::LedgerUnavailable) {
                // The first trouble is the cause; those after it are its echo.
                let _ = self.unrecorded.set(trouble);
                self.context.stop.cancel();
            }
        }
        self.signal.notify_one();
    }
}
