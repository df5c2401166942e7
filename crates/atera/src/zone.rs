//! Zones by name, as the account and its operators write them: IANA, Windows, or a plain offset.

use jiff::tz::{Offset, TimeZone};

use crate::windows_zones::WINDOWS_ZONES;

/// A zone name that is neither IANA nor a known Windows name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {0:?}: give an IANA name such as \"Europe/Berlin\"")]
pub struct UnknownZone(pub String);

/// Finds a zone by its IANA name (`Europe/Berlin`), its Windows name (`W. Europe Standard Time`) or as an
/// offset (`UTC`, `+02:00`). Case does not matter.
///
/// # Errors
/// [`UnknownZone`] when the name is none of these.
pub fn zone_by_name(name: &str) -> Result<TimeZone, UnknownZone> {
    let wanted = name.trim();
    if matches!(wanted.to_ascii_uppercase().as_str(), "UTC" | "Z" | "GMT" | "ETC/UTC") {
        return Ok(TimeZone::UTC);
    }
    if let Some((_, iana)) = WINDOWS_ZONES.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(wanted)) {
        return TimeZone::get(iana).map_err(|_| UnknownZone(name.to_owned()));
    }
    if let Some(offset) = offset(wanted) {
        return Ok(TimeZone::fixed(offset));
    }
    TimeZone::get(wanted).map_err(|_| UnknownZone(name.to_owned()))
}

/// Reads `+02:00`, `-0330` or `UTC+2`.
fn offset(text: &str) -> Option<Offset> {
    let text = text.strip_prefix("UTC").unwrap_or(text);
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(pair) => pair,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let hours: i32 = hours.parse().ok().filter(|h| (0..=14).contains(h))?;
    let minutes: i32 = minutes.parse().ok().filter(|m| (0..=59).contains(m))?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
