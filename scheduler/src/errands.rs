//! Begins an errand: a new pass with a purpose, where the migration stands so that it may begin.

use ledger::Ledger;
use protocol::{Errand, Migration, MigrationId, MigrationState};

use crate::Error;

/// Begins an errand other than a move, which has its own way with map and signature ([`crate::start`]).
///
/// # Errors
/// [`Error::Refused`] where it cannot begin, [`Error::Ledger`] when the ledger refuses; a sample as [`crate::begin_sample`].
pub async fn begin_errand(
    ledger: &dyn Ledger,
    id: &MigrationId,
    errand: &Errand,
    who: &str,
) -> Result<Migration, Error> {
    if let Errand::Sample { size } = errand {
        let settings = crate::settings_of(ledger, id).await?;
        return crate::begin_sample(ledger, id, (&settings.map, *size), who).await;
    }
    begin(ledger, id, errand, who).await
}

/// Whether the errand could begin now, without beginning it. The migration as it stands.
pub(crate) async fn may_begin(
    ledger: &dyn Ledger,
    id: &MigrationId,
    errand: &Errand,
) -> Result<Migration, Error> {
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let state = migration.state;
    // A run that is held has records of the sample among its own: they are no sample any more.
    let of_a_run = matches!(errand, Errand::Undo { scope } if scope.sample)
        && state != MigrationState::Sampled
        && !matches!(migration.errand, Errand::Sample { .. });
    if of_a_run || !errand.may_begin_in(state) {
        return Err(Error::Refused { id: id.clone(), state, advice: advice(errand) });
    }
    Ok(migration)
}

pub(crate) async fn begin(
    ledger: &dyn Ledger,
    id: &MigrationId,
    errand: &Errand,
    who: &str,
) -> Result<Migration, Error> {
    let migration = may_begin(ledger, id, errand).await?;
    let state = migration.state;
    if migration.is_at_work() && migration.errand == *errand {
        return Ok(migration);
    }
    ledger.begin_errand(id, errand, who).await?;
    // A sample passes the gate anew, wherever an earlier errand left the migration.
    let anew = matches!(errand, Errand::Sample { .. }) && state != MigrationState::Draft;
    if anew || !errand.works_in().contains(&state) {
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
        Errand::Sample { .. } => "a sample is made before the run",
        Errand::Verify { .. } => "what was written is read back once a run, a sample or a cutover is over",
        Errand::Repair { record } if record.kind.is_nested() => {
            "files and messages are repaired with their ticket: give the ticket"
        }
        Errand::Repair { .. } => "a record is repaired once a run, a sample or a cutover is over",
        Errand::Delta => {
            "a delta follows a run that is over, until the cutover; after it the destination is the system of record"
        }
        Errand::Document => "documents are written again once a run is over",
        Errand::Undo { scope } if scope.sample => {
            "a sample is taken back before the run; after it its records are records like all others"
        }
        Errand::Undo { scope } if scope.is_whole() => {
            "what was written is taken back once a run is over, held, halted or given up: pause it first"
        }
        Errand::Undo { .. } => "a part is taken back once a run or a sample is over",
    }
}
