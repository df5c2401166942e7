//! Where a queue in Redis is apt to break: a long backlog, a long job, a worker that dies, what is left behind.

#![expect(clippy::unwrap_used, reason = "what prepares a test")]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt};
use queue::{
    Error, Queue, RedisQueue,
    conformance::{Collect, Gate, Serving, job, job_of, next},
};
use servers::Redis;
use tokio::{sync::mpsc, time::timeout};
use tokio_util::sync::CancellationToken;

const NAME: &str = "flotilla:{jobs}";

/// What takes longer than this will never happen.
const PATIENCE: Duration = Duration::from_secs(60);

async fn a_queue() -> (Redis, Arc<dyn Queue>) {
    let redis = Redis::start().await.unwrap();
    let queue = RedisQueue::connect(&redis.url(), NAME).unwrap();
    (redis, Arc::new(queue))
}

async fn push_all(queue: &Arc<dyn Queue>, batches: std::ops::Range<i64>) {
    let pushes = futures::stream::iter(batches.map(|n| {
        let queue = Arc::clone(queue);
        async move { queue.push(&job_of(["a", "b", "c"][n as usize % 3], n)).await.unwrap() }
    }));
    pushes.buffer_unordered(64).collect::<()>().await;
}

async fn figure(redis: &Redis, section: &str, name: &str) -> u64 {
    let info = redis.command(&["INFO", section]).await.unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix(name));
    let digits: String = line.unwrap_or_default().chars().skip(1).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_thousand_jobs_wait_for_a_worker_and_nothing_of_them_remains() {
    let (redis, queue) = a_queue().await;
    push_all(&queue, 0..10).await;
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let warm = Serving::begin(&queue, "warm", 8, Arc::new(Collect(sender.clone())));
    for _ in 0..10 {
        next(&mut receiver).await;
    }
    warm.end().await;
    let before = figure(&redis, "memory", "used_memory").await;

    push_all(&queue, 0..20_000).await;
    assert_eq!(queue.depth().await.unwrap(), 20_000);
    let full = figure(&redis, "memory", "used_memory").await;
    let serving: Vec<Serving> =
        (0..2).map(|_| Serving::begin(&queue, "late", 8, Arc::new(Collect(sender.clone())))).collect();
    let mut seen = Vec::new();
    while seen.len() < 20_000 {
        seen.push(next(&mut receiver).await);
    }
    assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>().len(), 20_000, "each once");
    push_all(&queue, 20_000..20_100).await;
    for _ in 0..100 {
        assert!(next(&mut receiver).await >= 20_000, "work goes on");
    }
    for one in serving {
        one.end().await;
    }
    assert!(receiver.try_recv().is_err(), "and no job came twice");
    let after = figure(&redis, "memory", "used_memory").await;
    println!("used_memory: before {before}, 20,000 waiting {full}, 20,000 done {after}");
    assert_eq!(redis.command(&["DBSIZE"]).await.unwrap(), ":0\r\n", "not one key remains");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_longer_than_any_window_is_handed_over_once() {
    let (redis, queue) = a_queue().await;
    let gate = Gate::closed();
    let slow = Serving::begin(&queue, "slow", 1, gate.clone());
    queue.push(&job(1)).await.unwrap();
    gate.reach(1).await;
    // Nothing in Redis knows of the job in hand, so there is no window to outlive.
    assert_eq!(redis.command(&["DBSIZE"]).await.unwrap(), ":0\r\n");
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let idle = Serving::begin(&queue, "idle", 4, Arc::new(Collect(sender)));
    let looks = figure(&redis, "commandstats", "cmdstat_evalsha:calls").await;
    while figure(&redis, "commandstats", "cmdstat_evalsha:calls").await < looks + 3 {
        tokio::task::yield_now().await;
    }
    queue.push(&job(2)).await.unwrap();
    assert_eq!(next(&mut receiver).await, 2, "the others found nothing but what was pushed after it");
    gate.open.add_permits(1);
    slow.end().await;
    idle.end().await;
    assert!(receiver.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_decides_hears_that_a_job_has_ended_elsewhere() {
    let (redis, queue) = a_queue().await;
    let decider = RedisQueue::connect(&redis.url(), NAME).unwrap();
    // It rings once as it begins to listen: what ended before is worth a look too.
    decider.job_ended().await;
    let gate = Gate::closed();
    let serving = Serving::begin(&queue, "worker", 1, gate.clone());
    queue.push(&job(1)).await.unwrap();
    gate.reach(1).await;
    assert!(decider.job_ended().now_or_never().is_none(), "nothing has ended yet");
    gate.open.add_permits(1);
    assert!(timeout(PATIENCE, decider.job_ended()).await.is_ok(), "nobody says that it has ended");
    serving.end().await;
}

#[test]
fn a_killed_worker_takes_its_job_along_until_it_is_pushed_again() {
    let doomed = tokio::runtime::Runtime::new().unwrap();
    let survivor = tokio::runtime::Runtime::new().unwrap();
    let redis = survivor.block_on(Redis::start()).unwrap();
    let queue_of_the_doomed = RedisQueue::connect(&redis.url(), NAME).unwrap();
    let queue: Arc<dyn Queue> = Arc::new(RedisQueue::connect(&redis.url(), NAME).unwrap());
    let gate = Gate::closed();
    let handler = gate.clone();
    doomed.spawn(
        async move { queue_of_the_doomed.serve("worker-0", 1, handler, CancellationToken::new()).await },
    );
    survivor.block_on(queue.push(&job(1))).unwrap();
    survivor.block_on(gate.reach(1));
    // Everything of the worker ends where it stands, as with its process.
    doomed.shutdown_background();

    survivor.block_on(async {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let serving = Serving::begin(&queue, "worker-0", 1, Arc::new(Collect(sender)));
        queue.push(&job(2)).await.unwrap();
        assert_eq!(next(&mut receiver).await, 2, "one of the same name serves at once");
        assert_eq!(queue.depth().await.unwrap(), 0);
        queue.push(&job(1)).await.unwrap();
        assert_eq!(next(&mut receiver).await, 1, "the dispatcher's next push brings the job back");
        serving.end().await;
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_that_went_missing_are_made_good_by_the_next_push() {
    for lost in ["turns", "order:a", "envelopes:a"] {
        for all_again in [true, false] {
            let (redis, queue) = a_queue().await;
            for n in 0..10 {
                queue.push(&job_of("a", n)).await.unwrap();
            }
            assert_eq!(redis.command(&["DEL", &format!("{NAME}:{lost}")]).await.unwrap(), ":1\r\n");
            // What waited before, or one job more: either puts right what is missing.
            let pushed = if all_again { 0..10 } else { 10..11 };
            for n in pushed.clone() {
                queue.push(&job_of("a", n)).await.unwrap();
            }
            let (sender, mut receiver) = mpsc::unbounded_channel();
            let serving = Serving::begin(&queue, "mend", 1, Arc::new(Collect(sender)));
            let mut seen = Vec::new();
            while seen.last() != Some(&(pushed.end - 1)) {
                seen.push(next(&mut receiver).await);
            }
            if all_again {
                assert_eq!(seen, (0..10).collect::<Vec<_>>(), "after the loss of {lost}");
            }
            serving.end().await;
            assert_eq!(redis.command(&["DBSIZE"]).await.unwrap(), ":0\r\n", "after the loss of {lost}");
        }
    }
}

#[tokio::test]
async fn a_job_that_cannot_be_read_is_dropped_and_the_next_one_is_done() {
    let (redis, queue) = a_queue().await;
    queue.push(&job_of("a", 1)).await.unwrap();
    queue.push(&job_of("a", 2)).await.unwrap();
    redis.command(&["HSET", &format!("{NAME}:envelopes:a"), "1", "{\"v\":99}"]).await.unwrap();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving = Serving::begin(&queue, "poison", 1, Arc::new(Collect(sender)));
    assert_eq!(next(&mut receiver).await, 2);
    serving.end().await;
}

#[tokio::test]
async fn no_error_shows_the_address() {
    let redis = Redis::start().await.unwrap();
    let refused = format!("redis://someone:hunter2@127.0.0.1:{}/0", redis.port());
    for url in [refused.as_str(), "redis://:hunter2@127.0.0.1:1/0", "redis://:hunter2@no-such-host.invalid/0"]
    {
        let queue = RedisQueue::connect(url, NAME).unwrap();
        let error = queue.push(&job(1)).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)));
        let mut said = format!("{queue:?} {error:?} {error}");
        let mut cause = std::error::Error::source(&error);
        while let Some(one) = cause {
            said += &format!(" {one} {one:?}");
            cause = one.source();
        }
        assert!(!said.contains("hunter2") && !said.contains("redis://"), "{said}");
    }
    for url in ["http://:hunter2@127.0.0.1", "hunter2", "redis://:hunter2@127.0.0.1:hunter2/x"] {
        let error = RedisQueue::connect(url, NAME).unwrap_err();
        assert!(matches!(error, Error::BadAddress));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}
