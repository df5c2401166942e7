//! An erasure: everything kept of a migration deleted, and the proof that nothing is left.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{MigrationId, UnixMs};

/// Asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// The person who orders it.
    pub by: String,
    /// The migration's name once more, so that nobody erases another one.
    pub confirm: String,
}

/// Rows of the ledger by table: how many were deleted, and how many a count found afterwards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Deleted.
    pub deleted: BTreeMap<String, u64>,
    /// Found by a count after it, in every table there is: 0 each.
    pub left: BTreeMap<String, u64>,
}

/// The proof, which is all that remains. It is kept by whoever asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The migration that was.
    pub migration: MigrationId,
    /// Who ordered it.
    pub by: String,
    /// When.
    pub at: UnixMs,
    /// Rows of the ledger.
    pub rows: Rows,
    /// Files of its reports that were removed.
    pub files: u64,
    /// Files of its reports that are still there: 0.
    pub files_left: u64,
    /// Hash of the last line its audit log had, so that a copy of that log can be told from another.
    pub audit_head: String,
}

impl Erasure {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.files_left == 0 && self.rows.left.values().all(|rows| *rows == 0)
    }
}
