//! How fast this client asks. The source publishes no number, so the rate is learned: a little more with each
//! answer, half after a 429, never above the cap; and a 429 pauses everybody who shares the client. It never
//! sends anything.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Seconds in which an undisturbed rate climbs from nothing to the cap.
const CLIMB_S: f64 = 60.0;

/// Slowest rate, in requests per second: one in ten seconds still shows when the limit lifts.
const FLOOR_PER_S: f64 = 0.1;

/// The learned rate: additive increase, multiplicative decrease. Pure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Aimd {
    rate: f64,
    cap: f64,
}

impl Aimd {
    pub(crate) fn new(start: f64, cap: f64) -> Self {
        Self { rate: start.min(cap).max(FLOOR_PER_S.min(cap)), cap }
    }

    /// After an answer: a full second of answers at this rate adds the cap's sixtieth part.
    pub(crate) fn raise(&mut self) {
        self.rate = (self.rate + self.cap / CLIMB_S / self.rate.max(1.0)).min(self.cap);
    }

    /// After a 429: half.
    pub(crate) fn cut(&mut self) {
        self.rate = (self.rate / 2.0).max(FLOOR_PER_S.min(self.cap));
    }

    fn interval(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate)
    }
}

/// What the pace is at, for a status line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaceReading {
    /// Learned rate, in requests per second.
    pub rate_per_s: f64,
    /// Its ceiling, in requests per second.
    pub cap_per_s: f64,
    /// How long everybody still waits after a 429, in milliseconds; none when nobody does.
    pub paused_ms: Option<u64>,
    /// 429s received so far.
    pub refusals: u64,
}

/// Leave to send one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Permit {
    /// How many 429s had come when it was given.
    generation: u64,
}

/// One client's pace, shared by all its clones.
#[derive(Debug)]
pub(crate) struct Pace {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    aimd: Aimd,
    /// The next free turn.
    next: Instant,
    paused_until: Option<Instant>,
    /// Counts pauses; a turn taken before the latest pause is void.
    generation: u64,
}

impl Pace {
    pub(crate) fn new(aimd: Aimd) -> Self {
        let state = State { aimd, next: Instant::now(), paused_until: None, generation: 0 };
        Self { state: Mutex::new(state) }
    }

    /// Waits for a turn. Turns are spaced evenly; idleness saves up nothing.
    pub(crate) async fn permit(&self) -> Permit {
        loop {
            let (turn, generation) = self.state().turn();
            sleep_until(turn).await;
            if self.state().generation == generation {
                return Permit { generation };
            }
        }
    }

    /// The request was answered by anything but a 429.
    pub(crate) fn answered(&self) {
        self.state().aimd.raise();
    }

    /// The request was answered 429. Everybody pauses; the rate is cut once for all requests that were already on
    /// their way when it was cut.
    pub(crate) fn refused(&self, permit: Permit, pause: Duration) {
        let now = Instant::now();
        let mut state = self.state();
        if permit.generation == state.generation {
            state.aimd.cut();
        }
        state.pause(now + pause);
    }

    pub(crate) fn reading(&self) -> PaceReading {
        let state = self.state();
        let left = state.paused_until.map(|until| until.saturating_duration_since(Instant::now()));
        PaceReading {
            rate_per_s: state.aimd.rate,
            cap_per_s: state.aimd.cap,
            paused_ms: left
                .filter(|l| !l.is_zero())
                .map(|l| u64::try_from(l.as_millis()).unwrap_or(u64::MAX)),
            refusals: state.generation,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn turn(&mut self) -> (Instant, u64) {
        let turn = self.next.max(Instant::now());
        self.next = turn + self.aimd.interval();
        (turn, self.generation)
    }

    fn pause(&mut self, until: Instant) {
        let until = self.paused_until.map_or(until, |before| before.max(until));
        self.paused_until = Some(until);
        self.next = until;
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undisturbed_rate_climbs_to_its_cap_and_no_further() {
        let mut aimd = Aimd::new(3.0, 10.0);
        let second = aimd.rate;
        for _ in 0..3 {
            aimd.raise();
        }
        assert!(aimd.rate > second && aimd.rate < 4.0, "one second of answers adds a little: {aimd:?}");
        for _ in 0..10_000 {
            aimd.raise();
        }
        assert!((aimd.rate - 10.0).abs() < 1e-9);
    }

    #[test]
    fn a_refusal_halves_the_rate_down_to_a_floor() {
        let mut aimd = Aimd::new(8.0, 10.0);
        aimd.cut();
        assert!((aimd.rate - 4.0).abs() < 1e-9);
        for _ in 0..50 {
            aimd.cut();
        }
        assert!((aimd.rate - FLOOR_PER_S).abs() < 1e-9);
    }

    #[test]
    fn a_start_above_the_cap_is_brought_down_to_it() {
        assert!((Aimd::new(50.0, 5.0).rate - 5.0).abs() < 1e-9);
        assert!((Aimd::new(50.0, 0.05).rate - 0.05).abs() < 1e-9);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_of_requests_already_under_way_cut_the_rate_once() {
        let pace = Pace::new(Aimd::new(1000.0, 1000.0));
        let (first, second) = (pace.permit().await, pace.permit().await);
        pace.refused(first, Duration::from_millis(1));
        pace.refused(second, Duration::from_millis(1));
        assert!((pace.reading().rate_per_s - 500.0).abs() < 1e-9);
        assert_eq!(pace.reading().refusals, 2);
        let later = pace.permit().await;
        pace.refused(later, Duration::from_millis(1));
        assert!((pace.reading().rate_per_s - 250.0).abs() < 1e-9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everybody_to_its_end_and_they_leave_one_by_one() {
        let pace = Pace::new(Aimd::new(20.0, 20.0));
        let first = pace.permit().await;
        let begun = Instant::now();
        let turn = async || {
            pace.permit().await;
            begun.elapsed().as_millis()
        };
        // Both take their turns before the pause begins.
        let refusal = async { pace.refused(first, Duration::from_secs(30)) };
        let (one, two, ()) = tokio::join!(turn(), turn(), refusal);
        // Half of 20 per second: a tenth of a second apart. The clock's grain is a millisecond.
        assert!((30_000..=30_002).contains(&one), "{one}");
        assert!((30_100..=30_103).contains(&two), "{two}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_pause_does_not_end_a_longer_one() {
        let pace = Pace::new(Aimd::new(20.0, 20.0));
        let (first, second) = (pace.permit().await, pace.permit().await);
        pace.refused(first, Duration::from_secs(30));
        pace.refused(second, Duration::from_secs(1));
        assert_eq!(pace.reading().paused_ms, Some(30_000));
        let begun = Instant::now();
        pace.permit().await;
        assert_eq!((begun.elapsed().as_secs(), pace.reading().paused_ms), (30, None));
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_spaced_and_idleness_saves_up_nothing() {
        let pace = Pace::new(Aimd::new(10.0, 10.0));
        pace.permit().await;
        tokio::time::advance(Duration::from_secs(5)).await;
        let begun = Instant::now();
        pace.permit().await;
        pace.permit().await;
        assert!((100..=102).contains(&begun.elapsed().as_millis()));
    }
}
