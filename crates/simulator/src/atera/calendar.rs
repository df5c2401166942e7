//! Time in the account: when things happened, and the shapes Atera writes dates in.
//! Never asks a clock; the moments of generated records are computed, those of edits are handed in.

use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, civil};

use super::behaviour::Zoneless;

/// The zone of the account, as `/account` names it.
pub(crate) const ZONE: &str = "Asia/Jerusalem";

/// 2022-09-01T00:00:00Z, in milliseconds: the first ticket.
pub(crate) const START_MS: i64 = 1_661_990_400_000;

/// From the first ticket to the last: a little under three years, so that all of it lies in the past.
pub(crate) const SPAN_MS: i64 = 1_000 * 86_400_000;

/// One hour in milliseconds.
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// The shapes dates are written in (observed: some with Z, some with seven fractional digits and no zone).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `2024-05-01T10:00:00Z`
    Zulu,
    /// `2024-05-01T10:00:00.1234567`
    SevenDigits,
    /// `2024-05-01T10:00:00`
    Bare,
    /// `2024-05-01T12:00:00+02:00`
    Offset,
}

impl Shape {
    /// Spreads the shapes over numbers.
    pub(crate) fn nth(number: i64) -> Self {
        match number.rem_euclid(4) {
            0 => Self::Zulu,
            1 => Self::SevenDigits,
            2 => Self::Bare,
            _ => Self::Offset,
        }
    }
}

/// Writes a moment in a shape.
pub(crate) fn write(at_ms: i64, shape: Shape, zoneless: Zoneless) -> String {
    let zone = match (shape, zoneless) {
        (Shape::Zulu, _) | (_, Zoneless::Utc) => TimeZone::UTC,
        (_, Zoneless::Account) => account_zone(),
    };
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    match shape {
        Shape::Zulu => at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Shape::Bare => at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        Shape::SevenDigits => {
            let seconds = at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S").to_string();
            format!("{seconds}.{:03}4567", at_ms.rem_euclid(1_000))
        }
        Shape::Offset => {
            at.to_zoned(TimeZone::fixed(offset(2))).strftime("%Y-%m-%dT%H:%M:%S+02:00").to_string()
        }
    }
}

/// A filter value meant in UTC (`/tickets/lastmodified`): an instant, a date and time, or a date.
pub(crate) fn read_utc(text: &str) -> Option<i64> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_millisecond());
    }
    read_in(text, TimeZone::UTC)
}

/// A filter value meant in the zone of the account; an offset makes it an error, as documented.
pub(crate) fn read_local(text: &str) -> Option<i64> {
    read_in(text, account_zone())
}

/// The start of the UTC day a moment lies in.
pub(crate) fn start_of_day_ms(at_ms: i64) -> i64 {
    at_ms - at_ms.rem_euclid(86_400_000)
}

fn read_in(text: &str, zone: TimeZone) -> Option<i64> {
    let time = text.split_once(['T', ' ']).map_or("", |(_, time)| time);
    if time.contains(['Z', 'z', '+', '-']) {
        return None;
    }
    let local: civil::DateTime = text.parse().ok()?;
    local.to_zoned(zone).ok().map(|zoned| zoned.timestamp().as_millisecond())
}

fn account_zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}
