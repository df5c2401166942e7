//! How single values of the source are told in a document.

use atera::{Decimal, Stamp};

/// A text; nothing where there is none.
pub(super) fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

/// An id.
pub(super) fn id(value: Option<i64>) -> String {
    value.map(|id| id.to_string()).unwrap_or_default()
}

/// Decimal text as the source wrote it.
pub(super) fn decimal(value: Option<&Decimal>) -> String {
    value.map(Decimal::to_string).unwrap_or_default()
}

/// An instant in UTC where it can be read, else as the source wrote it.
pub(super) fn moment(value: Option<&Stamp>) -> String {
    let told = |stamp: &Stamp| stamp.at.map_or_else(|| given(stamp), |at| at.to_string());
    value.map(told).unwrap_or_default()
}

/// A day as the source wrote it: a day moves when its midnight is put into another zone.
pub(super) fn day(value: Option<&Stamp>) -> String {
    value.map(given).unwrap_or_default()
}

/// What stands for "never" is nothing.
fn given(stamp: &Stamp) -> String {
    if stamp.raw.starts_with("0001-") { String::new() } else { stamp.raw.trim().to_owned() }
}

/// Whole seconds from one instant to another; none when one is not known, or they stand the wrong way round.
pub(super) fn seconds(from: Option<&Stamp>, to: Option<&Stamp>) -> Option<i64> {
    let (from, to) = (from?.at?.as_second(), to?.at?.as_second());
    Some(to - from).filter(|seconds| *seconds >= 0)
}
