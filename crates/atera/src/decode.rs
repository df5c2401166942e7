//! From bytes to records. Rows are read one by one, so that an error names the row; a damaged byte or half a
//! surrogate pair costs one character, never a page. What could not be read is never quoted.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use crate::models::Row;

/// Why bytes are no record. Says where, never what stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// Whether the text merely stops early or is garbled, so that asking again may help.
    pub(crate) may_mend: bool,
    pub(crate) place: String,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        let cause = match error.classify() {
            serde_json::error::Category::Eof => "text ends early",
            serde_json::error::Category::Syntax => "not JSON",
            serde_json::error::Category::Data => "a member has an unexpected type",
            serde_json::error::Category::Io => "unreadable",
        };
        let place = format!("{cause} at line {} column {}", error.line(), error.column());
        Self { may_mend: error.is_eof() || error.is_syntax(), place }
    }
}

/// Reads one record from JSON, its zone-less stamps as wall time in `zone`. For fixtures and stored answers.
///
/// # Errors
/// Where the text cannot be read, without quoting it.
pub fn read<T: Row>(json: &str, zone: &TimeZone) -> Result<T, String> {
    row(json.as_bytes(), zone).map_err(|e| e.place)
}

/// Reads one record and settles its stamps.
pub(crate) fn row<T: Row>(bytes: &[u8], zone: &TimeZone) -> Result<T, Unreadable> {
    let mut record: T = value(bytes)?;
    for stamp in record.stamps().into_iter().flatten() {
        stamp.settle(zone);
    }
    Ok(record)
}

/// Reads any value; on damaged text once more with the damage replaced by U+FFFD.
pub(crate) fn value<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(first) if first.is_syntax() => match mended(bytes) {
            Some(text) => serde_json::from_str(&text).map_err(Unreadable::from),
            None => Err(first.into()),
        },
        Err(first) => Err(first.into()),
    }
}

/// The text with invalid UTF-8 and lone surrogate escapes replaced; none when there was nothing to replace.
pub(crate) fn mended(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let damaged = matches!(text, Cow::Owned(_));
    let mut out = String::with_capacity(text.len());
    let mut replaced = false;
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (taken, lone) = match unit(escape) {
            Some(0xD800..=0xDBFF) => match escape.get(6..).and_then(unit) {
                Some(0xDC00..=0xDFFF) => (12, false),
                _ => (6, true),
            },
            Some(0xDC00..=0xDFFF) => (6, true),
            _ => (escape.chars().take(2).map(char::len_utf8).sum(), false),
        };
        let (escape, after) = escape.split_at_checked(taken).unwrap_or((escape, ""));
        out.push_str(if lone { "\\ufffd" } else { escape });
        replaced |= lone;
        rest = after;
    }
    out.push_str(rest);
    (damaged || replaced).then_some(out)
}

/// The code unit of a `\uXXXX` at the start of `text`.
fn unit(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}
