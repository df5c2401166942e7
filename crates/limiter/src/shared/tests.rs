//! The shared limiter on a real Redis.

use std::sync::atomic::{AtomicU32, Ordering};

use servers::Redis;

use super::*;
use crate::conformance;

/// Gives an account nobody has called, and says so to the book, which would wait for one window otherwise.
async fn fresh(limiters: &RedisLimiters, redis: &Redis, rate: Rate) -> Arc<RedisLimiter> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let account = format!("account-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let about = redis.command(&["INFO", "server"]).await.unwrap();
    let run = about.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap();
    redis.command(&["HSET", &keys(&account)[0], "run", run]).await.unwrap();
    limiters.limiter(&account, "m-1", rate)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shared_limiter_conforms() {
    let redis = Redis::start().await.unwrap();
    let limiters = RedisLimiters::connect(&redis.url()).await.unwrap();
    conformance::run(async |rate| fresh(&limiters, &redis, rate).await as Arc<dyn Limiter>).await;
}
