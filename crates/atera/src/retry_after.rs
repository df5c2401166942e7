//! Reads `Retry-After`. An HTTP date is measured against the answer's own `Date`, so that no clock of ours is
//! asked and a skewed one cannot matter.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// How long the source asks to wait; none when it does not say or cannot be understood.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = http_date(headers, &RETRY_AFTER)?;
    let now = http_date(headers, &DATE)?;
    Some(Duration::from_secs(u64::try_from(until - now).unwrap_or(0)))
}

fn http_date(headers: &HeaderMap, name: &HeaderName) -> Option<i64> {
    let text = headers.get(name)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(text).ok().map(jiff::Timestamp::as_second)
}
