//! What the suite and other tests of a queue are played with: jobs, handlers, servers at work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use protocol::{BatchId, Job, MigrationId, ObjectKind, Step, job::JOB_VERSION};
use tokio::{
    sync::{Notify, Semaphore, mpsc},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{Error, Handler, Queue};

/// How long a test waits for what must come, before it says that it did not.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The next batch that was handed over.
///
/// # Panics
/// When none comes.
pub async fn next(seen: &mut mpsc::UnboundedReceiver<i64>) -> i64 {
    match timeout(PATIENCE, seen.recv()).await {
        Ok(Some(batch)) => batch,
        _ => panic!("no job came"),
    }
}

/// A job about batch `n`.
#[must_use]
pub fn job(n: i64) -> Job {
    job_of("conformance", n)
}

/// A job about batch `n` of this migration.
///
/// # Panics
/// When the migration's name is no slug.
#[must_use]
pub fn job_of(migration: &str, n: i64) -> Job {
    #[expect(clippy::unwrap_used, reason = "a slug")]
    let migration = MigrationId::new(migration).unwrap();
    Job {
        v: JOB_VERSION,
        migration,
        batch: BatchId(n),
        step: Step::Copy,
        kind: ObjectKind::Ticket,
        traceparent: None,
    }
}

/// A handler that tells which batches it was handed.
#[derive(Debug)]
pub struct Collect(pub mpsc::UnboundedSender<i64>);

#[async_trait]
impl Handler for Collect {
    async fn handle(&self, job: Job) {
        let _ = self.0.send(job.batch.0);
    }
}

/// A server at work, until it is stopped.
#[derive(Debug)]
pub struct Serving {
    pub(super) stop: CancellationToken,
    server: JoinHandle<Result<(), Error>>,
}

impl Serving {
    /// Serves `queue` in a task of its own.
    pub fn begin(
        queue: &Arc<dyn Queue>,
        name: &'static str,
        concurrency: usize,
        handler: Arc<dyn Handler>,
    ) -> Self {
        let (queue, stop) = (Arc::clone(queue), CancellationToken::new());
        let server = tokio::spawn({
            let stop = stop.clone();
            async move { queue.serve(name, concurrency, handler, stop).await }
        });
        Self { stop, server }
    }

    /// Stops it and waits for it.
    ///
    /// # Panics
    /// When it failed, or does not stop.
    pub async fn end(self) {
        self.stop.cancel();
        assert!(matches!(timeout(PATIENCE, self.server).await, Ok(Ok(Ok(())))), "it stops, and well");
    }
}

/// A handler that holds every job until the gate is opened for it.
#[derive(Debug)]
pub struct Gate {
    /// A permit lets one job pass.
    pub open: Semaphore,
    pub(super) entered: Notify,
    pub(super) inside: AtomicUsize,
    pub(super) most: AtomicUsize,
    /// Jobs that have passed.
    pub done: AtomicUsize,
}

impl Gate {
    /// One that lets nothing pass yet.
    #[must_use]
    pub fn closed() -> Arc<Self> {
        Arc::new(Self {
            open: Semaphore::new(0),
            entered: Notify::new(),
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        })
    }

    /// Waits until so many jobs are held at once.
    ///
    /// # Panics
    /// When they never are.
    pub async fn reach(&self, held: usize) {
        while self.inside.load(Ordering::SeqCst) < held {
            assert!(timeout(PATIENCE, self.entered.notified()).await.is_ok(), "no job came");
        }
    }
}

#[async_trait]
impl Handler for Gate {
    async fn handle(&self, _: Job) {
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        self.entered.notify_one();
        if let Ok(permit) = self.open.acquire().await {
            permit.forget();
        }
        self.inside.fetch_sub(1, Ordering::SeqCst);
        self.done.fetch_add(1, Ordering::SeqCst);
    }
}

pub(super) struct Panics(pub(super) mpsc::UnboundedSender<i64>);

#[async_trait]
impl Handler for Panics {
    async fn handle(&self, job: Job) {
        assert!(job.batch.0 != 1, "the job that panics");
        let _ = self.0.send(job.batch.0);
    }
}
