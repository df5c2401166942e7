//! What a run says at its end, in one object.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FailureCode, Key, MigrationId, MigrationState, ObjectKind, Pass, Tally};

/// One row of the reconciliation table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The columns.
    #[serde(flatten)]
    pub tally: Tally,
    /// Source minus all columns: 0 when nothing is unaccounted for.
    pub difference: i64,
    /// Records read back at the destination after the phase.
    #[serde(default)]
    pub verified: u64,
}

impl From<Tally> for Row {
    fn from(tally: Tally) -> Self {
        Self { tally, difference: tally.difference(), verified: 0 }
    }
}

/// The reconciliation of one pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The migration.
    pub migration: MigrationId,
    /// The pass.
    pub pass: Pass,
    /// Where the migration stands.
    pub state: MigrationState,
    /// Why it is halted, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<FailureCode>,
    /// One row per kind.
    pub records: BTreeMap<ObjectKind, Row>,
    /// Ids that no column accounts for (the first hundred).
    pub unaccounted: Vec<Key>,
    /// Causes of rejects, failures and skips, counted.
    pub causes: BTreeMap<FailureCode, u64>,
}

impl Reconciliation {
    /// Whether every row closes.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.unaccounted.is_empty() && self.records.values().all(|row| row.difference == 0)
    }
}
