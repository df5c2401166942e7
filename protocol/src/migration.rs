//! The life of a migration: its states and the one table of legal moves.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Errand, FailureCode, MigrationId, Pass, UnixMs};

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationState {
    /// Created, nothing looked at.
    Draft,
    /// What is there is counted.
    Surveyed,
    /// The map is confirmed.
    Mapped,
    /// A sample was migrated and looked at.
    Sampled,
    /// A named person has signed for map, scope and sample.
    SignedOff,
    /// Records move.
    Running,
    /// What was written is read back.
    Verifying,
    /// Everything is accounted for.
    Ready,
    /// The source is frozen for the cutover.
    Frozen,
    /// The destination is the system of record.
    CutOver,
    /// Watched after the cutover.
    Hypercare,
    /// Over.
    Closed,
    /// Held by an operator.
    Paused,
    /// Stopped by a cause that needs a human.
    Halted,
    /// Given up by an operator.
    Cancelled,
    /// Being undone.
    RollingBack,
    /// Undone.
    RolledBack,
}

use MigrationState::{
    Cancelled, Closed, CutOver, Draft, Frozen, Halted, Hypercare, Mapped, Paused, Ready, RolledBack,
    RollingBack, Running, Sampled, SignedOff, Surveyed, Verifying,
};

/// Every legal move: from, and whereto.
pub const MOVES: [(MigrationState, &[MigrationState]); 17] = [
    (Draft, &[Surveyed, Paused, Halted, Cancelled]),
    (Surveyed, &[Draft, Surveyed, Mapped, Paused, Halted, Cancelled]),
    (Mapped, &[Draft, Surveyed, Mapped, Sampled, SignedOff, Paused, Halted, Cancelled]),
    (Sampled, &[Draft, Mapped, Sampled, SignedOff, Verifying, RollingBack, Paused, Halted, Cancelled]),
    (SignedOff, &[Mapped, Running, Halted, Cancelled]),
    (Running, &[Mapped, Verifying, Paused, Halted, Cancelled]),
    (Verifying, &[Mapped, Sampled, Running, Ready, Frozen, CutOver, Hypercare, Paused, Halted, Cancelled]),
    (Ready, &[Running, Verifying, Mapped, Frozen, RollingBack]),
    (Frozen, &[Running, Verifying, Ready, CutOver, RollingBack]),
    (CutOver, &[Running, Verifying, Hypercare, RollingBack]),
    (Hypercare, &[Running, Verifying, Closed, RollingBack]),
    (Closed, &[]),
    (Paused, &[Draft, Mapped, Running, Verifying, RollingBack, Cancelled]),
    (Halted, &[Draft, Surveyed, Mapped, SignedOff, Running, Verifying, RollingBack, Cancelled]),
    (Cancelled, &[RollingBack]),
    (RollingBack, &[RolledBack, Mapped, Ready, Frozen, CutOver, Hypercare, Paused, Halted]),
    (RolledBack, &[Draft, Closed]),
];

impl MigrationState {
    /// Whether the table has a move from this state to `to`.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        MOVES.iter().any(|(from, whereto)| *from == self && whereto.contains(&to))
    }

    /// The state's name in JSON and in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Draft => "draft",
            Surveyed => "surveyed",
            Mapped => "mapped",
            Sampled => "sampled",
            SignedOff => "signed_off",
            Running => "running",
            Verifying => "verifying",
            Ready => "ready",
            Frozen => "frozen",
            CutOver => "cut_over",
            Hypercare => "hypercare",
            Closed => "closed",
            Paused => "paused",
            Halted => "halted",
            Cancelled => "cancelled",
            RollingBack => "rolling_back",
            RolledBack => "rolled_back",
        }
    }
}

impl fmt::Display for MigrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A state this program does not know.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("migration state {0:?} is unknown to this version; upgrade the program that reads it")]
pub struct UnknownState(pub String);

impl FromStr for MigrationState {
    type Err = UnknownState;
    fn from_str(name: &str) -> Result<Self, UnknownState> {
        MOVES
            .iter()
            .map(|(state, _)| *state)
            .find(|state| state.name() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

/// A migration as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// Its name.
    pub id: MigrationId,
    /// Where it stands.
    pub state: MigrationState,
    /// Why it is halted, while it is.
    pub cause: Option<FailureCode>,
    /// The pass it is in.
    pub pass: Pass,
    /// What that pass is for.
    #[serde(default)]
    pub errand: Errand,
    /// Where it stood when the errand began; where that is over, the errand says.
    #[serde(default = "draft")]
    pub came_from: MigrationState,
    /// Hash of the confirmed map spec, once there is one.
    pub map_hash: Option<String>,
    /// When it was created.
    pub created_at: UnixMs,
    /// Since when it is in its state.
    pub since: UnixMs,
}

fn draft() -> MigrationState {
    Draft
}

impl Migration {
    /// Whether work on it may go on: it is started, its errand is not over, and nobody and nothing holds it.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        self.pass.0 > 0 && self.errand.works_in().contains(&self.state)
    }
}

/// One line of the audit log; each line's hash covers the line before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its number, from 1.
    pub seq: i64,
    /// When.
    pub at: UnixMs,
    /// Who: a person's name from the configuration, or the part of the program.
    pub who: String,
    /// What was done.
    pub what: String,
    /// Why.
    pub why: String,
    /// SHA-256 over the former line's hash and this line, in hex.
    pub hash: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_row_and_its_name_parses_back() {
        for (state, _) in MOVES {
            assert_eq!(state.name().parse(), Ok(state));
        }
    }

    #[test]
    fn no_record_moves_before_a_sign_off() {
        for (from, whereto) in MOVES {
            if whereto.contains(&Running) {
                assert!(![Draft, Surveyed, Mapped, Sampled].contains(&from), "{from} may not become running");
            }
        }
    }

    #[test]
    fn a_closed_migration_stays_closed() {
        assert!(MOVES.iter().all(|(state, _)| !Closed.may_become(*state)));
    }
}
