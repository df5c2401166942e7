//! What a run says at its end, as one object. Figures about the destination come from the simulator's own account of
//! what it received, where there is one; against real vendors they are what this program sent, and say so.

use std::{collections::BTreeMap, path::PathBuf};

use protocol::{
    FailureCode, MigrationId, MigrationState, ObjectKind, Pass,
    report::{Reconciliation, Row},
};
use serde::{Deserialize, Serialize};

use crate::{embedded::RunFigures, simulator_account::SimulatorAccount};

/// Whose account the figures about the destination are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Witness {
    /// The simulator's: what it received.
    Simulator,
    /// This program's: what it sent.
    OutboundCount,
    /// Nobody's here: the fleet's processes sent it, and their figures are theirs.
    Fleet,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// The migration.
    pub migration: MigrationId,
    /// The pass.
    pub pass: Pass,
    /// Where it stands.
    pub state: MigrationState,
    /// Why it is halted, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<FailureCode>,
    /// One row per kind.
    pub records: BTreeMap<ObjectKind, Row>,
    /// Causes of rejects, failures and skips, counted.
    pub causes: BTreeMap<FailureCode, u64>,
    /// Whose account the next figures are.
    pub witness: Witness,
    /// Messages that would have gone out to a customer.
    pub emails_sent: Option<u64>,
    /// Internal notes that are readable as public messages.
    pub private_notes_public: Option<u64>,
    /// Requests for each ticket without files and with at most 500 messages.
    pub requests_per_ticket: Option<f64>,
    /// Answers 429.
    pub responses_429: Option<u64>,
    /// Share of the allowed rate used in the steady part.
    pub rate_used: Option<f64>,
    /// Requests that write, in this run.
    pub writes: Option<u64>,
    /// Whether this run went on from one that had not ended.
    pub resumed: bool,
    /// Whether the run was killed and went on (demo).
    #[serde(default)]
    pub resumed_after_kill: bool,
    /// What an errand other than a move has found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<serde_json::Value>,
    /// Folder of the reports.
    pub reports: PathBuf,
}

impl Summary {
    /// Puts the figures together.
    #[must_use]
    pub(crate) fn new(
        reconciliation: Reconciliation,
        figures: Option<RunFigures>,
        account: Option<&SimulatorAccount>,
        resumed: bool,
        reports: PathBuf,
    ) -> Self {
        Self {
            migration: reconciliation.migration,
            pass: reconciliation.pass,
            state: reconciliation.state,
            cause: reconciliation.cause,
            records: reconciliation.records,
            causes: reconciliation.causes,
            witness: match (account, figures) {
                (Some(_), _) => Witness::Simulator,
                (None, Some(_)) => Witness::OutboundCount,
                (None, None) => Witness::Fleet,
            },
            emails_sent: account
                .map(|account| account.emails_sent)
                .or(figures.map(|figures| figures.messages_without_sent_datetime)),
            private_notes_public: account.map(|account| account.private_notes_public),
            requests_per_ticket: account.and_then(|account| account.requests_per_ticket),
            responses_429: account
                .map(|account| account.responses_429)
                .or(figures.map(|figures| figures.responses_429)),
            rate_used: account.and_then(|account| account.rate_used),
            writes: figures.map(|figures| figures.writes),
            resumed,
            resumed_after_kill: false,
            found: None,
            reports,
        }
    }
}
