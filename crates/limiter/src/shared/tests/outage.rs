//! Redis gone, frozen, come back, emptied, or with another idea of the time: nobody calls without leave, and the window
//! holds over the gap.

use super::*;

fn is_unavailable<T>(answer: &Result<T, LimiterError>) -> bool {
    matches!(answer, Err(LimiterError::Unavailable { reason }) if !reason.contains("127.0.0.1"))
}

/// Every permit so far, in windows; the first after the gap comes a whole window after the last before it.
fn assert_the_window_holds(asked: &Asked, before: usize) {
    let times = asked.times();
    assert!(most_in_any_window(&times, WINDOW) <= LIMIT as usize);
    let gap = times[before..].iter().min().unwrap() - times[..before].iter().max().unwrap();
    assert!(gap >= micros_of(WINDOW), "the first permit after the gap came after {gap} us");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_granted_while_redis_is_gone_and_the_window_holds_after_it_is_back() {
    let mut redis = Redis::start().await.unwrap();
    let asked = fresh(&redis, RATE).await;
    asked.takes(8, 30).await;
    redis.kill().await;
    let refused = asked.limiter.acquire(Instant::now() + PATIENCE).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    assert!(is_unavailable(&asked.limiters.figures(&asked.account).await));
    assert!(asked.limiter.snapshot().unavailable_since.is_some());
    redis.restart().await.unwrap();
    asked.takes(8, 30).await;
    assert_eq!(asked.limiter.snapshot().unavailable_since, None);
    assert_the_window_holds(&asked, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_waits_while_redis_restarts_is_served_afterwards() {
    let mut redis = Redis::start().await.unwrap();
    let asked = fresh(&redis, RATE).await;
    asked.takes(8, 30).await;
    let (times, ()) = tokio::join!(asked.takes(8, 40), async { redis.restart().await.unwrap() });
    assert_eq!(times.len(), 40);
    assert!(most_in_any_window(&asked.times(), WINDOW) <= LIMIT as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_redis_is_not_awaited_for_ever_and_serves_again_when_it_goes_on() {
    let redis = Redis::start().await.unwrap();
    let asked = fresh(&redis, RATE).await;
    asked.takes(4, 4).await;
    redis.freeze();
    let refused = asked.limiter.acquire(Instant::now() + PATIENCE).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    redis.thaw();
    asked.takes(8, 40).await;
    assert!(most_in_any_window(&asked.times(), WINDOW) <= LIMIT as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgot_everything_gives_no_second_window() {
    let redis = Redis::start().await.unwrap();
    let asked = fresh(&redis, RATE).await;
    asked.takes(8, 30).await;
    redis.flush().await.unwrap();
    asked.takes(8, 30).await;
    assert_the_window_holds(&asked, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_stops_nobody_for_longer_than_a_window() {
    let redis = Redis::start().await.unwrap();
    let asked = fresh(&redis, RATE).await;
    let times = asked.takes(8, 30).await;
    let in_an_hour = (times[29] + 3_600_000_000).to_string();
    redis.command(&["HSET", &keys(&asked.account)[0], "last", &in_an_hour]).await.unwrap();
    asked.takes(8, 30).await;
    assert_the_window_holds(&asked, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_the_server_does_not_know_is_taken_for_full() {
    let redis = Redis::start().await.unwrap();
    let limiters = RedisLimiters::connect(&redis.url()).await.unwrap();
    let limiter = limiters.of("new", "m-1", Rate::new(20, 60_000));
    let refused = limiter.acquire(Instant::now() + WINDOW).await;
    assert!(matches!(refused, Err(LimiterError::Deadline { wait_ms: 30_000.. })), "{refused:?}");
}

#[test]
fn a_clock_that_jumps_ahead_is_noticed() {
    let start = Instant::now();
    let mut book = Book::new(Rate::new(40, 20_000), (start, 1_000_000));
    let answer = |now_us| Answer::read(&[now_us, 0, 0, 0, 0, 500_000, 0, 0, 40, 20_000_000, 0, 0]).unwrap();
    let second = Duration::from_secs(1);
    assert!(book.heard(&answer(2_000_000), start + second, start + second));
    assert!(book.heard(&answer(3_100_000), start + second * 2, start + second * 2));
    assert!(!book.heard(&answer(14_100_000), start + second * 3, start + second * 3));
    assert!(book.take_urgent_news().jumped, "the fleet is told");
    assert!(book.heard(&answer(15_100_000), start + second * 4, start + second * 4));
}
