//! The in-process backend passes the queue's conformance suite.

use std::sync::Arc;

use queue::{MemoryQueue, conformance};

/// A test for each of these promises, on a queue of its own.
macro_rules! keeps {
    ($($promise:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $promise() {
            conformance::$promise(Arc::new(MemoryQueue::new())).await;
        })+
    };
}

keeps!(
    every_job_is_handed_over,
    an_idle_worker_wakes_for_every_job,
    concurrency_is_kept_and_a_stop_waits_for_jobs_in_hand,
    a_panicking_job_does_not_stop_the_others,
    a_batch_waits_on_the_queue_once,
    migrations_take_turns,
    a_forgotten_migration_leaves_nothing,
    several_serve_at_once_and_again_under_one_name,
    a_stop_leaves_what_waits_on_the_queue,
);
