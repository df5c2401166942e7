//! The simulator's only clock: monotonic since the start, with the wall time of the start added where the
//! vendor would show a date. No other file of this crate asks the machine for the time.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Time as both vendors see it.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: Timestamp,
}

impl Clock {
    /// Starts counting now.
    #[expect(clippy::disallowed_methods, reason = "the simulator's one clock is read here")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), started_at: Timestamp::now() }
    }

    /// Microseconds since the start; never goes back.
    pub(crate) fn micros(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Milliseconds since the start; never goes back.
    pub(crate) fn millis(&self) -> u64 {
        self.micros() / 1000
    }

    /// The wall time at `millis` after the start, in Gorgias' own shape.
    pub(crate) fn instant(&self, millis: u64) -> String {
        let since = SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX));
        instant_text(self.started_at.checked_add(since).unwrap_or(self.started_at))
    }

    /// The wall time now, in Gorgias' own shape.
    pub(crate) fn now(&self) -> String {
        self.instant(self.millis())
    }
}

/// The wall time now, for a part that keeps its own calendar.
#[expect(clippy::disallowed_methods, reason = "the simulator's one clock is read here")]
pub(crate) fn wall_now() -> Timestamp {
    Timestamp::now()
}

/// An instant as Gorgias answers it: UTC, microseconds, explicit offset.
pub(crate) fn instant_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

/// Reads any ISO-8601 date-time a client may send; one without an offset is UTC.
pub(crate) fn parse_instant(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let local = text.parse::<jiff::civil::DateTime>().ok()?;
    local.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
