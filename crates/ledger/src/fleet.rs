//! The part of the face a fleet needs: the ledger's own clock, offices, accounts by name, creation that may be asked for
//! twice, live controls.

use async_trait::async_trait;
use protocol::{
    Account, Controls, Fingerprint, Leader, Migration, MigrationId, Name, UnixMs, migration::AuditLine,
};

use crate::Result;

/// How a request to create a migration ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// The migration is new.
    New(Migration),
    /// The same request was answered before; this is the migration it made, as it stands now.
    Again(Migration),
}

/// What a fleet keeps in the ledger beside migrations, batches and records.
#[async_trait]
pub trait Fleet: Send + Sync {
    /// Now by the ledger's own clock, by which leases end. A process whose clock is off measures the difference here.
    async fn now(&self) -> Result<UnixMs>;

    /// Takes an office (such as `dispatcher`) for `ttl_ms`, or renews the term of the holder who has it. `None` while
    /// somebody else's term lasts. The epoch grows with each change of holder.
    async fn lead(&self, office: &str, holder: &str, ttl_ms: u64) -> Result<Option<Leader>>;

    /// Gives an office up, so that the next holder need not wait for the term's end. Nothing happens when another holds it.
    async fn resign(&self, office: &str, holder: &str) -> Result<()>;

    /// Who holds an office, while their term lasts.
    async fn leader(&self, office: &str) -> Result<Option<Leader>>;

    /// Keeps an account under its name; the latest counts.
    async fn put_account(&self, account: &Account) -> Result<()>;

    /// One account.
    async fn account(&self, name: &Name) -> Result<Option<Account>>;

    /// All accounts, by name.
    async fn accounts(&self) -> Result<Vec<Account>>;

    /// Creates a migration in answer to a request that may come twice. `request` is the client's key for it, `body` the
    /// fingerprint of what was asked.
    ///
    /// # Errors
    /// [`crate::Error::RequestReused`] when the key was used for something else; [`crate::Error::MigrationExists`] when
    /// a migration of this name was made by another request.
    async fn create_once(
        &self,
        request: Option<(&str, Fingerprint)>,
        id: &MigrationId,
        settings: serde_json::Value,
        who: &str,
    ) -> Result<Created>;

    /// Keeps other settings for a migration, such as a map with a place for a value the survey met, and says so in the
    /// audit log (`settings changed`); the same settings again change nothing.
    async fn set_settings(
        &self,
        id: &MigrationId,
        settings: serde_json::Value,
        who: &str,
        why: &str,
    ) -> Result<()>;

    /// Adds a line to the audit log unless the migration has one that says the same `what`. Answers whether it was added:
    /// of any number that ask at once, exactly one is told so.
    async fn note_once(&self, id: &MigrationId, who: &str, what: &str, why: &str) -> Result<bool>;

    /// The live controls of a migration; the default when none were set.
    async fn controls(&self, id: &MigrationId) -> Result<Controls>;

    /// Sets the live controls of a migration, and says so in the audit log.
    async fn set_controls(&self, id: &MigrationId, controls: &Controls, who: &str, why: &str) -> Result<()>;

    /// Lines of the audit log after `after`, oldest first, at most `limit`.
    async fn audit_after(&self, id: &MigrationId, after: i64, limit: u32) -> Result<Vec<AuditLine>>;
}
