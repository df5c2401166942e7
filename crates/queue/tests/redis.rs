//! The backend in Redis passes the queue's conformance suite.

use std::sync::Arc;

use queue::{RedisQueue, conformance};
use servers::Redis;

/// A test for each of these promises, on a Redis of its own.
macro_rules! keeps {
    ($($promise:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $promise() {
            let redis = Redis::start().await.unwrap();
            let queue = RedisQueue::connect(&redis.url(), "flotilla:{jobs}").unwrap();
            conformance::$promise(Arc::new(queue)).await;
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
