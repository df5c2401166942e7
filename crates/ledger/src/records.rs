//! The part of the face about records: seen, intended, committed. It is what keeps a crash from becoming a duplicate.

use std::collections::HashMap;

use async_trait::async_trait;
use protocol::{
    Entry, FailureCode, Fingerprint, Key, Lease, Link, MigrationId, ObjectKind, Outcome, Pass, SourceId,
    TargetId, UnixMs,
};

use crate::Result;

/// What is known of a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It has a record at the destination (written in this pass or an earlier one).
    Landed(TargetId),
    /// It is accounted for and has none; the cause, where there is one.
    NotLanded(Option<FailureCode>),
    /// It was never seen, or it is not accounted for yet.
    Unknown,
}

/// What to do with a record before anything is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Already accounted for in this pass: skip, no call.
    Settled,
    /// An earlier pass wrote this very fingerprint; it is now settled as `unchanged` in this pass: skip, no call.
    Same {
        /// Its record; `None` for a kind that has no id at the destination (uploads).
        target: Option<TargetId>,
    },
    /// Never written: create it. The intent is on disk.
    New,
    /// Its record is known and holds something else, or an update of it is in doubt: bring it up to date, or say why
    /// not. Repeating an update of a known record makes no duplicate. The intent is on disk.
    Changed {
        /// Its record at the destination.
        target: TargetId,
        /// What was written then; `None` when that commit kept no fingerprint.
        before: Option<Fingerprint>,
    },
    /// No record is known, and a write was intended (in this pass or an earlier one) of which nobody knows whether it
    /// happened: look for it, then create only what is not there.
    InDoubt {
        /// When the first write in doubt was intended.
        since: UnixMs,
        /// When the entry was last touched before this intent: no request in doubt was begun after it.
        last: UnixMs,
    },
    /// Another batch, whose lease holds, has said what it writes and has not settled it: pass the record by. Nothing was
    /// changed; its holder accounts for it, or the record is tried again once that lease has ended.
    Elsewhere,
}

/// How a record ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The record.
    pub key: Key,
    /// Its column in the reconciliation.
    pub outcome: Outcome,
    /// Its id at the destination. `None` leaves a known one as it is.
    pub target: Option<TargetId>,
    /// What stands at the destination now. For an outcome that landed, `None` takes the intended one; for any other
    /// outcome it is ignored, so that the next pass still compares with what was really written.
    pub fingerprint: Option<Fingerprint>,
    /// Why; needed for `Rejected` and `Failed`.
    pub cause: Option<FailureCode>,
    /// Small facts of the kind, never a customer's text. `None` leaves known ones as they are.
    pub facts: Option<serde_json::Value>,
    /// Whether the record of the destination is let go: it is another's, and the next pass that meets the record looks
    /// for it anew.
    pub let_go: bool,
}

impl Commit {
    /// A record that landed, with the intended fingerprint.
    #[must_use]
    pub fn landed(key: Key, outcome: Outcome, target: TargetId) -> Self {
        Self {
            key,
            outcome,
            target: Some(target),
            fingerprint: None,
            cause: None,
            facts: None,
            let_go: false,
        }
    }

    /// A record that did not land, and why.
    #[must_use]
    pub fn left(key: Key, outcome: Outcome, cause: Option<FailureCode>) -> Self {
        Self { key, outcome, target: None, fingerprint: None, cause, facts: None, let_go: false }
    }
}

/// Ledger entries.
#[async_trait]
pub trait Records: Send + Sync {
    /// Keeps what a survey saw: unknown records are added, known ones move to this pass, each counted once as `source`
    /// of the pass. Answers how many were new to the pass. A write in doubt stays in doubt.
    async fn note_seen(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        ids: &[SourceId],
    ) -> Result<u64>;

    /// What is known of each parent, in one round trip; every link given is in the answer.
    async fn resolve(&self, id: &MigrationId, links: &[Link]) -> Result<HashMap<Link, Resolution>>;

    /// Says what is about to be written, before it is written; on disk when this answers. A record the survey did not
    /// see is counted as `source` here; one that was taken back in this pass may be written again. [`Verdict`] says what to
    /// do.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`].
    async fn intend(&self, lease: &Lease, key: &Key, fingerprint: Fingerprint) -> Result<Verdict>;

    /// Takes back an intent of this lease whose verdict was [`Verdict::New`], because nothing was sent and nothing will
    /// be: the record is in no doubt. An intent of another lease, and a record that is settled, stay as they are. Nobody
    /// may call it who is not sure.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`].
    async fn withdraw(&self, lease: &Lease, key: &Key) -> Result<()>;

    /// Settles a record and counts it; settling it again in the same pass moves the count. Rejected and failed records
    /// become dead letters, any other outcome removes a dead letter. A doubt ends when the record lands, or
    /// with a cause that says nothing was written (`target_rejected`, `changed_since_copy`); with any other cause it stays,
    /// so that the next try looks first.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`]; [`crate::Error::NoCause`].
    async fn commit(&self, lease: &Lease, commit: &Commit) -> Result<()>;

    /// `commit`, with what an engineer needs beside the cause: endpoint, status, field names. `detail` is kept for
    /// rejected and failed records only and never holds a customer's text.
    ///
    /// # Errors
    /// As `commit`.
    async fn dead_letter(&self, lease: &Lease, commit: &Commit, detail: &str) -> Result<()>;

    /// One entry.
    async fn entry(&self, id: &MigrationId, key: &Key) -> Result<Option<Entry>>;

    /// The entries of a kind that are there, of the ids named, in one round trip.
    async fn entries(
        &self,
        id: &MigrationId,
        kind: ObjectKind,
        ids: &[SourceId],
    ) -> Result<HashMap<SourceId, Entry>>;

    /// Entries of a kind whose source id begins with `id_prefix` (the uploads `123/..` of ticket 123), by source id.
    async fn entries_under(&self, id: &MigrationId, kind: ObjectKind, id_prefix: &str) -> Result<Vec<Entry>>;

    /// Entries of a kind that have a record at the destination, whichever pass wrote it, by source id from after `after`,
    /// at most `limit`.
    async fn standing(
        &self,
        id: &MigrationId,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<Entry>>;

    /// All entries of a kind, whatever became of them, by source id from after `after`, at most `limit`.
    async fn page(
        &self,
        id: &MigrationId,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<Entry>>;

    /// Records of a kind that landed in this pass, by source id from after `after`, at most `limit`. Records without an
    /// id at the destination (uploads) are not among them.
    async fn targets(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<(SourceId, TargetId, Outcome)>>;
}
