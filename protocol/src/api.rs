//! Bodies of the internal API, version 1. A request with a field that is not named here is refused; an answer may grow
//! fields. Credentials are named, never carried.

use serde::{Deserialize, Serialize};

use crate::{
    Account, Controls, DeadLetter, Decision, DocumentSettings, Entry, FailureCode, Key, MapSpec, Migration,
    MigrationId, MigrationSettings, Name, ObjectKind, Pass, Step, TargetId, UnixMs, fleet::DeltaSchedule,
    migration::AuditLine, report::Reconciliation,
};

/// Asks for a new migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateMigration {
    /// Name of the migration.
    pub id: MigrationId,
    /// Account of the source.
    pub source: Name,
    /// Account of the destination.
    pub destination: Name,
    /// The map spec; an address in it is kept as its hash only.
    #[serde(default)]
    pub map: MapSpec,
    /// The person who signs for map, scope and sample; may also be given at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_off_by: Option<String>,
    /// Hash of the map they sign for.
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

/// Starts a migration, or lets one that is paused or halted go on. What is given replaces what the settings say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartMigration {
    /// The person who signs for map, scope and sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_off_by: Option<String>,
    /// Hash of the map they sign for; needed when another map was signed for before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_map: Option<String>,
    /// Another map, such as one with a place for a value the survey met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<MapSpec>,
}

/// A named person's word for a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmMap {
    /// The person.
    pub by: String,
    /// Hash of the map they looked at.
    pub hash: String,
}

/// A named person's word for a finding of the pre-flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// The person.
    pub by: String,
    /// The rule.
    pub rule: String,
}

/// Asks for a seat cycle; what is not given is taken from what was said before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSeats {
    /// Seats of the destination's plan, which no call tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
    /// The account that may be disabled to free a seat; none given: one that is neither an admin's nor the fallback agent's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable: Option<TargetId>,
}

/// A named person's word that a step is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDone {
    /// The person.
    pub by: String,
}

/// Why an operator does something; it stands in the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In the operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Which rejected and failed records are tried again; what is not given is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Only those with this cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<FailureCode>,
    /// Only those of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectKind>,
    /// Only the record with this id at the source (a ticket unless `kind` says otherwise).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// The records that will be tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retried {
    /// How many.
    pub records: usize,
    /// Which.
    pub keys: Vec<Key>,
}

/// What a rollback would do to the records of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoKind {
    /// Records of ours, to be taken back unless somebody has changed them since.
    pub ours: u64,
    /// Records that were there before, to be left.
    pub not_ours: u64,
}

/// What a rollback would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoCount {
    /// By kind.
    pub kinds: std::collections::BTreeMap<ObjectKind, UndoKind>,
    /// Uploaded files, which the destination cannot delete.
    pub uploads: u64,
}

/// What a migration waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Nothing: it is over, or it is at work and the source's answers are the bottleneck.
    Nothing,
    /// Its start.
    Start,
    /// An operator: it is paused or halted.
    Operator,
    /// The limiter, which cannot be reached; nobody sends.
    Limiter,
    /// The destination, which asked for a pause.
    Pause,
    /// Leave to call the destination: its rate is the bottleneck.
    Rate,
    /// A batch whose next attempt is not due.
    Backoff,
    /// Technicians who have no user at the destination yet.
    Agents,
    /// A worker that takes one of its batches.
    Worker,
}

/// What a migration waits for, since when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What.
    pub waits_for: WaitsFor,
    /// Since when, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<UnixMs>,
    /// Until when at least, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMs>,
    /// Why: the cause of a halt, or of the attempt that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<FailureCode>,
    /// How many technicians it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<u64>,
}

/// What the limiter says of a destination's account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RateView {
    /// Requests of the last window.
    pub used: u32,
    /// Requests the account allows per window.
    pub limit: u32,
    /// Length of the window in milliseconds.
    pub window_ms: u64,
    /// Requests per second that are ours to make now.
    pub usable_per_s: f64,
    /// How long the destination still wants nobody to call, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_ms: Option<u64>,
    /// Calls waiting for leave.
    pub waiting: u64,
}

/// A slot of the nightly delta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeltaSlot {
    /// The day it belongs to, in the schedule's time zone, such as `2026-03-29`.
    pub date: String,
    /// When it is (or was) due.
    pub at: UnixMs,
}

/// The slots of the nightly delta around now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeltaSlots {
    /// The latest that was due since the migration was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<DeltaSlot>,
    /// The next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DeltaSlot>,
}

/// Batches of one step and kind, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepProgress {
    /// The step.
    pub step: Step,
    /// The kind.
    pub kind: ObjectKind,
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

/// All that is said of one migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MigrationDetail {
    /// The sentence an operator reads first.
    pub sentence: String,
    /// When this was looked up.
    pub at: UnixMs,
    /// State, progress and reconciliation.
    #[serde(flatten)]
    pub view: MigrationView,
    /// What it waits for.
    pub waiting: Waiting,
    /// Its settings.
    pub settings: MigrationSettings,
    /// Hash of the map of the settings: what a signature is for.
    pub settings_map_hash: String,
    /// Its live controls.
    pub controls: Controls,
    /// The rate of its destination; none when the limiter cannot be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateView>,
    /// The slots of its nightly delta, if it has a schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<DeltaSlots>,
}

/// One line of the list of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationLine {
    /// The migration.
    #[serde(flatten)]
    pub migration: Migration,
    /// Account of the source; none for a migration that was not made by the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Name>,
    /// Account of the destination, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Name>,
}

/// All migrations, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationList {
    /// The migrations.
    pub migrations: Vec<MigrationLine>,
}

/// All accounts, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountList {
    /// The accounts.
    pub accounts: Vec<Account>,
}

/// A page of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Events {
    /// The lines, oldest first.
    pub events: Vec<AuditLine>,
    /// What to give as `after` for those that follow.
    pub next: i64,
}

/// A rejected or failed record, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The record and its cause.
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// What the program does about such a cause.
    pub decision: Decision,
    /// What the operator may do.
    pub advice: String,
}

/// A page of rejected and failed records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// The records, by kind and id.
    pub failures: Vec<Failure>,
    /// The last of them when there may be more: give its kind and id as `after_kind` and `after_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Key>,
}

/// What is known of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The record.
    pub key: Key,
    /// In sentences.
    pub says: Vec<String>,
    /// Its entry in the ledger.
    pub entry: Option<Entry>,
    /// Its dead letter, if it was rejected or failed.
    pub dead_letter: Option<DeadLetter>,
    /// Records moved inside this one: files and further messages of a ticket.
    pub nested: Vec<Entry>,
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
    /// Every single thing that is wrong, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}
