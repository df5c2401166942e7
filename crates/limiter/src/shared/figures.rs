//! An account's figures as the whole fleet sees them.

use std::time::Duration;

/// What the fleet's book says of one account at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountFigures {
    /// Permits given within the last window.
    pub used: u32,
    /// Calls the account allows per window, as last configured; none while nobody has asked for a permit.
    pub limit: Option<u32>,
    /// Length of the window in milliseconds; none while nobody has asked for a permit.
    pub window_ms: Option<u64>,
    /// Calls per second that may be made now, after reserve and foreign traffic; none while nobody has asked.
    pub usable_per_s: Option<f64>,
    /// Calls of others within the window, as far as the vendor's feedback shows them.
    pub foreign: u32,
    /// How long nobody gets a permit (`Retry-After`, or a server that forgot the past); none when calls may be made.
    pub blocked_for: Option<Duration>,
    /// Callers waiting, of all processes.
    pub waiting: u32,
    /// Permits given since the server knows the account.
    pub granted: u64,
}

impl AccountFigures {
    /// Reads the script's answer; none when it is not one.
    pub(super) fn read(figures: &[i64]) -> Option<Self> {
        let &[_, used, limit, window_us, pace_milli, foreign, blocked_us, waiting, granted] = figures else {
            return None;
        };
        let small = |number: i64| u32::try_from(number).unwrap_or(0);
        let known = limit > 0 && window_us > 0;
        Some(Self {
            used: small(used),
            limit: known.then(|| small(limit)),
            window_ms: known.then(|| window_us.unsigned_abs() / 1000),
            usable_per_s: known.then(|| pace_milli as f64 * 1e3 / window_us as f64),
            foreign: small(foreign),
            blocked_for: (blocked_us > 0).then(|| Duration::from_micros(blocked_us.unsigned_abs())),
            waiting: small(waiting),
            granted: u64::try_from(granted).unwrap_or(0),
        })
    }
}
