//! What one look finds of a migration's batches.

use ledger::Ledger;
use protocol::{Batch, Migration, api::StepProgress};

use crate::Error;

/// The batches of a pass as one look finds them. What is ready is read before what is under way is counted: a batch that
/// is claimed between the two counts twice and keeps a place free for a moment. The other way round it would count as
/// neither, and one batch too many would be under way.
#[derive(Debug)]
pub(crate) struct Found {
    /// Batches that may be claimed, oldest first.
    pub(crate) ready: Vec<Batch>,
    /// How far each step and kind is.
    pub(crate) progress: Vec<StepProgress>,
}

impl Found {
    /// Looks; of what is ready, `most` batches at most.
    pub(crate) async fn look(ledger: &dyn Ledger, migration: &Migration, most: u32) -> Result<Self, Error> {
        let ready = ledger.ready(&migration.id, migration.pass, most).await?;
        let progress = ledger.progress(&migration.id, migration.pass).await?;
        Ok(Self { ready, progress })
    }

    /// How many batches are under way, and how many are ready.
    pub(crate) fn counts(&self) -> (u32, u32) {
        let count = |all: u64| u32::try_from(all).unwrap_or(u32::MAX);
        let sum = |of: fn(&StepProgress) -> u64| count(self.progress.iter().map(of).sum());
        (sum(|one| one.leased), sum(|one| one.ready))
    }
}
