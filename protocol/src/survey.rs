//! What a survey found: counts and observed values, never a customer's text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ObjectKind;

/// What is there of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The kind.
    pub kind: ObjectKind,
    /// Distinct records seen.
    pub count: u64,
    /// Records the source itself counts, where it says so.
    pub declared: Option<u64>,
    /// Pages the listing had.
    pub pages: u32,
    /// Facet (`status`, `priority`, `source`, `assignee`) to observed value to count.
    #[serde(default)]
    pub observed: BTreeMap<String, BTreeMap<String, u64>>,
}
