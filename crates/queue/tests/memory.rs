//! The in-process backend passes the queue's conformance suite.

use std::sync::Arc;

use queue::{Error, MemoryQueue, Queue, conformance};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn every_job_is_handed_over() {
    conformance::every_job_is_handed_over(Arc::new(MemoryQueue::new())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_idle_worker_wakes_for_every_job() {
    conformance::an_idle_worker_wakes_for_every_job(Arc::new(MemoryQueue::new())).await;
}

#[tokio::test]
async fn concurrency_is_kept_and_a_stop_waits_for_jobs_in_hand() {
    conformance::concurrency_is_kept_and_a_stop_waits_for_jobs_in_hand(Arc::new(MemoryQueue::new())).await;
}

#[tokio::test]
async fn a_panicking_job_does_not_stop_the_others() {
    conformance::a_panicking_job_does_not_stop_the_others(Arc::new(MemoryQueue::new())).await;
}

#[tokio::test]
async fn a_second_server_is_refused() {
    struct Nothing;
    #[async_trait::async_trait]
    impl queue::Handler for Nothing {
        async fn handle(&self, _: protocol::Job) {}
    }
    let queue = MemoryQueue::new();
    let stop = CancellationToken::new();
    stop.cancel();
    assert!(queue.serve("first", 1, Arc::new(Nothing), stop.clone()).await.is_ok());
    assert!(matches!(queue.serve("second", 1, Arc::new(Nothing), stop).await, Err(Error::AlreadyServed)));
}
