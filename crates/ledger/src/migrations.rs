//! The part of the face about a migration as a whole: its state, its map, its passes and its audit log.

use async_trait::async_trait;
use protocol::{
    Errand, FailureCode, MapSpec, Migration, MigrationId, MigrationState, Pass, erasure::Rows,
    migration::AuditLine,
};

use crate::Result;

/// Migrations and their audit log.
///
/// Every method but `create`, `migration` and `migrations` answers [`crate::Error::NoSuchMigration`] for a name it does
/// not know.
#[async_trait]
pub trait Migrations: Send + Sync {
    /// Makes a migration in state `draft`, pass 0; one that is there already is answered as it stands, its settings
    /// untouched. `settings` are names and numbers, never a secret.
    async fn create(&self, id: &MigrationId, settings: serde_json::Value) -> Result<Migration>;

    /// The settings given at creation.
    async fn settings(&self, id: &MigrationId) -> Result<serde_json::Value>;

    /// One migration.
    async fn migration(&self, id: &MigrationId) -> Result<Option<Migration>>;

    /// All migrations, by name.
    async fn migrations(&self) -> Result<Vec<Migration>>;

    /// Moves a migration to a state the table of moves allows, and says so in the audit log. Being there already with
    /// the same cause is no move and no line.
    ///
    /// # Errors
    /// [`crate::Error::IllegalMove`].
    async fn transition(
        &self,
        id: &MigrationId,
        to: MigrationState,
        cause: Option<FailureCode>,
        who: &str,
        why: &str,
    ) -> Result<Migration>;

    /// The audit log, oldest line first.
    async fn audit(&self, id: &MigrationId) -> Result<Vec<AuditLine>>;

    /// Computes the audit log's chain again: false when a line was edited, removed, added or put elsewhere.
    async fn audit_holds(&self, id: &MigrationId) -> Result<bool>;

    /// Keeps the confirmed map spec and its hash, and says so in the audit log; the same spec again changes nothing.
    /// The migration's state is not touched.
    async fn confirm_map(&self, id: &MigrationId, spec: &MapSpec, who: &str) -> Result<Migration>;

    /// The confirmed map spec as it is kept ([`MapSpec::at_rest`]): no address.
    async fn map_spec(&self, id: &MigrationId) -> Result<Option<MapSpec>>;

    /// Begins the next pass, for an errand: the first call answers 1. Leases of earlier passes end at once, and where the
    /// migration stands now is kept as where it came from. Its state is not touched.
    async fn begin_errand(&self, id: &MigrationId, errand: &Errand, who: &str) -> Result<Pass>;

    /// Deletes everything that is kept of a migration, its audit log and itself included, and counts every table afterwards.
    /// Its name is free again. A call that died may be repeated. What is deleted is overwritten in a file.
    async fn erase(&self, id: &MigrationId) -> Result<Rows>;
}
