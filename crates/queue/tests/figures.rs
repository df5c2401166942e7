//! Figures, not promises: `cargo test -p queue --test figures --release -- --ignored --nocapture`.

#![expect(clippy::unwrap_used, reason = "what prepares a test")]

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use queue::{
    Queue, RedisQueue,
    conformance::{Collect, Serving, job},
};
use servers::Redis;
use tokio::{sync::mpsc, time::Instant};

const JOBS: i64 = 20_000;

fn queue_in(redis: &Redis) -> Arc<dyn Queue> {
    Arc::new(RedisQueue::connect(&redis.url(), "flotilla:{jobs}").unwrap())
}

fn rate(jobs: i64, taken: Duration) -> f64 {
    jobs as f64 / taken.as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "measures"]
async fn push_and_drain() {
    let redis = Redis::start().await.unwrap();
    for servers in [1, 4] {
        let queue = queue_in(&redis);
        let begun = Instant::now();
        for n in 0..1_000 {
            queue.push(&job(n)).await.unwrap();
        }
        println!("push, one after another: {:.0}/s", rate(1_000, begun.elapsed()));
        let begun = Instant::now();
        let pushes = futures::stream::iter((1_000..JOBS).map(|n| {
            let queue = Arc::clone(&queue);
            async move { queue.push(&job(n)).await.unwrap() }
        }));
        pushes.buffer_unordered(64).collect::<()>().await;
        println!("push, 64 at once: {:.0}/s", rate(JOBS - 1_000, begun.elapsed()));
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let begun = Instant::now();
        let queues: Vec<Arc<dyn Queue>> = (0..servers).map(|_| queue_in(&redis)).collect();
        let serving: Vec<Serving> = queues
            .iter()
            .map(|queue| Serving::begin(queue, "drain", 16, Arc::new(Collect(sender.clone()))))
            .collect();
        for _ in 0..JOBS {
            receiver.recv().await.unwrap();
        }
        println!("drain, {servers} serving: {:.0}/s", rate(JOBS, begun.elapsed()));
        for one in serving {
            one.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "measures"]
async fn from_push_to_an_idle_worker() {
    let redis = Redis::start().await.unwrap();
    let queue = queue_in(&redis);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving = Serving::begin(&queue_in(&redis), "idle", 4, Arc::new(Collect(sender)));
    let mut taken = Vec::new();
    for n in 0..300 {
        // The worker is idle again: nothing on the queue, and time enough to have gone to sleep.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let begun = Instant::now();
        queue.push(&job(n)).await.unwrap();
        receiver.recv().await.unwrap();
        taken.push(begun.elapsed());
    }
    taken.sort_unstable();
    println!("push to hand-over, idle: p50 {:?}, p99 {:?}, max {:?}", taken[150], taken[297], taken[299]);
    serving.end().await;
}
