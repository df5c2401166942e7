//! The queue inside one process. Nothing of it survives the process.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use futures::stream;
use protocol::{Job, MigrationId};
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{Error, Handler, Queue, count_handed_over, count_pushed, feed};

/// A queue that lives in this process alone.
#[derive(Default)]
pub struct MemoryQueue {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    pushed: Notify,
}

/// Whose turn it is, and what waits for each; a migration without a job has no entry.
#[derive(Default)]
struct Waiting {
    turns: VecDeque<MigrationId>,
    jobs: HashMap<MigrationId, VecDeque<(Job, Instant)>>,
}

impl fmt::Debug for MemoryQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryQueue")
    }
}

impl MemoryQueue {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn next(&self, stop: &CancellationToken) -> Option<Job> {
        loop {
            // Registered before the look, so that a push between look and wait is not slept through.
            let mut pushed = std::pin::pin!(self.pushed.notified());
            pushed.as_mut().enable();
            if stop.is_cancelled() {
                return None;
            }
            if let Some((job, since)) = self.waiting().take() {
                count_handed_over(since.elapsed());
                return Some(job);
            }
            tokio::select! {
                () = stop.cancelled() => return None,
                () = pushed => {}
            }
        }
    }
}

impl Waiting {
    /// Puts a job behind the others of its migration; answers whether it was not there yet.
    fn put(&mut self, job: &Job) -> bool {
        let jobs = self.jobs.entry(job.migration.clone()).or_default();
        if let Some((there, _)) = jobs.iter_mut().find(|(there, _)| there.batch == job.batch) {
            there.clone_from(job);
            return false;
        }
        if jobs.is_empty() {
            self.turns.push_back(job.migration.clone());
        }
        jobs.push_back((job.clone(), Instant::now()));
        true
    }

    fn take(&mut self) -> Option<(Job, Instant)> {
        let migration = self.turns.pop_front()?;
        let jobs = self.jobs.get_mut(&migration)?;
        let taken = jobs.pop_front();
        if jobs.is_empty() {
            self.jobs.remove(&migration);
        } else {
            self.turns.push_back(migration);
        }
        taken
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn push(&self, job: &Job) -> Result<(), Error> {
        if self.shared.waiting().put(job) {
            count_pushed();
            self.shared.pushed.notify_waiters();
        }
        Ok(())
    }

    async fn serve(
        &self,
        name: &str,
        concurrency: usize,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        let jobs = stream::unfold((Arc::clone(&self.shared), stop), |(shared, stop)| async move {
            shared.next(&stop).await.map(|job| (job, (shared, stop)))
        });
        feed::work(name, concurrency, jobs, handler).await
    }

    async fn forget(&self, migration: &MigrationId) -> Result<(), Error> {
        let mut waiting = self.shared.waiting();
        waiting.jobs.remove(migration);
        waiting.turns.retain(|one| one != migration);
        Ok(())
    }

    async fn depth(&self) -> Result<u64, Error> {
        Ok(self.shared.waiting().jobs.values().map(|jobs| jobs.len() as u64).sum())
    }
}
