//! Points and spans of time as a person reads them. The clock itself is not read here.

use protocol::UnixMs;

/// `2026-03-01 12:00:05Z`.
#[must_use]
pub fn when(at: UnixMs) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => format!("{at} ms"),
    }
}

/// `850 ms`, `12 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`.
#[must_use]
pub fn span(ms: u64) -> String {
    let seconds = ms / 1000;
    let pair = |big: u64, big_name: &str, small: u64, small_name: &str| match small {
        0 => format!("{big} {big_name}"),
        _ => format!("{big} {big_name} {small} {small_name}"),
    };
    match seconds {
        0 => format!("{ms} ms"),
        1..60 => format!("{seconds} s"),
        60..3_600 => pair(seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => pair(seconds / 3_600, "h", seconds / 60 % 60, "min"),
        _ => pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_a_person_says_them() {
        let said = [0, 850, 12_000, 190_000, 120_000, 7_500_000, 273_600_000].map(span);
        assert_eq!(said, ["0 ms", "850 ms", "12 s", "3 min 10 s", "2 min", "2 h 5 min", "3 d 4 h"]);
    }

    #[test]
    fn points_are_in_utc() {
        assert_eq!(when(UnixMs(1_772_366_405_000)), "2026-03-01 12:00:05Z");
    }
}
