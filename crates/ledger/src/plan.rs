//! The part of the face about batches: what is to be done, who may do it, how far it has come.

use async_trait::async_trait;
use protocol::{Batch, BatchId, FailureCode, Lease, MigrationId, NewBatch, Pass, UnixMs, api::StepProgress};

use crate::Result;

/// A batch whose last attempt failed, or which is dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The batch as it stands.
    pub batch: Batch,
    /// Why the last attempt failed.
    pub cause: FailureCode,
    /// What an engineer needs beside the cause (dead batches only): endpoint, status. Never a customer's text.
    pub detail: String,
}

/// Batches and leases.
///
/// A batch whose lease has ended by the ledger's clock reads as `Ready` everywhere.
#[async_trait]
pub trait Plan: Send + Sync {
    /// Adds batches to a pass and answers the id of each, in the order given. A batch equal to one of the pass (step,
    /// kind and slice) is not added again: the id of the one that stands is answered. An `Ids` slice that is done or
    /// dead stops standing in the way after [`crate::Accounts::reopen`] or [`Plan::revive`].
    async fn add_batches(&self, id: &MigrationId, pass: Pass, batches: &[NewBatch]) -> Result<Vec<BatchId>>;

    /// One batch.
    async fn batch(&self, batch: BatchId) -> Result<Option<Batch>>;

    /// All batches of a pass, lowest id first.
    async fn batches(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Batch>>;

    /// Batches counted by step and kind, in the order in which they were planned.
    async fn progress(&self, id: &MigrationId, pass: Pass) -> Result<Vec<StepProgress>>;

    /// Batches that may be claimed now, lowest id first, at most `limit`.
    async fn ready(&self, id: &MigrationId, pass: Pass, limit: u32) -> Result<Vec<Batch>>;

    /// Batches waiting after a failed attempt and dead ones, with the cause; lowest id first.
    async fn troubles(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Trouble>>;

    /// Claims a batch for `ttl_ms` milliseconds. `None` when it is leased (also to this holder), done, dead, not yet
    /// due, of a former pass, or not there: drop the job.
    async fn claim(&self, batch: BatchId, holder: &str, ttl_ms: u64) -> Result<Option<Lease>>;

    /// Prolongs a lease to `ttl_ms` milliseconds from now; the fence token stays.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`].
    async fn renew(&self, lease: &Lease, ttl_ms: u64) -> Result<Lease>;

    /// Hands a batch back, not to be claimed before `not_before`. With `attempt_spent` its attempts grow by one. Works
    /// also when the lease has just ended, as long as nobody else has claimed the batch.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`] when another holder has claimed it.
    async fn release(
        &self,
        lease: &Lease,
        attempt_spent: bool,
        not_before: UnixMs,
        cause: Option<FailureCode>,
    ) -> Result<()>;

    /// Keeps the next page to read (or the number of ids done), for whoever takes the batch over.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`].
    async fn checkpoint(&self, lease: &Lease, next: u32) -> Result<()>;

    /// Ends a batch: every record of it is accounted for.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`].
    async fn finish(&self, lease: &Lease) -> Result<()>;

    /// Gives a batch up: its attempts are exhausted and a human decides. Works as `release` does when the lease has
    /// just ended. `detail` never holds a customer's text.
    ///
    /// # Errors
    /// [`crate::Error::LeaseLost`] when another holder has claimed it.
    async fn bury(&self, lease: &Lease, cause: FailureCode, detail: &str) -> Result<()>;

    /// Makes the dead batches of a pass ready again, their attempts forgotten, and those that wait for agents due at once, and
    /// answers how many: an operator has looked and runs again. `Ids` slices that are done may then be planned again.
    async fn revive(&self, id: &MigrationId, pass: Pass) -> Result<u64>;

    /// Ends every lease at once and answers how many: for the start of a process that alone may hold this ledger, so
    /// that whoever is named in a lease is known to be dead.
    async fn expire_leases_of_the_dead(&self) -> Result<u64>;
}
