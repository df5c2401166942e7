//! Redis dies, is flushed, freezes, or is not there yet: serving goes on by itself.

#![expect(clippy::unwrap_used, reason = "what prepares a test")]

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use queue::{
    Error, Queue, RedisQueue,
    conformance::{Collect, Gate, Serving, job, next},
};
use servers::Redis;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};

/// When the dispatcher of these tests pushes again what was not done.
const PUSH_AGAIN: Duration = Duration::from_secs(1);

fn queue_in(redis: &Redis) -> Arc<dyn Queue> {
    Arc::new(RedisQueue::connect(&redis.url(), "flotilla:{jobs}").unwrap())
}

/// Pushes until the queue has taken the job, as the dispatcher does.
async fn push(queue: &Arc<dyn Queue>, n: i64) {
    while queue.push(&job(n)).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_redis_killed_under_load_is_outlived() {
    let mut redis = Redis::start().await.unwrap();
    let queue = queue_in(&redis);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving: Vec<Serving> =
        (0..2).map(|_| Serving::begin(&queue, "load", 4, Arc::new(Collect(sender.clone())))).collect();
    let (go_on, mut permits) = mpsc::unbounded_channel::<i64>();
    let pusher = tokio::spawn({
        let queue = Arc::clone(&queue);
        async move {
            let mut n = 0;
            while let Some(until) = permits.recv().await {
                while n < until {
                    push(&queue, n).await;
                    n += 1;
                }
            }
        }
    });
    let mut seen = BTreeSet::new();
    let mut again = 0;
    for round in 1..=3 {
        let until = round * 1_000;
        go_on.send(until).unwrap();
        while seen.len() < (until - 700) as usize - 50 {
            again += usize::from(!seen.insert(next(&mut receiver).await));
        }
        // In the middle of the load, without a word.
        redis.kill().await;
        redis.restart().await.unwrap();
        let back = Instant::now();
        while !seen.contains(&(until - 1)) {
            match timeout(PUSH_AGAIN, receiver.recv()).await {
                Ok(batch) => again += usize::from(!seen.insert(batch.unwrap())),
                Err(_) => push(&queue, until - 1).await,
            }
        }
        println!("round {round}: load done {:?} after Redis was back", back.elapsed());
    }
    // A job may be lost with the reply that carried it, or with the last second of the append-only file.
    let lost: Vec<i64> = (0..3_000).filter(|n| !seen.contains(n)).collect();
    println!("lost with three kills: {}; handed over twice: {again}", lost.len());
    for n in &lost {
        push(&queue, *n).await;
    }
    while seen.len() < 3_000 {
        seen.insert(next(&mut receiver).await);
    }
    drop(go_on);
    pusher.await.unwrap();
    for one in serving {
        one.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn jobs_in_hand_are_done_while_redis_is_away() {
    let mut redis = Redis::start().await.unwrap();
    let queue = queue_in(&redis);
    let gate = Gate::closed();
    let serving = Serving::begin(&queue, "in-hand", 4, gate.clone());
    for n in 0..4 {
        queue.push(&job(n)).await.unwrap();
    }
    gate.reach(4).await;
    redis.kill().await;
    assert!(matches!(queue.push(&job(4)).await, Err(Error::Unavailable(_))));
    assert!(matches!(queue.depth().await, Err(Error::Unavailable(_))));
    gate.open.add_permits(4);
    while gate.done.load(Ordering::SeqCst) < 4 {
        tokio::task::yield_now().await;
    }
    redis.restart().await.unwrap();
    queue.push(&job(5)).await.unwrap();
    gate.reach(1).await;
    gate.open.add_permits(1);
    serving.end().await;
    assert_eq!(gate.done.load(Ordering::SeqCst), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flushed_redis_is_filled_again() {
    let redis = Redis::start().await.unwrap();
    let queue = queue_in(&redis);
    let gate = Gate::closed();
    let serving = Serving::begin(&queue, "flush", 2, gate.clone());
    for n in 0..50 {
        queue.push(&job(n)).await.unwrap();
    }
    gate.reach(2).await;
    assert_eq!(queue.depth().await.unwrap(), 48);
    redis.flush().await.unwrap();
    redis.command(&["SCRIPT", "FLUSH"]).await.unwrap();
    assert_eq!(queue.depth().await.unwrap(), 0);
    for n in 2..50 {
        queue.push(&job(n)).await.unwrap();
    }
    gate.open.add_permits(50);
    while gate.done.load(Ordering::SeqCst) < 50 {
        tokio::task::yield_now().await;
    }
    serving.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_frozen_redis_is_waited_for_and_holds_no_stop_up() {
    let redis = Redis::start().await.unwrap();
    let queue = queue_in(&redis);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving = Serving::begin(&queue, "frozen", 2, Arc::new(Collect(sender.clone())));
    let leaver = Serving::begin(&queue, "leaver", 2, Arc::new(Collect(sender)));
    queue.push(&job(1)).await.unwrap();
    assert_eq!(next(&mut receiver).await, 1);
    redis.freeze();
    assert!(matches!(queue.push(&job(2)).await, Err(Error::Unavailable(_))));
    assert!(matches!(queue.depth().await, Err(Error::Unavailable(_))), "nor is it let in anew");
    let asked = Instant::now();
    leaver.end().await;
    println!("stopped {:?} after it was asked to, Redis frozen", asked.elapsed());
    redis.thaw();
    let back = Instant::now();
    // Job 2 may come late, and job 3 be lost to a claim nobody waits for any more: it is pushed until it is done.
    let mut served = 0;
    while served != 3 {
        push(&queue, 3).await;
        if let Ok(batch) = timeout(PUSH_AGAIN, receiver.recv()).await {
            served = batch.unwrap();
        }
    }
    println!("served {:?} after the thaw", back.elapsed());
    serving.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn serving_begins_before_redis_is_there() {
    let mut redis = Redis::start().await.unwrap();
    redis.kill().await;
    let queue = queue_in(&redis);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let early = Serving::begin(&queue, "early", 2, Arc::new(Collect(sender.clone())));
    let leaver = Serving::begin(&queue, "leaver", 2, Arc::new(Collect(sender)));
    assert!(matches!(queue.push(&job(1)).await, Err(Error::Unavailable(_))));
    leaver.end().await;
    redis.restart().await.unwrap();
    queue.push(&job(2)).await.unwrap();
    assert_eq!(next(&mut receiver).await, 2);
    early.end().await;
}

/// The claim of a worker is on its way as it is told to stop: what comes back goes back.
#[tokio::test]
async fn a_job_that_comes_with_the_stop_goes_back_to_its_place() {
    let redis = Redis::start().await.unwrap();
    let queue = queue_in(&redis);
    queue.push(&job(1)).await.unwrap();
    queue.push(&job(2)).await.unwrap();
    redis.freeze();
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let serving = Serving::begin(&queue, "late", 1, Arc::new(Collect(sender.clone())));
    for _ in 0..1_000 {
        // The claim leaves; nothing comes back.
        tokio::task::yield_now().await;
    }
    let ended = tokio::spawn(serving.end());
    tokio::task::yield_now().await;
    redis.thaw();
    ended.await.unwrap();
    assert!(receiver.try_recv().is_err());
    assert_eq!(queue.depth().await.unwrap(), 2);
    let serving = Serving::begin(&queue, "next", 1, Arc::new(Collect(sender)));
    assert_eq!(next(&mut receiver).await, 1);
    assert_eq!(next(&mut receiver).await, 2);
    serving.end().await;
}
