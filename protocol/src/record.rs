//! Ledger entries: what became of one record of the source.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{FailureCode, Fingerprint, ObjectKind, Pass, SourceId, TargetId, UnixMs};

/// A record of the source: its kind and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The kind.
    pub kind: ObjectKind,
    /// The id at the source.
    pub id: SourceId,
}

impl Key {
    /// A key from a kind and anything that is a source id.
    pub fn new(kind: ObjectKind, id: impl Into<SourceId>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// A parent's key that has to be resolved to an id of the destination.
pub type Link = Key;

/// How a record ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Written new.
    Created,
    /// An existing record of the destination is used.
    Adopted,
    /// An earlier copy was brought up to date.
    Updated,
    /// An earlier pass wrote the same; no call was made.
    Unchanged,
    /// Not moved for a stated reason that needs no repair.
    Skipped,
    /// Cannot be mapped; the cause is kept.
    Rejected,
    /// Could not be written; the cause is kept.
    Failed,
    /// Left out by a filter of the map spec.
    Excluded,
    /// Written by an earlier pass and taken back by this one.
    Undone,
}

impl Outcome {
    /// Every outcome, in the order of the reconciliation table.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Adopted,
        Self::Updated,
        Self::Unchanged,
        Self::Skipped,
        Self::Rejected,
        Self::Failed,
        Self::Excluded,
        Self::Undone,
    ];

    /// The outcome's name in JSON and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Adopted => "adopted",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Excluded => "excluded",
            Self::Undone => "undone",
        }
    }

    /// Whether the destination holds a record for it.
    #[must_use]
    pub fn landed(self) -> bool {
        matches!(self, Self::Created | Self::Adopted | Self::Updated | Self::Unchanged)
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum EntryState {
    /// Seen at the source, nothing done yet in this pass.
    Seen,
    /// A write was intended and may or may not have happened.
    Intended {
        /// When the intent was written.
        #[serde(rename = "intended_at")]
        at: UnixMs,
    },
    /// Accounted for.
    Settled {
        /// How.
        outcome: Outcome,
    },
}

/// One ledger entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The record of the source.
    pub key: Key,
    /// Where it stands.
    #[serde(flatten)]
    pub state: EntryState,
    /// The pass that last accounted for (or saw) it.
    pub pass: Pass,
    /// Its record at the destination, once there is one.
    pub target: Option<TargetId>,
    /// What was last meant to be written.
    pub fingerprint: Option<Fingerprint>,
    /// Why it did not land, or why it was skipped.
    pub cause: Option<FailureCode>,
    /// Small facts the record's kind keeps (never a customer's text): a file's hash, size and address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<serde_json::Value>,
    /// When it last changed.
    pub at: UnixMs,
}

/// A rejected or failed record, kept with its cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The record.
    pub key: Key,
    /// Why.
    pub cause: FailureCode,
    /// What an engineer needs beside the cause: endpoint, status, field names. Never a customer's text.
    pub detail: String,
    /// When.
    pub at: UnixMs,
}
