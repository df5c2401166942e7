//! How much of the limit is left to others at this time of day. Pure: the clock is the caller's.

use jiff::{Timestamp, tz::TimeZone};

/// Hours of the day in which more of the limit is left to others, in a time zone of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiet<'a> {
    /// IANA name of the time zone.
    pub zone: &'a str,
    /// From this minute of the day on, 0 to 1439.
    pub from_minute: u16,
    /// Until before this minute of the day; smaller than `from_minute`: over midnight; equal: the whole day.
    pub to_minute: u16,
    /// Share of the limit left to others meanwhile, 0.0 to 0.99.
    pub reserve: f64,
}

impl Quiet<'_> {
    /// Whether it is so late. A zone nobody knows counts as quiet at any time: rather too slow than in the way.
    fn holds_at(&self, now: Timestamp) -> bool {
        let Ok(zone) = TimeZone::get(self.zone) else { return true };
        let time = now.to_zoned(zone).time();
        let minute = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
        match (self.from_minute, self.to_minute) {
            (from, to) if from < to => (from..to).contains(&minute),
            (from, to) => minute >= from || minute < to,
        }
    }
}

/// The share of the limit left to others at `now_ms` (milliseconds since 1970): `always`, or more in quiet hours; where
/// hours overlap the largest counts.
#[must_use]
pub fn reserve_at<'a>(always: f64, hours: impl IntoIterator<Item = Quiet<'a>>, now_ms: i64) -> f64 {
    let now = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    hours.into_iter().filter(|quiet| quiet.holds_at(now)).map(|quiet| quiet.reserve).fold(always, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserve(from_minute: u16, to_minute: u16, now: &str) -> f64 {
        let quiet = Quiet { zone: "Europe/Berlin", from_minute, to_minute, reserve: 0.8 };
        reserve_at(0.1, [quiet], now.parse::<Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn hours_are_those_of_their_own_zone_summer_and_winter() {
        assert_eq!(reserve(8 * 60, 18 * 60, "2026-07-01T06:00:00Z"), 0.8);
        assert_eq!(reserve(8 * 60, 18 * 60, "2026-07-01T05:59:00Z"), 0.1);
        assert_eq!(reserve(8 * 60, 18 * 60, "2026-12-01T06:00:00Z"), 0.1);
        assert_eq!(reserve(8 * 60, 18 * 60, "2026-12-01T16:59:59Z"), 0.8);
        assert_eq!(reserve(8 * 60, 18 * 60, "2026-12-01T17:00:00Z"), 0.1);
    }

    #[test]
    fn hours_may_pass_midnight_and_equal_ends_are_the_whole_day() {
        assert_eq!(reserve(22 * 60, 6 * 60, "2026-12-01T22:30:00Z"), 0.8);
        assert_eq!(reserve(22 * 60, 6 * 60, "2026-12-01T04:59:00Z"), 0.8);
        assert_eq!(reserve(22 * 60, 6 * 60, "2026-12-01T05:00:00Z"), 0.1);
        assert_eq!(reserve(60, 60, "2026-12-01T12:00:00Z"), 0.8);
    }

    #[test]
    fn the_largest_reserve_counts_and_an_unknown_zone_is_quiet_at_any_time() {
        let now = "2026-12-01T12:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let all_day = |zone, reserve| Quiet { zone, from_minute: 0, to_minute: 0, reserve };
        assert_eq!(reserve_at(0.1, [], now), 0.1);
        assert_eq!(reserve_at(0.1, [all_day("UTC", 0.3), all_day("UTC", 0.2)], now), 0.3);
        assert_eq!(reserve_at(0.5, [all_day("UTC", 0.3)], now), 0.5);
        assert_eq!(reserve_at(0.1, [all_day("Nowhere/None", 0.9)], now), 0.9);
    }
}
