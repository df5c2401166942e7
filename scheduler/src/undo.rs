//! Counts what a rollback would take back, without touching anything.

use ledger::Ledger;
use protocol::{
    Kept, MigrationId, ObjectKind, SourceId, UndoScope,
    api::{UndoCount, UndoKind},
};

use crate::Error;

/// Entries read in one round trip.
const AT_ONCE: u32 = 1_000;

/// Counts, by kind, children first.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be read.
pub async fn undo_count(
    ledger: &dyn Ledger,
    id: &MigrationId,
    scope: &UndoScope,
) -> Result<UndoCount, Error> {
    let mut counted = UndoCount::default();
    for kind in ObjectKind::phases() {
        let (mut of_kind, mut after) = (UndoKind::default(), None::<SourceId>);
        loop {
            let page = ledger.standing(id, kind, after.as_ref(), AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.key.id.clone());
            for entry in page.iter().filter(|entry| scope.asks_for(entry)) {
                *(if Kept::is_ours(entry) { &mut of_kind.ours } else { &mut of_kind.not_ours }) += 1;
            }
        }
        counted.kinds.insert(kind, of_kind);
    }
    let passes = ledger.migration(id).await?.map_or(0, |migration| migration.pass.0);
    for pass in 1..=passes {
        let tallies = ledger.tallies(id, protocol::Pass(pass)).await?;
        counted.uploads += tallies.get(&ObjectKind::Attachment).map_or(0, |tally| tally.created);
    }
    Ok(counted)
}
