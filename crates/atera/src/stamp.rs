//! Points in time as the source writes them. The raw text is always kept, because the zone of zone-less
//! values is not documented; the instant is a reading of it and may be absent, never guessed from a clock.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A point in time: the text that stood in the answer and, where it can be read, the instant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// The text exactly as the source sent it.
    pub raw: String,
    /// The instant; none when the text is no date (or the "year 1" by which .NET means "never").
    pub at: Option<Timestamp>,
}

impl Stamp {
    /// Reads `raw`; a value without zone is taken as wall time in `zone`.
    #[must_use]
    pub fn read(raw: &str, zone: &TimeZone) -> Self {
        let mut stamp = Self::unsettled(raw.to_owned());
        stamp.settle(zone);
        stamp
    }

    /// Keeps the text and reads the instant only if the text names its own offset.
    pub(crate) fn unsettled(raw: String) -> Self {
        let at = tidy(&raw).parse().ok().filter(|at| !is_never(*at));
        Self { raw, at }
    }

    /// Reads a zone-less text as wall time in `zone`. In a gap the later, in a fold the earlier reading is taken.
    pub(crate) fn settle(&mut self, zone: &TimeZone) {
        if self.at.is_some() {
            return;
        }
        let Ok(wall) = tidy(&self.raw).parse::<DateTime>() else {
            return;
        };
        // jiff reads a date-time that ends in Z as no civil time at all, so this text has no offset.
        self.at = zone.to_timestamp(wall).ok().filter(|at| !is_never(*at));
    }
}

/// Drops white space and the invisible marks that right-to-left tenants' data carries.
fn tidy(raw: &str) -> &str {
    raw.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

fn is_never(at: Timestamp) -> bool {
    // -62_100_000_000 s is in the year 2; `0001-01-01` and its zone shifts lie before.
    at.as_second() < -62_100_000_000
}
