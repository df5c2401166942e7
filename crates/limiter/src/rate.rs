//! What an account allows and how fast that lets us go. Pure arithmetic, no clock.

use std::time::Duration;

/// The smallest pace: one call in this many windows, when others use the whole account.
const SLOWEST_PACE: f64 = 1.0;
/// A reserve is a share left to others; all of it would mean never to call.
const LARGEST_RESERVE: f64 = 0.99;

/// What an account allows: `limit` calls in any window of `window_ms`, of which a share stays with others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Calls the account allows within one window; 0 is read as 1.
    pub limit: u32,
    /// Length of the window in milliseconds; 0 is read as 1.
    pub window_ms: u64,
    /// Share of the limit left to other users of the account, 0.0 to 1.0; it is cut at 0.99.
    pub reserve: f64,
}

impl Rate {
    /// The whole of `limit` calls per `window_ms`, nothing left to others.
    pub const fn new(limit: u32, window_ms: u64) -> Self {
        Self { limit, window_ms, reserve: 0.0 }
    }

    /// The same rate with a share (0.0 to 1.0) left to others.
    #[must_use]
    pub const fn with_reserve(self, reserve: f64) -> Self {
        Self { reserve, ..self }
    }

    pub(crate) fn window(&self) -> Duration {
        Duration::from_millis(self.window_ms.max(1))
    }

    /// Calls per window we make at most, when `foreign` calls of others fall into it and the vendor itself
    /// speaks of `seen_limit`. One less than the limit, so that no sliding window ever holds more than it.
    pub(crate) fn pace(&self, foreign: u32, seen_limit: Option<u32>) -> f64 {
        let limit = f64::from(self.limit.max(1).min(seen_limit.unwrap_or(u32::MAX).max(1)));
        let whole = (limit - 1.0).max(1.0);
        let ours = whole * (1.0 - self.kept());
        ours.min(whole - f64::from(foreign)).max(SLOWEST_PACE.min(ours))
    }

    /// The most permits any sliding window may hold at this pace; never above the limit.
    pub(crate) fn cap(&self, pace: f64) -> usize {
        let slots = pace.floor() as usize + 1;
        slots.min(self.limit.max(1) as usize).max(1)
    }

    /// The time between two permits at this pace.
    pub(crate) fn interval(&self, pace: f64) -> Duration {
        self.window().div_f64(pace)
    }

    /// The share left to others, within its bounds.
    pub(crate) fn kept(&self) -> f64 {
        if self.reserve.is_nan() { 0.0 } else { self.reserve.clamp(0.0, LARGEST_RESERVE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_one_below_the_limit_less_the_reserve() {
        assert_eq!(Rate::new(40, 20_000).pace(0, None), 39.0);
        assert!((Rate::new(40, 20_000).with_reserve(0.5).pace(0, None) - 19.5).abs() < 1e-9);
        assert_eq!(Rate::new(1, 1_000).pace(0, None), 1.0);
    }

    #[test]
    fn foreign_calls_within_the_reserve_cost_nothing_and_beyond_it_slow_us() {
        let rate = Rate::new(40, 20_000).with_reserve(0.25);
        assert_eq!(rate.pace(0, None), rate.pace(9, None));
        assert_eq!(rate.pace(20, None), 19.0);
        assert_eq!(rate.pace(400, None), 1.0);
    }

    #[test]
    fn a_lower_limit_named_by_the_vendor_counts_and_a_higher_one_does_not() {
        assert_eq!(Rate::new(40, 20_000).pace(0, Some(20)), 19.0);
        assert_eq!(Rate::new(40, 20_000).pace(0, Some(80)), 39.0);
    }

    #[test]
    fn no_pace_lets_more_than_the_limit_into_a_window() {
        for limit in 1..200 {
            for reserve in [0.0, 0.1, 0.5, 0.99, 7.0, f64::NAN] {
                let rate = Rate::new(limit, 1_000).with_reserve(reserve);
                let pace = rate.pace(0, None);
                assert!(rate.cap(pace) <= limit as usize);
                assert!(pace > 0.0 && rate.interval(pace) > Duration::ZERO);
            }
        }
    }
}
