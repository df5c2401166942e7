//! apalis' part: its worker, on a backend that is no more than a stream of jobs. A worker asks the stream for the next
//! job only when it has a hand free, so nothing is taken that cannot be started at once.

use std::{
    convert::Infallible,
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use apalis::layers::WorkerBuilderExt;
use apalis_core::{
    backend::{Backend, BackendConfig, finalize::Ephemeral},
    task::{
        Task,
        builder::TaskBuilder,
        data::Data,
        task_id::{RandomId, TaskId},
    },
    worker::{builder::WorkerBuilder, context::WorkerContext},
};
use futures::{Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use protocol::Job;

use crate::{Error, Handler};

/// The backend: it never fails, and its end is the worker's end. So a worker is stopped by ending the stream, and no job
/// can be taken by a worker that has stopped already.
struct Feed(BoxStream<'static, Job>);

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feed")
    }
}

impl Backend for Feed {
    type Task = Task<Job>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Job>, Infallible>>> {
        self.0.poll_next_unpin(cx).map(|next| {
            if next.is_none() {
                // apalis-core 1.0.0 waits for a stop even when its backend has ended. A worker that runs can be stopped.
                let _ = worker.stop();
            }
            let id = TaskId::from_string(RandomId::default());
            next.map(|job| Ok(TaskBuilder::new(job).task_id(id).build()))
        })
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Feed {
    type Args = Job;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = ();

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) {}
}

/// The handler as apalis wants its data: cloned for each job.
#[derive(Clone)]
struct Shared(Arc<dyn Handler>);

/// Runs a worker until `jobs` end and those in hand are done. Its types are closed off here: their lifetimes do not pass
/// through a trait's future.
pub(crate) fn work(
    name: &str,
    concurrency: usize,
    jobs: impl Stream<Item = Job> + Send + 'static,
    handler: Arc<dyn Handler>,
) -> BoxFuture<'static, Result<(), Error>> {
    let worker = WorkerBuilder::new(name)
        .backend(Feed(jobs.boxed()))
        .data(Shared(handler))
        .concurrency(concurrency.max(1))
        .build(run_one);
    Box::pin(async move { worker.run().await.map_err(|error| Error::Unavailable(Box::new(error))) })
}

/// Hands the job on, in a task of its own so that jobs run on all cores and a panic ends only its own job.
async fn run_one(job: Job, handler: Data<Shared>) {
    let batch = job.batch;
    let handler = Arc::clone(&handler.0.0);
    if let Err(error) = tokio::spawn(async move { handler.handle(job).await }).await {
        tracing::error!(%batch, %error, "job ended in a panic: its lease expires and the dispatcher pushes it again");
    }
}
