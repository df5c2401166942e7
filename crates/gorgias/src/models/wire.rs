//! How values travel: timestamps, nulls and the shapes one field may take. Reading is lenient, writing exact.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Reads a timestamp; one without an offset is UTC (reference section 1.1), an unreadable one is `None`.
pub(crate) fn lenient_timestamp<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<Value>::deserialize(input)?.as_ref().and_then(Value::as_str).and_then(parse_timestamp))
}

/// Reads `null` as the default of the type.
pub(crate) fn null_as_default<'de, D, T>(input: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(input)?.unwrap_or_default())
}

/// Reads an id that is a string as text, a number as its digits, and `null` as none.
pub(crate) fn lenient_text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(input)? {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    })
}

/// Parses what Gorgias writes: RFC 3339, or the same without an offset, meaning UTC.
pub(crate) fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_without_an_offset_is_utc() {
        let zoned: Timestamp = "2019-07-05T14:42:00.384938Z".parse().unwrap();
        for text in [
            "2019-07-05T14:42:00.384938",
            "2019-07-05T14:42:00.384938+00:00",
            "2019-07-05T16:42:00.384938+02:00",
        ] {
            assert_eq!(parse_timestamp(text), Some(zoned), "{text}");
        }
        assert_eq!(parse_timestamp("yesterday"), None);
        assert_eq!(parse_timestamp(""), None);
    }
}
