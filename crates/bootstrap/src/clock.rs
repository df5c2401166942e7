//! The machine's clock, read here and nowhere else. Never a duration, never a timer: those belong to whoever waits.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::{Clock, UnixMs};

/// The clock of the machine this runs on.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the owner of the machine's clock")]
    fn now(&self) -> UnixMs {
        let now = SystemTime::now();
        let ms = match now.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        UnixMs(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_gives_milliseconds_since_1970_and_moves_on() {
        let first = SystemClock.now();
        let year_2024 = UnixMs(1_704_067_200_000);
        let year_3000 = UnixMs(32_503_680_000_000);
        assert!(year_2024 < first && first < year_3000, "{first} is not in milliseconds");
        assert!(first <= SystemClock.now());
    }
}
