//! What every backend of the queue has to do, as one suite that each backend runs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use protocol::{BatchId, Job, MigrationId, ObjectKind, Step, job::JOB_VERSION};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::{Handler, Queue};

/// A job about batch `n`.
///
/// # Panics
/// Never: the migration id is a slug.
#[must_use]
pub fn job(n: i64) -> Job {
    #[expect(clippy::unwrap_used, reason = "the literal is a slug")]
    let migration = MigrationId::new("conformance").unwrap();
    Job {
        v: JOB_VERSION,
        migration,
        batch: BatchId(n),
        step: Step::Copy,
        kind: ObjectKind::Ticket,
        traceparent: None,
    }
}

struct Collect(mpsc::UnboundedSender<i64>);

#[async_trait]
impl Handler for Collect {
    async fn handle(&self, job: Job) {
        let _ = self.0.send(job.batch.0);
    }
}

/// Every pushed job is handed over, those pushed before anybody served included.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn every_job_is_handed_over(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    for n in 0..50 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let server = tokio::spawn({
        let (queue, stop) = (Arc::clone(&queue), stop.clone());
        async move { queue.serve("every-job", 4, Arc::new(Collect(sender)), stop).await }
    });
    for n in 50..100 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let mut seen = Vec::new();
    while seen.len() < 100 {
        seen.extend(receiver.recv().await);
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..100).collect::<Vec<_>>());
    stop.cancel();
    assert!(matches!(server.await, Ok(Ok(()))));
}

/// A worker that has nothing to do wakes up for the next job, however the push and its going to sleep fall together.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn an_idle_worker_wakes_for_every_job(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let server = tokio::spawn({
        let (queue, stop) = (Arc::clone(&queue), stop.clone());
        async move { queue.serve("idle", 4, Arc::new(Collect(sender)), stop).await }
    });
    for round in 0..500 {
        for n in 0..3 {
            assert!(queue.push(&job(round * 3 + n)).await.is_ok());
        }
        for _ in 0..3 {
            assert!(receiver.recv().await.is_some());
        }
    }
    stop.cancel();
    assert!(matches!(server.await, Ok(Ok(()))));
}

struct Gate {
    open: Semaphore,
    entered: Notify,
    inside: AtomicUsize,
    most: AtomicUsize,
    done: AtomicUsize,
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

/// Never more jobs at once than asked for, and a stop waits for those in hand.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn concurrency_is_kept_and_a_stop_waits_for_jobs_in_hand(queue: Arc<dyn Queue>) {
    let gate = Arc::new(Gate {
        open: Semaphore::new(0),
        entered: Notify::new(),
        inside: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
    });
    let stop = CancellationToken::new();
    for n in 0..20 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let server = tokio::spawn({
        let (queue, stop, gate) = (Arc::clone(&queue), stop.clone(), Arc::clone(&gate));
        async move { queue.serve("gate", 3, gate, stop).await }
    });
    while gate.inside.load(Ordering::SeqCst) < 3 {
        gate.entered.notified().await;
    }
    gate.open.add_permits(5);
    while gate.done.load(Ordering::SeqCst) < 5 || gate.inside.load(Ordering::SeqCst) < 3 {
        gate.entered.notified().await;
    }
    stop.cancel();
    gate.open.add_permits(15);
    assert!(matches!(server.await, Ok(Ok(()))));
    assert_eq!(gate.inside.load(Ordering::SeqCst), 0, "a stop waits for the jobs in hand");
    assert_eq!(gate.most.load(Ordering::SeqCst), 3, "never more than the concurrency asked for");
}

struct Panics(mpsc::UnboundedSender<i64>);

#[async_trait]
impl Handler for Panics {
    async fn handle(&self, job: Job) {
        assert!(job.batch.0 != 1, "the job that panics");
        let _ = self.0.send(job.batch.0);
    }
}

/// A handler that panics takes neither the worker nor the jobs behind it with it.
///
/// # Panics
/// When the backend does not keep to it.
pub async fn a_panicking_job_does_not_stop_the_others(queue: Arc<dyn Queue>) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    for n in 0..5 {
        assert!(queue.push(&job(n)).await.is_ok());
    }
    let server = tokio::spawn({
        let (queue, stop) = (Arc::clone(&queue), stop.clone());
        async move { queue.serve("panics", 1, Arc::new(Panics(sender)), stop).await }
    });
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.extend(receiver.recv().await);
    }
    seen.sort_unstable();
    assert_eq!(seen, [0, 2, 3, 4]);
    stop.cancel();
    assert!(matches!(server.await, Ok(Ok(()))));
}
