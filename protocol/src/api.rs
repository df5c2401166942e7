//! Bodies of the internal API.

use serde::{Deserialize, Serialize};

use crate::{FailureCode, MapSpec, Migration, MigrationId, Pass, Step, report::Reconciliation};

/// Asks for a new migration. Credentials are named, never carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateMigration {
    /// Name of the migration.
    pub id: MigrationId,
    /// Name of the source's credential.
    pub source: String,
    /// Name of the destination's credential.
    pub destination: String,
    /// The map spec.
    #[serde(default)]
    pub map: MapSpec,
}

/// What a migration waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "waits_for")]
pub enum Waiting {
    /// Leave to call the destination.
    Rate {
        /// Share of the allowed rate used of late, 0 to 1.
        rate_used: f64,
    },
    /// A batch whose next attempt is not due.
    Backoff {
        /// Why its last attempt failed.
        cause: FailureCode,
    },
    /// An operator.
    Operator,
}

/// Batches of one step and kind, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepProgress {
    /// The step.
    pub step: Step,
    /// The kind.
    pub kind: crate::ObjectKind,
    /// Batches finished.
    pub done: u64,
    /// Batches being worked on.
    pub leased: u64,
    /// Batches waiting.
    pub ready: u64,
    /// Batches whose attempts are exhausted.
    pub dead: u64,
}

/// What is said of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationView {
    /// The migration.
    pub migration: Migration,
    /// The pass shown.
    pub pass: Pass,
    /// Batches by step and kind, in the order of the plan.
    pub progress: Vec<StepProgress>,
    /// The reconciliation so far.
    pub reconciliation: Reconciliation,
}

/// An error of the internal API (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A name for the kind of problem.
    pub r#type: String,
    /// One line for a person.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
