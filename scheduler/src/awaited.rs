//! How many technicians a migration waits for, as its workers saw them last.

use ledger::{Ledger, Trouble};
use protocol::{Awaited, FailureCode, MigrationId, dossier::AWAITED};

use crate::{Error, judgement::leaf};

/// Their number, where they are what the next batch waits for.
///
/// # Errors
/// [`Error::Ledger`] when the ledger refuses, [`Error::Dossier`] when the leaf cannot be read.
pub async fn awaited(
    ledger: &dyn Ledger,
    id: &MigrationId,
    next: Option<&Trouble>,
) -> Result<Option<u64>, Error> {
    if next.is_none_or(|next| next.cause != FailureCode::AgentsAwaited) {
        return Ok(None);
    }
    let kept: Option<Awaited> = leaf(ledger, id, AWAITED).await?;
    Ok(kept.map(|kept| kept.technicians.len() as u64))
}
