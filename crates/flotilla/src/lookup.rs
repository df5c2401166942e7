//! A look into the ledger beside whatever runs: read only, so that it can never stand in a run's way.

use std::sync::Arc;

use bootstrap::{Settings, SystemClock};
use ledger::{Ledger, SqliteLedger};
use protocol::Migration;

use crate::failure::Failure;

/// The ledger, and the migration of the settings in it.
#[derive(Debug)]
pub(crate) struct Lookup {
    /// The ledger, open for reading.
    pub ledger: Arc<dyn Ledger>,
    /// The migration.
    pub migration: Migration,
}

impl Lookup {
    /// Opens the ledger of the settings and finds the migration.
    ///
    /// # Errors
    /// [`Failure`] when there is no ledger, or the migration is not in it.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Failure> {
        let ledger = SqliteLedger::open_read_only(&settings.storage.ledger, Arc::new(SystemClock)).await?;
        let id = &settings.migration.id;
        let migration =
            ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
        Ok(Self { ledger: Arc::new(ledger), migration })
    }
}
