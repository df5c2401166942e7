//! What the parts of a fleet know of a migration beside its state: its settings, its live controls, its delta schedule,
//! who leads, and how many workers are wanted.

use serde::{Deserialize, Serialize};

use crate::{DocumentSettings, MapSpec, UnixMs, account::Name};

/// The settings of a migration, given at its creation and kept in the ledger: names and numbers, never a secret, never
/// an address ([`MapSpec::at_rest`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationSettings {
    /// Account of the source.
    pub source: Name,
    /// Account of the destination.
    pub destination: Name,
    /// The map spec, as it may be kept.
    pub map: MapSpec,
    /// The person who signed for map, scope and sample; without one no record moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_off_by: Option<String>,
    /// Hash of the map they signed for, needed once another map was signed for before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_map: Option<String>,
    /// Pages of a listing per batch; none given: the fleet's own setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_pages: Option<u32>,
    /// Failed records before the migration halts; none given: the fleet's own setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_budget: Option<u64>,
    /// Whether and how what does not move is written down; none given: the fleet's own setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<DocumentSettings>,
    /// When the nightly delta is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<DeltaSchedule>,
}

/// When a delta is due: a cron expression in a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeltaSchedule {
    /// Five fields: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// IANA name of the time zone.
    pub zone: String,
}

/// What an operator may change while a migration runs; what is `None` stands as the account has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controls {
    /// Requests per window, at most what the account allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Share of the limit left to others, 0.0 to 0.99.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<f64>,
    /// Batches of this migration on the queue at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
}

/// Who holds an office, such as that of the dispatcher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// Name of the process, unique per start.
    pub holder: String,
    /// Grows with each change of holder.
    pub epoch: i64,
    /// When its term ends unless it is renewed.
    pub until: UnixMs,
}

/// How many workers are wanted, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Workers wanted; what an autoscaler follows.
    pub desired_workers: u32,
    /// Batches that could be worked on now.
    pub ready_jobs: u64,
    /// Requests per second all accounts with work allow together.
    pub usable_rate: f64,
    /// What decided: `paused`, `idle`, `ready_jobs`, `rate_budget`, `limiter_down` or `maximum`.
    pub reason: String,
    /// The accounts that have work.
    pub accounts: Vec<AccountScaling>,
}

/// One account's part in the scaling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountScaling {
    /// The account of the destination.
    pub account: Name,
    /// Batches that could be worked on now.
    pub ready_jobs: u64,
    /// Requests per second it allows us now.
    pub usable_rate: f64,
    /// Workers it keeps busy.
    pub workers: f64,
    /// What decided.
    pub reason: String,
}
