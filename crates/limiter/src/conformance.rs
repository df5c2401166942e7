//! What every backend of [`Limiter`] must do, as one suite that any of them can be run against. It measures with
//! tokio's clock, so it holds in real and in paused time; it never asserts that something was fast.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::{Limiter, LimiterError, LimiterSnapshot, Rate};

/// Far enough for every wait in this suite.
const PATIENCE: Duration = Duration::from_secs(600);
/// A window short enough to be waited for in real time.
const WINDOW_MS: u64 = 200;

/// Runs the whole suite; `make` gives a fresh limiter of an account nobody has used.
///
/// # Panics
/// When the backend breaks the contract; the message names the clause.
pub async fn run(make: impl AsyncFn(Rate) -> Arc<dyn Limiter>) {
    sliding_windows_hold_at_most_the_limit(make(Rate::new(10, WINDOW_MS)).await).await;
    sliding_windows_hold_at_most_the_limit(make(Rate::new(3, WINDOW_MS).with_reserve(0.3)).await).await;
    sliding_windows_hold_at_most_the_limit(make(Rate::new(1, WINDOW_MS / 4)).await).await;
    callers_are_served_in_the_order_of_asking(make(Rate::new(5, WINDOW_MS)).await).await;
    a_block_stops_everybody(make(Rate::new(20, WINDOW_MS)).await).await;
    a_slot_beyond_the_deadline_is_refused_at_once(make(Rate::new(2, 120_000)).await).await;
    a_caller_who_leaves_holds_nobody_up(make(Rate::new(2, WINDOW_MS)).await).await;
    a_new_rate_reaches_those_who_wait(make(Rate::new(2, 300_000)).await).await;
    foreign_calls_slow_us_until_they_end(make(Rate::new(40, WINDOW_MS)).await).await;
}

/// True when no window `[t, t + window)` holds more than `limit` of the instants.
pub fn holds_in_any_window(instants: &[Instant], limit: usize, window: Duration) -> bool {
    let mut sorted = instants.to_vec();
    sorted.sort();
    let mut inside: VecDeque<Instant> = VecDeque::new();
    sorted.into_iter().all(|at| {
        while inside.front().is_some_and(|first| *first + window <= at) {
            inside.pop_front();
        }
        inside.push_back(at);
        inside.len() <= limit
    })
}

async fn sliding_windows_hold_at_most_the_limit(limiter: Arc<dyn Limiter>) {
    let rate = limiter.snapshot().rate;
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let limiter = Arc::clone(&limiter);
        callers.spawn(async move {
            let mut mine = Vec::new();
            for _ in 0..rate.limit.div_ceil(2) + 1 {
                grant(limiter.as_ref()).await;
                mine.push(Instant::now());
            }
            mine
        });
    }
    let granted: Vec<Instant> = callers.join_all().await.concat();
    assert_eq!(limiter.snapshot().granted, granted.len() as u64, "every permit is counted");
    let window = Duration::from_millis(rate.window_ms);
    // A caller is scheduled a little after its permit, so the backend's windows are seen through that blur.
    let blur = window / 10;
    assert!(
        holds_in_any_window(&granted, rate.limit as usize, window - blur),
        "a sliding window held more than the limit of {} permits",
        rate.limit
    );
}

async fn callers_are_served_in_the_order_of_asking(limiter: Arc<dyn Limiter>) {
    let served = Mutex::new(Vec::new());
    let caller = async |number: u32| {
        grant(limiter.as_ref()).await;
        served.lock().unwrap_or_else(PoisonError::into_inner).push(number);
    };
    tokio::join!(biased; caller(0), caller(1), caller(2), caller(3));
    let served = served.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(served, [0, 1, 2, 3], "callers are served in the order of asking");
}

