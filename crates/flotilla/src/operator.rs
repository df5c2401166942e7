//! What an operator does with a migration, wherever it is kept: in the ledger of this machine, or with a scheduler that is
//! reached by its API. A command asks an [`Operator`] and does not know which one answers.

mod api;
mod local;
mod remote;

use std::fmt::Debug;

use async_trait::async_trait;
use bootstrap::Settings;
use protocol::{
    Account, Controls, DeadLetter, DocumentIndex, FailureCode, Key, Leaf, MigrationState, ObjectKind,
    UndoScope, UnixMs,
    api::{DeltaSlots, Events, Explanation, MigrationView, RateView, Retried, Retry, UndoCount, Waiting},
    certificate::Certificate,
    documents::Articles,
    erasure::{Erase, Erasure},
    milestone::Declare,
    report::Reconciliation,
};
use serde::Serialize;

use crate::{failure::Failure, invocation::Invocation, pulse::Pulse};

pub(crate) use api::Api;
pub(crate) use local::Local;
pub(crate) use remote::{Remote, unless_missing};

/// What is known of a migration at one look.
#[derive(Debug, Serialize)]
pub(crate) struct Look {
    /// The sentence an operator reads first.
    pub(crate) sentence: String,
    /// When.
    pub(crate) at: UnixMs,
    #[serde(flatten)]
    pub(crate) view: MigrationView,
    /// What the run at work says of itself; none when no process of this machine is at work.
    pub(crate) pulse: Option<Pulse>,
    /// When the next batch that waits after a failed attempt is due.
    pub(crate) next_attempt_at: Option<UnixMs>,
    /// What only a fleet knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fleet: Option<Fleet>,
}

/// What only a fleet knows of a migration.
#[derive(Debug, Serialize)]
pub(crate) struct Fleet {
    pub(crate) waiting: Waiting,
    pub(crate) controls: Controls,
    pub(crate) rate: Option<RateView>,
    pub(crate) delta: Option<DeltaSlots>,
}

/// Which rejected and failed records are meant.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Which {
    pub(crate) cause: Option<FailureCode>,
    pub(crate) kind: Option<ObjectKind>,
}

/// Moves a migration without working on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Holds it.
    Pause,
    /// Lets it go on.
    Resume,
    /// Gives it up.
    Cancel,
}

/// Whoever answers for one migration. Asked by the command itself, never from another task.
#[async_trait(?Send)]
pub(crate) trait Operator: Debug + Send + Sync {
    /// Where it stands.
    async fn look(&self) -> Result<Look, Failure>;

    /// What became of every record of the present pass.
    async fn report(&self) -> Result<Reconciliation, Failure>;

    /// The documents of what does not move.
    async fn documents(&self) -> Result<DocumentIndex, Failure>;

    /// The articles that asked for a look.
    async fn articles(&self) -> Result<Articles, Failure>;

    /// Says that a person has looked at an article.
    async fn review(&self, article: &str, by: &str) -> Result<Articles, Failure>;

    /// All that is known of one record.
    async fn explain(&self, key: Key) -> Result<Explanation, Failure>;

    /// Rejected and failed records after a record, by kind and id, at most `limit`.
    async fn failures(
        &self,
        which: Which,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, Failure>;

    /// Makes rejected and failed records unaccounted again.
    async fn retry(&self, which: &Retry) -> Result<Retried, Failure>;

    /// Lines of the audit log after one, at most `limit`.
    async fn events(&self, after: i64, limit: u32) -> Result<Events, Failure>;

    /// Holds it, lets it go on or gives it up; where it stands then.
    async fn act(&self, deed: Deed, why: Option<String>) -> Result<MigrationState, Failure>;

    /// Replaces its live controls.
    async fn throttle(&self, controls: &Controls) -> Result<Controls, Failure>;

    /// Declares a milestone; where it stands then.
    async fn declare(&self, asked: &Declare) -> Result<MigrationState, Failure>;

    /// What a rollback would take back.
    async fn undo_count(&self, scope: &UndoScope) -> Result<UndoCount, Failure>;

    /// A leaf of its dossier.
    async fn leaf(&self, name: &str, version: Option<u32>) -> Result<Option<Leaf>, Failure>;

    /// The certificate of silence as it stands.
    async fn certificate(&self) -> Result<Certificate, Failure>;

    /// Deletes everything kept of it.
    async fn erase(&self, asked: &Erase) -> Result<Erasure, Failure>;

    /// The accounts it may be made between.
    async fn accounts(&self) -> Result<Vec<Account>, Failure>;

    /// What makes it work after it was told to go on.
    fn goes_on_by(&self) -> &'static str;
}

/// The one the flags ask for.
///
/// # Errors
/// [`Failure`] when the address or the token cannot be used.
pub(crate) fn of(call: &Invocation, settings: &Settings) -> Result<Box<dyn Operator>, Failure> {
    Ok(match Api::of(call)? {
        Some(api) => Box::new(Remote::new(api, settings.migration.id.clone())),
        None => Box::new(Local::new(settings.clone())),
    })
}
