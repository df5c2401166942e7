//! The backend in Redis passes the queue's conformance suite, each test on a Redis of its own.

#![expect(clippy::unwrap_used, reason = "what prepares a test")]

use std::sync::Arc;

use queue::{Queue, RedisQueue};
use servers::Redis;

async fn in_redis() -> (Redis, Arc<dyn Queue>) {
    let redis = Redis::start().await.unwrap();
    let queue = RedisQueue::connect(&redis.url(), "flotilla:{jobs}").unwrap();
    (redis, Arc::new(queue))
}

queue::conformance_suite!(in_redis);
