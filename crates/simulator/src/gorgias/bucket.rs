//! Gorgias' leaky bucket: one for the account, whoever calls. It holds `limit` requests and empties evenly in one
//! window; a request that does not fit is refused and leaves no drop.
//! Source: Gorgias, developers.gorgias.com/reference/limitations.

use crate::options::Rate;

/// Foreign requests that are let in one by one; more of them at once are a stream.
const MAX_SINGLE_ARRIVALS: f64 = 10_000.0;

/// The level of the account's bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    level: f64,
    at_us: u64,
    /// Requests other users of the account make in a window, evenly spread.
    foreign_per_window: f64,
    /// The part of a foreign request that has not arrived yet.
    foreign_due: f64,
}

/// What the bucket says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Drops in the bucket, as the header shows them.
    pub(crate) used: u32,
    /// Drops it holds.
    pub(crate) limit: u32,
    /// Whole seconds to wait; `None` if the request fitted.
    pub(crate) retry_after_s: Option<u64>,
}

impl Bucket {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, level: 0.0, at_us: 0, foreign_per_window: 0.0, foreign_due: 0.0 }
    }

    /// The rate as it stands.
    pub(crate) fn rate(&self) -> Rate {
        self.rate
    }

    /// Requests other users make in a window.
    pub(crate) fn foreign_per_window(&self) -> f64 {
        self.foreign_per_window
    }

    /// Changes what other users of the account make in a window.
    pub(crate) fn set_foreign(&mut self, per_window: f64, now_us: u64) {
        self.flow(now_us);
        self.foreign_per_window = per_window.max(0.0);
        self.foreign_due = 0.0;
    }

    /// Takes one drop if it fits.
    pub(crate) fn take(&mut self, now_us: u64) -> Verdict {
        self.flow(now_us);
        let over = self.level + 1.0 - f64::from(self.rate.limit);
        // A hair of tolerance, so that rounding never refuses a request that came exactly on time.
        if over <= 1e-6 {
            self.level += 1.0;
            return self.verdict(None);
        }
        let wait_s = over * self.window_us() / f64::from(self.rate.limit.max(1)) / 1e6;
        self.verdict(Some((wait_s.ceil() as u64).max(1)))
    }

    /// The level without taking anything.
    pub(crate) fn look(&mut self, now_us: u64) -> Verdict {
        self.flow(now_us);
        self.verdict(None)
    }

    fn verdict(&self, retry_after_s: Option<u64>) -> Verdict {
        let used = (self.level - 1e-6).ceil().max(0.0) as u32;
        Verdict { used: used.min(self.rate.limit), limit: self.rate.limit, retry_after_s }
    }

    fn window_us(&self) -> f64 {
        self.rate.window_ms.max(1) as f64 * 1000.0
    }

    /// Lets time pass: the bucket leaks, and foreign requests arrive one by one in between.
    fn flow(&mut self, now_us: u64) {
        let mut left_us = now_us.saturating_sub(self.at_us) as f64;
        self.at_us = self.at_us.max(now_us);
        let limit = f64::from(self.rate.limit);
        let leak_per_us = limit / self.window_us();
        let foreign_per_us = self.foreign_per_window / self.window_us();
        if 0.0 < foreign_per_us {
            // Beyond two windows the level has settled: skip ahead instead of counting every drop.
            left_us = left_us.min(2.0 * self.window_us());
            if MAX_SINGLE_ARRIVALS < left_us * foreign_per_us {
                self.level = (self.level + left_us * (foreign_per_us - leak_per_us)).clamp(0.0, limit);
                return;
            }
            loop {
                let until_next_us = (1.0 - self.foreign_due) / foreign_per_us;
                if left_us < until_next_us {
                    break;
                }
                self.level = (self.level - until_next_us * leak_per_us).max(0.0);
                self.level = (self.level + 1.0).min(limit);
                self.foreign_due = 0.0;
                left_us -= until_next_us;
            }
            self.foreign_due += left_us * foreign_per_us;
        }
        self.level = (self.level - left_us * leak_per_us).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn bucket() -> Bucket {
        Bucket::new(Rate { limit: 40, window_ms: 20_000 })
    }

    #[test]
    fn a_full_bucket_refuses_and_says_how_long() {
        let mut bucket = bucket();
        for taken in 1..=40 {
            assert_eq!(bucket.take(0), Verdict { used: taken, limit: 40, retry_after_s: None });
        }
        assert_eq!(bucket.take(0).retry_after_s, Some(1));
        assert_eq!(bucket.take(SECOND).retry_after_s, None);
        assert_eq!(bucket.take(SECOND).retry_after_s, None);
        assert_eq!(bucket.take(SECOND).retry_after_s, Some(1));
    }

    #[test]
    fn the_sustained_rate_never_overflows() {
        let mut bucket = bucket();
        for turn in 0..1000_u64 {
            assert_eq!(bucket.take(turn * SECOND / 2).retry_after_s, None, "request {turn}");
        }
        assert!(bucket.look(500 * SECOND).used <= 1);
    }

    #[test]
    fn foreign_requests_fill_it_too() {
        let mut bucket = bucket();
        bucket.set_foreign(30.0, 0);
        let refused =
            (0..400_u64).filter(|turn| bucket.take(turn * SECOND / 2).retry_after_s.is_some()).count();
        assert!(100 < refused, "30 foreign of 40 leave 10 of 40 asked for, yet only {refused} were refused");
    }
}
