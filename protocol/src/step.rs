//! The steps of a migration, and the named points inside the corridor where a crash is tested.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ObjectKind;

/// What a batch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Counts and names what is there.
    Survey,
    /// Reads what the surveys do not count, on both sides.
    Inspect,
    /// Chooses the records of the sample.
    Pick,
    /// Makes the destination ready: custom fields, tags, agents.
    Provision,
    /// Moves records.
    Copy,
    /// Reads back what was written.
    Verify,
    /// Writes the records of the sample down beside what they became.
    Compare,
    /// Writes down what does not move.
    Document,
    /// Takes back what was written.
    Undo,
}

/// A step this program does not know.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("step {0:?} is unknown to this version; upgrade the program that reads it")]
pub struct UnknownStep(pub String);

impl Step {
    /// Every step.
    pub const ALL: [Self; 9] = [
        Self::Survey,
        Self::Inspect,
        Self::Pick,
        Self::Provision,
        Self::Copy,
        Self::Verify,
        Self::Compare,
        Self::Document,
        Self::Undo,
    ];

    /// The step's name in JSON and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Inspect => "inspect",
            Self::Pick => "pick",
            Self::Provision => "provision",
            Self::Copy => "copy",
            Self::Verify => "verify",
            Self::Compare => "compare",
            Self::Document => "document",
            Self::Undo => "undo",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Step {
    type Err = UnknownStep;
    fn from_str(name: &str) -> Result<Self, UnknownStep> {
        Self::ALL.into_iter().find(|step| step.name() == name).ok_or_else(|| UnknownStep(name.to_owned()))
    }
}

/// A named point between two lines of the corridor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepPoint {
    /// A worker holds the batch's lease.
    Claimed,
    /// A page of the source has been read.
    PageRead,
    /// The record's files are uploaded, not yet recorded.
    Uploaded,
    /// The uploads are recorded.
    UploadRecorded,
    /// The intent is durable, nothing has been sent.
    Intended,
    /// The destination has answered, nothing has been recorded.
    Written,
    /// What follows the first write (field values, later messages) is done.
    Completed,
    /// The commit is durable.
    Committed,
    /// The page's checkpoint is durable.
    Checkpointed,
    /// The batch is finished.
    Finished,
}

impl StepPoint {
    /// Every point, in the order in which a record passes them.
    pub const ALL: [Self; 10] = [
        Self::Claimed,
        Self::PageRead,
        Self::Uploaded,
        Self::UploadRecorded,
        Self::Intended,
        Self::Written,
        Self::Completed,
        Self::Committed,
        Self::Checkpointed,
        Self::Finished,
    ];
}

/// Stands between the lines of the corridor: in production it counts, in tests it crashes the process.
pub trait Probe: Send + Sync + fmt::Debug {
    /// The corridor has come to `point` with a record or batch of `kind`.
    fn reached(&self, kind: ObjectKind, point: StepPoint);
}
