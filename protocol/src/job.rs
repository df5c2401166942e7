//! The envelope on the queue: a hint that a batch may be ready, never the truth about it.

use serde::{Deserialize, Serialize};

use crate::{BatchId, MigrationId, ObjectKind, Step};

/// The version of the envelope this program writes.
pub const JOB_VERSION: u16 = 1;

/// A batch on the queue. Whoever receives it claims the batch's lease in the ledger, or drops the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Version of the envelope.
    pub v: u16,
    /// The migration the batch belongs to.
    pub migration: MigrationId,
    /// The batch to claim.
    pub batch: BatchId,
    /// What the batch does, so that a worker can be chosen without a look in the ledger.
    pub step: Step,
    /// The kind of record the batch is about.
    pub kind: ObjectKind,
    /// W3C trace context of whoever pushed the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// A job this program cannot read.
#[derive(Debug, thiserror::Error)]
pub enum BadJob {
    /// The envelope is of another version.
    #[error(
        "job envelope version {found} is unknown, this program reads version {JOB_VERSION}: drain the queue or upgrade"
    )]
    UnknownVersion {
        /// The version found.
        found: u64,
    },
    /// The envelope is not a job at all, or names an unknown kind or step.
    #[error("job envelope cannot be read, the dispatcher will push its batch again: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Job {
    /// Reads an envelope; unknown fields are tolerated.
    ///
    /// # Errors
    /// [`BadJob`] when the version, kind or step is unknown, or the text is not a job.
    pub fn decode(json: &str) -> Result<Self, BadJob> {
        let value: serde_json::Value = serde_json::from_str(json)?;
        match value.get("v").and_then(serde_json::Value::as_u64) {
            Some(v) if v != u64::from(JOB_VERSION) => Err(BadJob::UnknownVersion { found: v }),
            _ => Ok(serde_json::from_value(value)?),
        }
    }

    /// Writes the envelope.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::json!(self).to_string()
    }
}
