//! Pictures of the destination's whole state, to be compared: raw, where every byte counts, and canonical, where two
//! runs that made the same records in another order, at another time, under other ids are equal.

mod canonical;
mod difference;
mod raw;

use serde_json::Value;

pub(crate) use canonical::canonical;
pub(crate) use difference::differences;
pub(crate) use raw::raw;

/// A picture taken under a name.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) raw: Value,
    pub(crate) canonical: Value,
}
