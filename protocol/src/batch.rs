//! Batches and leases: a slice of one kind, and the right to work on it for a while.

use serde::{Deserialize, Serialize};

use crate::{BatchId, FenceToken, MigrationId, ObjectKind, Pass, SourceId, Step, UnixMs};

/// Which records of a kind are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "window")]
pub enum Window {
    /// Everything there is.
    All,
    /// Only records that have this status at the source (tickets).
    Status {
        /// The status, as the source spells it.
        status: String,
    },
    /// Only records changed at or after a watermark.
    ChangedSince {
        /// The watermark.
        since: UnixMs,
    },
}

/// The part of a kind that one batch is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "slice")]
pub enum Slice {
    /// The whole kind in one batch.
    Whole,
    /// Pages of a listing, both ends included, counted from 1.
    Pages {
        /// What the listing shows.
        of: Window,
        /// First page.
        first: u32,
        /// Last page.
        last: u32,
    },
    /// Named records: those a listing did not show, or those to be tried again.
    Ids {
        /// Their ids.
        ids: Vec<SourceId>,
    },
}

/// A batch to be added to the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBatch {
    /// What it does.
    pub step: Step,
    /// The kind it is about.
    pub kind: ObjectKind,
    /// The part of the kind.
    pub slice: Slice,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Waits to be claimed (or its lease has expired).
    Ready,
    /// A worker holds its lease.
    Leased,
    /// Every record of it is accounted for.
    Done,
    /// Its attempts are exhausted; a human decides.
    Dead,
}

/// A batch of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// The migration it belongs to.
    pub migration: MigrationId,
    /// The pass it belongs to.
    pub pass: Pass,
    /// What it does.
    pub step: Step,
    /// The kind it is about.
    pub kind: ObjectKind,
    /// The part of the kind.
    pub slice: Slice,
    /// Where it stands.
    pub state: BatchState,
    /// How often an attempt failed.
    pub attempts: u32,
    /// Not to be claimed before this point (backoff).
    pub not_before: UnixMs,
    /// The next page to read (or the number of ids done), where a former attempt came to.
    pub checkpoint: Option<u32>,
}

/// The right to work on a batch until it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The batch, as it was when claimed.
    pub batch: Batch,
    /// Grows with each claim; writes with an older one are refused.
    pub fence: FenceToken,
    /// When the lease ends unless it is renewed.
    pub until: UnixMs,
}
