//! The certificate of silence: what shows that no customer was e-mailed by a migration, in figures and hashes somebody else
//! can check.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{MigrationId, MigrationState, ObjectKind, Pass, UnixMs};

/// What shows that a migration was silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The migration.
    pub migration: MigrationId,
    /// As of when: the time of the last line of the audit log, so that the same migration has the same certificate.
    pub at: UnixMs,
    /// Where the migration stood.
    pub state: MigrationState,
    /// Version of the program that wrote it.
    pub program: String,
    /// Whether everything below shows silence.
    pub silent: bool,
    /// What it does not show, one sentence each; empty where it shows silence.
    pub open: Vec<String>,
    /// Records this migration made or brought up to date, in all its passes.
    pub written: BTreeMap<ObjectKind, u64>,
    /// Requests the wire gate kept from leaving: a message without the time it was written, a note that would have become
    /// public.
    pub kept_from_leaving: u64,
    /// The newest pass that wrote a ticket or a message.
    pub wrote_last: Pass,
    /// The newest verification of everything; none where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<ReadBack>,
    /// The audit log.
    pub audit: AuditProof,
}

/// A verification of everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBack {
    /// Its pass.
    pub pass: Pass,
    /// Tickets read back with every message of theirs, each with the time it was sent and whether it is public.
    pub tickets: u64,
    /// Records that were not as they were meant.
    pub left: u64,
    /// A hash for each kind over source id, outcome, destination id and fingerprint of its records.
    pub merkle_roots: BTreeMap<ObjectKind, String>,
}

/// The audit log as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditProof {
    /// Lines.
    pub lines: u64,
    /// Hash of the last one, which covers all before it.
    pub head: String,
    /// Whether the chain holds.
    pub holds: bool,
}
