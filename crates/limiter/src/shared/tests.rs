//! The shared limiter on a real Redis. The times at which permits were given are Redis' own, as the script says them:
//! what is judged is the sliding window, not how fast anything was.

mod fleet;
mod outage;
mod turns;

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use servers::Redis;
use tokio::task::JoinSet;

use super::*;
use crate::conformance;

/// A window short enough to wait for.
const WINDOW_MS: u64 = 500;
const WINDOW: Duration = Duration::from_millis(WINDOW_MS);
const LIMIT: u32 = 20;
const RATE: Rate = Rate::new(LIMIT, WINDOW_MS);
/// Far enough for every wait.
const PATIENCE: Duration = Duration::from_secs(180);

/// A limiter, the server's times of the permits it gave, and its account.
#[derive(Debug, Clone)]
struct Asked {
    limiters: RedisLimiters,
    limiter: Arc<RedisLimiter>,
    account: String,
}

impl Asked {
    /// The limiter of a migration on this account, through a connection of its own, as another process has it.
    async fn by_another_process(&self, redis: &Redis, migration: &str, rate: Rate) -> Self {
        let limiters = RedisLimiters::connect(&redis.url()).await.unwrap();
        let limiter = limiters.limiter(&self.account, migration, rate);
        Self { limiters, limiter, account: self.account.clone() }
    }

    /// Lets `tasks` ask until they have `count` permits together.
    async fn takes(&self, tasks: usize, count: usize) -> Vec<i64> {
        let before = self.times().len();
        let mut asking = JoinSet::new();
        for task in 0..tasks {
            let limiter = Arc::clone(&self.limiter);
            let share = count / tasks + usize::from(task < count % tasks);
            asking.spawn(async move {
                for _ in 0..share {
                    let permit = limiter.acquire(Instant::now() + PATIENCE).await;
                    assert!(permit.is_ok(), "{permit:?}");
                }
            });
        }
        asking.join_all().await;
        self.times().split_off(before)
    }

    fn times(&self) -> Vec<i64> {
        self.limiter.times.lock().unwrap().clone()
    }
}

/// A limiter of an account nobody has called; the book is told so, and does not wait for a window.
async fn fresh(redis: &Redis, rate: Rate) -> Asked {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let account = format!("account-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let limiters = RedisLimiters::connect(&redis.url()).await.unwrap();
    let about = redis.command(&["INFO", "server"]).await.unwrap();
    let run = about.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap();
    redis.command(&["HSET", &keys(&account)[0], "run", run]).await.unwrap();
    let limiter = limiters.limiter(&account, "m-1", rate);
    Asked { limiters, limiter, account }
}

/// The most permits in any sliding window.
fn most_in_any_window(times: &[i64], window: Duration) -> usize {
    let mut times = times.to_vec();
    times.sort_unstable();
    let inside =
        |first: usize| times[first..].iter().take_while(|at| **at - times[first] < micros_of(window)).count();
    (0..times.len()).map(inside).max().unwrap_or(0)
}

/// Waits until it is so.
async fn comes_true<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let look = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, look).await.is_ok(), "waited in vain: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shared_limiter_conforms() {
    let redis = Redis::start().await.unwrap();
    conformance::run(async |rate| fresh(&redis, rate).await.limiter as Arc<dyn Limiter>).await;
}
