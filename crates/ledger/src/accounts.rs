//! The part of the face about the closed equation: counts, what is unaccounted for, dead letters and their reopening.

use std::collections::BTreeMap;

use async_trait::async_trait;
use protocol::{DeadLetter, FailureCode, Key, MigrationId, ObjectKind, Pass, SourceId, Survey, Tally};

use crate::Result;

/// Which dead letters are meant; what is `None` is not asked for, the default means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only with this cause.
    pub cause: Option<FailureCode>,
    /// Only of this kind.
    pub kind: Option<ObjectKind>,
    /// Only this record.
    pub key: Option<Key>,
}

/// Counts and dead letters. Counts are kept running; nothing here counts two million rows.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The counts of a pass, for the kinds that have any.
    async fn tallies(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<ObjectKind, Tally>>;

    /// Records of a kind that were seen or intended in this pass and are in no column yet, by source id, at most
    /// `limit`.
    async fn unaccounted(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        limit: u32,
    ) -> Result<Vec<SourceId>>;

    /// Keeps how many records of a kind were read back at the destination in this pass; the latest figure counts.
    async fn mark_verified(&self, id: &MigrationId, pass: Pass, kind: ObjectKind, count: u64) -> Result<()>;

    /// What `mark_verified` kept, for the kinds it was called for.
    async fn verified(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<ObjectKind, u64>>;

    /// Causes of the records rejected, failed or skipped in a pass, counted.
    async fn causes(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<FailureCode, u64>>;

    /// Dead letters of all passes, by the kind's name and source id from after `after`, at most `limit`.
    async fn dead_letters(
        &self,
        id: &MigrationId,
        filter: &Filter,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>>;

    /// Makes the records of dead letters unaccounted again in the current pass, removes the letters, and answers the
    /// keys for a batch of ids. Counts are corrected; a letter of an earlier pass counts as `source` of this one. A
    /// write in doubt stays in doubt. The audit log keeps how many.
    ///
    /// # Errors
    /// [`crate::Error::WrongPass`] when `pass` is not the migration's current one.
    async fn reopen(&self, id: &MigrationId, pass: Pass, filter: &Filter) -> Result<Vec<Key>>;

    /// Keeps what a survey found of a kind; the latest counts.
    async fn put_survey(&self, id: &MigrationId, pass: Pass, survey: &Survey) -> Result<()>;

    /// What the surveys of a pass found, in the order in which kinds are moved.
    async fn surveys(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Survey>>;
}