async fn a_block_stops_everybody(limiter: Arc<dyn Limiter>) {
    grant(limiter.as_ref()).await;
    let pause = Duration::from_millis(300);
    let after_the_block = async || {
        grant(limiter.as_ref()).await;
        Instant::now()
    };
    let block = async {
        let blocked_at = Instant::now();
        limiter.block_for(pause);
        blocked_at
    };
    // The first of them has asked before the block begins, the second asks while it lasts.
    let (before, blocked_at, during) = tokio::join!(biased; after_the_block(), block, after_the_block());
    assert!(before >= blocked_at + pause, "a reservation made before the block is pushed behind it");
    assert!(during >= blocked_at + pause, "nobody gets a permit while the block lasts");
    let figures = limiter.snapshot();
    assert_eq!((figures.blocks, figures.blocked_ms_total), (1, 300), "blocks are counted");
}

async fn a_slot_beyond_the_deadline_is_refused_at_once(limiter: Arc<dyn Limiter>) {
    grant(limiter.as_ref()).await;
    let refused = limiter.acquire(Instant::now() + Duration::from_secs(10)).await;
    assert!(matches!(refused, Err(LimiterError::Deadline { wait_ms: 10_000.. })), "a late slot is refused");
    let past = Instant::now().checked_sub(Duration::from_millis(1)).unwrap_or_else(Instant::now);
    assert!(limiter.acquire(past).await.is_err(), "a deadline that is over gets nothing");
    assert_eq!(limiter.snapshot().granted, 1, "a refused caller is not counted as granted");
    assert_eq!(limiter.snapshot().waiting, 0, "a refused caller does not wait");
}

async fn a_caller_who_leaves_holds_nobody_up(limiter: Arc<dyn Limiter>) {
    grant(limiter.as_ref()).await;
    let interval = limiter.snapshot().interval;
    for _ in 0..5 {
        let gone = tokio::time::timeout(Duration::ZERO, limiter.acquire(Instant::now() + PATIENCE)).await;
        assert!(gone.is_err(), "the caller leaves while it waits");
    }
    assert_eq!(limiter.snapshot().waiting, 0, "those who left do not wait");
    // Had the five kept their slots, the wait would be six intervals.
    let deadline = Instant::now() + interval * 3;
    assert!(limiter.acquire(deadline).await.is_ok(), "a caller who left gives its slot back");
}

async fn a_new_rate_reaches_those_who_wait(limiter: Arc<dyn Limiter>) {
    grant(limiter.as_ref()).await;
    let change = async { limiter.set_rate(Rate::new(100, 1_000)) };
    // At the old rate the wait would be five minutes.
    let patience = Duration::from_secs(60);
    let waiting = tokio::time::timeout(patience, grant(limiter.as_ref()));
    let (waited, ()) = tokio::join!(biased; waiting, change);
    assert!(waited.is_ok(), "a caller who waits is moved to the new rate");
    assert_eq!(limiter.snapshot().rate, Rate::new(100, 1_000), "the new rate is shown");
}

async fn foreign_calls_slow_us_until_they_end(limiter: Arc<dyn Limiter>) {
    grant(limiter.as_ref()).await;
    let alone = limiter.snapshot().interval;
    limiter.feedback(30, 40);
    comes_to(&*limiter, "foreign calls slow us down", |now| now.foreign >= 20 && now.interval > alone * 2)
        .await;
    limiter.feedback(1, 40);
    comes_to(&*limiter, "when they end we are back at full pace", |now| now.interval == alone).await;
    limiter.feedback(1, 20);
    comes_to(&*limiter, "a lower limit named by the vendor is kept", |now| now.interval > alone).await;
}

/// Waits until the figures show it: a shared backend is told in the background.
async fn comes_to(limiter: &dyn Limiter, what: &str, is_so: impl Fn(&LimiterSnapshot) -> bool) {
    let look = async {
        while !is_so(&limiter.snapshot()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(30), look).await;
    assert!(seen.is_ok(), "{what}: {:?}", limiter.snapshot());
}

async fn grant(limiter: &dyn Limiter) {
    let permit = limiter.acquire(Instant::now() + PATIENCE).await;
    assert!(permit.is_ok(), "a permit comes when there is time enough: {permit:?}");
}
