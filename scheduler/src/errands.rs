//! Begins an errand: a new pass with a purpose, where the migration stands so that it may begin.

use ledger::Ledger;
use protocol::{Errand, Migration, MigrationId, MigrationState};

use crate::Error;

/// Begins an errand other than a move, which has its own way with map and signature ([`crate::start`]).
///
/// # Errors
/// [`Error::Refused`] where it cannot begin, [`Error::Ledger`] when the ledger refuses.
pub async fn begin_errand(
    ledger: &dyn Ledger,
    id: &MigrationId,
    errand: &Errand,
    who: &str,
) -> Result<Migration, Error> {
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let state = migration.state;
    if !errand.may_begin_in(state) {
        return Err(Error::Refused { id: id.clone(), state, advice: advice(errand) });
    }
    if migration.is_at_work() && migration.errand == *errand {
        return Ok(migration);
    }
    ledger.begin_errand(id, errand, who).await?;
    if !errand.works_in().contains(&state) {
        let first = errand.works_in()[0];
        ledger.transition(id, first, None, who, &format!("begun to {}", errand.name())).await?;
    }
    ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()).into())
}

/// The state in which work on the migration's errand goes on after a pause or a halt.
#[must_use]
pub(crate) fn resumes_in(errand: &Errand) -> MigrationState {
    errand.works_in()[0]
}

fn advice(errand: &Errand) -> &'static str {
    match errand {
        Errand::Move => "a run is possible before the freeze, and again after a rollback",
        Errand::Assess => "an assessment is made before the map is signed for",
        Errand::Sample => "this version picks no sample; nothing moves before the sign-off",
        Errand::Verify { .. } => "what was written is read back once a run, a sample or a cutover is over",
        Errand::Delta => {
            "a delta follows a run that is over, until the cutover; after it the destination is the system of record"
        }
        Errand::Document => "documents are written again once a run is over",
        Errand::Undo { scope } if scope.is_whole() => {
            "what was written is taken back once a run is over, held, halted or given up: pause it first"
        }
        Errand::Undo { .. } => "a part is taken back once a run or a sample is over",
    }
}
