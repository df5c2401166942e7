//! Takes jobs off the queue: claims the batch, has it done, and writes into the ledger how the attempt ended.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use futures::FutureExt as _;
use protocol::{Decision, FailureCode, Job, MigrationState, StepPoint};
use tokio::{sync::Notify, time::Instant};

use crate::{Context, Held, Trouble, jobs};

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

    async fn attempt(&self, job: &Job) -> Result<(), Trouble> {
        let cx = &self.context;
        if job.migration != cx.migration || cx.stop.is_cancelled() {
            return Ok(());
        }
        let asked_at = Instant::now();
        let Some(lease) = cx.ledger.claim(job.batch, &cx.knobs.holder, cx.knobs.lease_ms).await? else {
            tracing::debug!(batch = %job.batch, "job dropped: the batch is done or another worker's");
            return Ok(());
        };
        let held = Held::new(Arc::clone(&cx.ledger), lease, cx.knobs.lease_ms, asked_at);
        cx.probe.reached(job.kind, StepPoint::Claimed);
        let ended = AssertUnwindSafe(jobs::run(cx, &held)).catch_unwind().await.unwrap_or_else(|_| {
            // Without this a record that makes the program fail would be tried for ever, at no attempt's cost.
            let detail = "the program itself failed on this batch".to_owned();
            Err(Trouble::Failure { code: FailureCode::SourceMalformed, at: job.batch.to_string(), detail })
        });
        cx.notes.close(job.batch);
        match ended {
            Ok(()) => {
                cx.ledger.finish(&held.lease()).await?;
                cx.probe.reached(job.kind, StepPoint::Finished);
                tracing::info!(migration = %job.migration, batch = %job.batch, step = %job.step, kind = %job.kind, "batch done");
                Ok(())
            }
            Err(trouble) => {
                tracing::warn!(migration = %job.migration, batch = %job.batch, step = %job.step, kind = %job.kind, error = %trouble, "attempt ended early");
                self.settle(&held, trouble).await
            }
        }
    }

    /// Writes down how an attempt ended early: handed back, to be tried again, dead, or the migration halted.
    async fn settle(&self, held: &Held, trouble: Trouble) -> Result<(), Trouble> {
        let (ledger, knobs) = (&self.context.ledger, &self.context.knobs);
        let (lease, now) = (held.lease(), self.context.clock.now());
        let attempts = held.batch().attempts + 1;
        match (trouble.decision(), trouble.code()) {
            (Some(Decision::Retry), Some(code)) if attempts < knobs.max_attempts => {
                let pause = knobs.backoff_ms.saturating_mul(1 << (attempts - 1).min(10));
                ledger.release(&lease, true, now.plus_ms(pause), Some(code)).await?;
            }
            (Some(Decision::Retry), Some(code)) => {
                // The halt comes first: a dead batch of a migration that is not halted would be halted for by the
                // dispatcher, which does not know the cause.
                self.halt(code, &trouble).await?;
                ledger.bury(&lease, code, &trouble.to_string()).await?;
            }
            (Some(Decision::Wait), code) => {
                ledger.release(&lease, false, now.plus_ms(knobs.backoff_ms), code).await?;
            }
            (Some(Decision::Halt | Decision::Reject), Some(code)) => {
                // The halt comes first: were the batch free before it, it would be tried once more.
                self.halt(code, &trouble).await?;
                ledger.release(&lease, false, now, Some(code)).await?;
            }
            _ if matches!(trouble, Trouble::Stopped) => ledger.release(&lease, false, now, None).await?,
            _ => {}
        }
        Ok(())
    }

    async fn halt(&self, code: FailureCode, trouble: &Trouble) -> Result<(), Trouble> {
        let (ledger, id) = (&self.context.ledger, &self.context.migration);
        let why = trouble.to_string();
        match ledger.transition(id, MigrationState::Halted, Some(code), "worker", &why).await {
            // Another batch was first: its cause stands.
            Err(ledger::Error::IllegalMove { from: MigrationState::Halted, .. }) => Ok(()),
            other => Ok(other.map(|_| ())?),
        }
    }
}

#[async_trait]
impl queue::Handler for JobHandler {
    async fn handle(&self, job: Job) {
        if let Err(trouble) = self.attempt(&job).await {
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
