//! Who else uses the account: reads the vendor's own count and takes away what our own permits explain.
//! Never guesses from silence: without a count from the vendor nobody else is there.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Samples that must agree before the vendor is believed to count calls of a window.
const AGREEING_SAMPLES: u32 = 4;
/// With fewer calls of ours than this within the window the two ways of counting look alike.
const TELLING_CALLS: u32 = 8;

/// How strongly a level above ours slows us. The level settles where we and the others together just fill the drain;
/// a larger gain lets it settle lower and leaves more room below the limit.
const GAIN: u32 = 2;

/// Compares the vendor's count with our own permits.
///
/// The header's meaning is not documented beyond `used/limit`; the page speaks of a leaky bucket, so a level that drains
/// all the time is assumed. A vendor that counts the calls of the last window instead shows it while we start: its
/// count grows in step with ours.
#[derive(Debug, Default)]
pub(crate) struct Foreign {
    level: f64,
    level_at: Option<Instant>,
    counting: Counting,
    calls: u32,
    seen_limit: Option<u32>,
}

/// How the vendor counts, as far as it has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counting {
    /// Taken for a bucket; so many samples in a row looked like a window, the last one at so many calls of ours.
    Unknown { agreeing: u32, at: u32 },
    /// The level of a bucket that drains.
    Bucket,
    /// The calls of the last window.
    Window,
}

impl Default for Counting {
    fn default() -> Self {
        Self::Unknown { agreeing: 0, at: 0 }
    }
}

impl Counting {
    fn learn(self, used: u32, ours: u32) -> Self {
        if ours >= TELLING_CALLS && used <= ours / 2 {
            return Self::Bucket;
        }
        match self {
            Self::Unknown { agreeing, at } if ours >= TELLING_CALLS && ours > at => {
                let in_step = used * 4 >= ours * 3 && used <= ours + 1;
                let agreeing = if in_step { agreeing + 1 } else { 0 };
                if agreeing >= AGREEING_SAMPLES { Self::Window } else { Self::Unknown { agreeing, at: ours } }
            }
            known => known,
        }
    }
}

impl Foreign {
    /// Calls of others within a window, as last seen.
    pub(crate) fn calls(&self) -> u32 {
        self.calls
    }

    /// The limit the vendor last spoke of.
    pub(crate) fn seen_limit(&self) -> Option<u32> {
        self.seen_limit
    }

    /// Notes one permit of ours.
    pub(crate) fn granted(&mut self, now: Instant, drain: f64, window: Duration) {
        self.drain_until(now, drain, window);
        self.level += 1.0;
    }

    /// Takes the vendor's count; `recent` are our permits within the last window. True when the picture changed.
    pub(crate) fn seen(
        &mut self,
        (used, limit): (u32, u32),
        recent: &VecDeque<Instant>,
        now: Instant,
        window: Duration,
    ) -> bool {
        let before = (self.calls, self.seen_limit);
        self.seen_limit = Some(limit.max(1));
        self.drain_until(now, f64::from(limit.max(1)), window);
        let ours = u32::try_from(recent.iter().filter(|at| **at + window > now).count()).unwrap_or(u32::MAX);
        self.counting = self.counting.learn(used.min(limit), ours);
        // Answers overtake each other on the way; the slack keeps that from looking like other people.
        self.calls = if self.counting != Counting::Window {
            let standing = used.saturating_sub(self.level.ceil() as u32 + (limit / 8).max(2));
            standing.saturating_mul(GAIN).min(limit)
        } else if used >= limit {
            // We alone never fill a window: others wait at the door, and are let in quickly.
            used.saturating_sub(ours) + limit / 8
        } else {
            used.saturating_sub(ours.saturating_add(1))
        };
        before != (self.calls, self.seen_limit)
    }

    fn drain_until(&mut self, now: Instant, per_window: f64, window: Duration) {
        if let Some(at) = self.level_at {
            let share = now.saturating_duration_since(at).as_secs_f64() / window.as_secs_f64();
            self.level = (self.level - share * per_window).max(0.0);
        }
        self.level_at = Some(now);
    }
}
