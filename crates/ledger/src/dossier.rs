//! The part of the face about the dossier: what was found and decided about a migration, every version kept.

use async_trait::async_trait;
use protocol::{Leaf, MigrationId};
use serde_json::Value;

use crate::Result;

/// The dossier of a migration. What it says is ids, hashes, counts and choices, never a customer's text.
#[async_trait]
pub trait Dossier: Send + Sync {
    /// Puts a leaf into the dossier as the next version of its name, and says so in the audit log; a body equal to the
    /// newest version's changes nothing. Answers the leaf as it stands.
    async fn put_leaf(&self, id: &MigrationId, name: &str, body: &Value, who: &str) -> Result<Leaf>;

    /// The same, as long as the newest version is the one the caller has read (none: there is no version yet). Answers nothing
    /// and changes nothing when somebody else has put another one since: read it, and decide anew.
    async fn put_leaf_after(
        &self,
        id: &MigrationId,
        name: &str,
        after: Option<u32>,
        body: &Value,
        who: &str,
    ) -> Result<Option<Leaf>>;

    /// A leaf by its name: a version of it, or the newest.
    async fn leaf(&self, id: &MigrationId, name: &str, version: Option<u32>) -> Result<Option<Leaf>>;

    /// Every version of a leaf, oldest first.
    async fn leaf_versions(&self, id: &MigrationId, name: &str) -> Result<Vec<Leaf>>;
}
