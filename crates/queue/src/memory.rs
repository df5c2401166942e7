//! The queue inside one process: an apalis worker on its in-memory backend. Nothing of it survives the process.

use std::{fmt, io, sync::Arc};

use apalis::layers::WorkerBuilderExt;
use apalis_core::{
    backend::memory::{MemorySink, MemoryStorage, MemoryStorageError},
    task::{
        Task,
        builder::TaskBuilder,
        data::Data,
        task_id::{RandomId, TaskId},
    },
    worker::builder::WorkerBuilder,
};
use async_trait::async_trait;
use futures::{SinkExt, StreamExt, channel::mpsc, future::BoxFuture};
use protocol::Job;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{Error, Handler, Queue};

/// A queue that lives in this process alone.
///
/// Jobs are pushed into the channel behind apalis' backend, not through its sink: a worker that polls that sink while
/// another task holds its lock is never woken again (apalis-core 1.0.0 drops the lock's future with its waker).
pub struct MemoryQueue {
    jobs: mpsc::UnboundedSender<Task<String>>,
    storage: Mutex<Option<MemoryStorage<String>>>,
}

impl fmt::Debug for MemoryQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryQueue")
    }
}

impl Default for MemoryQueue {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryQueue {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        let (jobs, receiver) = mpsc::unbounded::<Task<String>>();
        let idle: Box<dyn futures::Sink<Task<String>, Error = MemoryStorageError> + Send + Sync + Unpin> =
            Box::new(jobs.clone().sink_map_err(MemoryStorageError::from));
        let idle = MemorySink::new(Arc::new(futures::lock::Mutex::new(idle)));
        let storage = MemoryStorage::new_with(idle, receiver.boxed());
        Self { jobs, storage: Mutex::new(Some(storage)) }
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn push(&self, job: &Job) -> Result<(), Error> {
        let id = TaskId::from_string(RandomId::default());
        let task = TaskBuilder::new(job.encode()).task_id(id).build();
        self.jobs.unbounded_send(task).map_err(|error| Error::Unavailable(Box::new(error.into_send_error())))
    }

    async fn serve(
        &self,
        name: &str,
        concurrency: usize,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        let storage = self.storage.lock().await.take().ok_or(Error::AlreadyServed)?;
        work(name, concurrency, storage, Shared(handler), stop).await
    }
}

/// The handler as apalis wants its data: cloned for each job.
#[derive(Clone)]
struct Shared(Arc<dyn Handler>);

/// Runs the apalis worker. Its types are closed off here: their lifetimes do not pass through a trait's future.
fn work(
    name: &str,
    concurrency: usize,
    storage: MemoryStorage<String>,
    handler: Shared,
    stop: CancellationToken,
) -> BoxFuture<'static, Result<(), Error>> {
    let worker =
        WorkerBuilder::new(name).backend(storage).data(handler).concurrency(concurrency).build(run_one);
    let stopped = async move {
        stop.cancelled().await;
        Ok::<(), io::Error>(())
    };
    Box::pin(
        async move { worker.run_until(stopped).await.map_err(|error| Error::Unavailable(Box::new(error))) },
    )
}

/// Reads the envelope and hands the job on, in a task of its own so that jobs run on all cores and a panic ends only
/// its own job. A job that cannot be read is dropped: the ledger still knows its batch.
async fn run_one(envelope: String, handler: Data<Shared>) {
    let job = match Job::decode(&envelope) {
        Ok(job) => job,
        Err(error) => return tracing::warn!(%error, "job dropped"),
    };
    let batch = job.batch;
    let handler = Arc::clone(&handler.0.0);
    if let Err(error) = tokio::spawn(async move { handler.handle(job).await }).await {
        tracing::error!(%batch, %error, "job ended in a panic: its lease expires and the dispatcher pushes it again");
    }
}
