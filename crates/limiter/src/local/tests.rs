//! The local limiter in paused time, alone and against a vendor's bucket that others use too.

use std::sync::Arc;

use tokio::time::sleep;

use super::*;
use crate::conformance;

const WINDOW: Duration = Duration::from_secs(20);
const LIMIT: u32 = 40;

fn limiter() -> LocalLimiter {
    LocalLimiter::new(Rate::new(LIMIT, 20_000))
}

#[tokio::test(start_paused = true)]
async fn the_local_limiter_conforms() {
    conformance::run(async |rate| Arc::new(LocalLimiter::new(rate)) as Arc<dyn Limiter>).await;
}

#[tokio::test(start_paused = true)]
async fn many_callers_together_use_the_allowed_rate() {
    let limiter = Arc::new(limiter());
    let start = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let limiter = Arc::clone(&limiter);
        callers.spawn(async move { while limiter.acquire(start + WINDOW * 10).await.is_ok() {} });
    }
    callers.join_all().await;
    let granted = limiter.snapshot().granted;
    assert!((390..=391).contains(&granted), "ten windows of 39 and the first, got {granted}");
}

/// How a vendor may count.
#[derive(Clone, Copy, PartialEq)]
enum Counting {
    Bucket,
    Window,
}

/// A vendor's account: our calls and those of others in one count.
struct Vendor {
    counting: Counting,
    level: f64,
    drained_at: Instant,
    calls: Vec<Instant>,
    refused: u32,
}

impl Vendor {
    fn new(counting: Counting) -> Self {
        Self { counting, level: 0.0, drained_at: Instant::now(), calls: Vec::new(), refused: 0 }
    }

    fn call(&mut self, ours: bool) -> u32 {
        let now = Instant::now();
        let share = (now - self.drained_at).as_secs_f64() / WINDOW.as_secs_f64();
        self.level = (self.level - share * f64::from(LIMIT)).max(0.0);
        self.drained_at = now;
        self.calls.retain(|at| *at + WINDOW > now);
        let used = match self.counting {
            Counting::Bucket => self.level,
            Counting::Window => self.calls.len() as f64,
        };
        if used + 1.0 > f64::from(LIMIT) {
            self.refused += u32::from(ours);
            return LIMIT;
        }
        self.level += 1.0;
        self.calls.push(now);
        (used + 1.0).ceil() as u32
    }
}

/// One of us at full speed against others at `foreign` calls per window, for `windows`; gives our calls.
async fn share_with_others(limiter: &LocalLimiter, vendor: &mut Vendor, foreign: u32, windows: u32) -> u32 {
    let end = Instant::now() + WINDOW * windows;
    let mut ours = 0;
    let mut next_foreign = Instant::now();
    while Instant::now() < end {
        let permit = std::pin::pin!(limiter.acquire(end + WINDOW * 60));
        let mut permit = permit;
        loop {
            tokio::select! {
                biased;
                given = &mut permit => {
                    assert!(given.is_ok());
                    let used = vendor.call(true);
                    limiter.feedback(used, LIMIT);
                    ours += 1;
                    break;
                }
                () = tokio::time::sleep_until(next_foreign), if foreign > 0 => {
                    vendor.call(false);
                    next_foreign += WINDOW / foreign;
                }
            }
        }
    }
    ours
}

#[tokio::test(start_paused = true)]
async fn others_on_the_account_are_yielded_to_and_their_share_taken_back_when_they_stop() {
    for counting in [Counting::Bucket, Counting::Window] {
        let (limiter, mut vendor) = (limiter(), Vendor::new(counting));
        let alone = share_with_others(&limiter, &mut vendor, 0, 5).await;
        assert!(alone >= 39 * 5, "alone we use what there is: {alone}");

        share_with_others(&limiter, &mut vendor, 20, 4).await;
        let shared = share_with_others(&limiter, &mut vendor, 20, 10).await;
        assert_eq!(vendor.refused, 0, "the total stays below the limit");
        assert!((140..=210).contains(&shared), "others have half, we use the rest: {shared} in ten windows");

        share_with_others(&limiter, &mut vendor, 0, 2).await;
        let recovered = share_with_others(&limiter, &mut vendor, 0, 5).await;
        assert!(recovered >= 38 * 5, "their share is taken back: {recovered}");
    }
}

#[tokio::test(start_paused = true)]
async fn others_who_were_there_first_are_yielded_to() {
    for foreign in [10, 18, 30] {
        let (limiter, mut vendor) = (limiter(), Vendor::new(Counting::Bucket));
        let ours = share_with_others(&limiter, &mut vendor, foreign, 20).await;
        assert_eq!(vendor.refused, 0, "the total stays below the limit");
        let rest = (LIMIT - foreign) * 20;
        assert!(
            ours + 60 > rest && ours < rest + 60,
            "others have {foreign}, we use the rest: {ours} of {rest}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_woken_by_a_change_still_keeps_the_slots_apart() {
    let limiter = Arc::new(limiter());
    let first = limiter.acquire(Instant::now() + WINDOW).await;
    assert!(first.is_ok());
    let start = Instant::now();
    let waiting = tokio::spawn({
        let limiter = Arc::clone(&limiter);
        async move { limiter.acquire(start + WINDOW).await.map(|_| Instant::now()) }
    });
    for _ in 0..5 {
        sleep(Duration::from_millis(10)).await;
        limiter.set_rate(Rate::new(LIMIT, 20_000));
    }
    let Ok(Ok(granted)) = waiting.await else { panic!("the caller gets its permit") };
    assert!(granted >= start + WINDOW / 39, "changes do not shorten the interval");
}
