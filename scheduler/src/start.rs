//! Begins or resumes a migration's run: which pass it is in, and where it goes on from.

use ledger::Ledger;
use protocol::{MapSpec, Migration, MigrationId, MigrationState};

use crate::Error;

/// How a run began.
#[derive(Debug, Clone)]
pub struct Started {
    /// The migration as it stands now.
    pub migration: Migration,
    /// Whether an earlier run had begun this pass and not ended it.
    pub resumed: bool,
}

/// Begins a new migration, resumes an unfinished pass, or begins the next pass of a finished one.
///
/// # Errors
/// [`Error::Refused`] when the migration is past running, [`Error::Ledger`] when the ledger refuses.
pub async fn start(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    who: &str,
) -> Result<Started, Error> {
    use MigrationState as S;
    let migration = ledger.create(id, serde_json::Value::Null).await?;
    if migration.pass.0 == 0 {
        ledger.begin_pass(id).await?;
        return found(ledger, id, false).await;
    }
    match migration.state {
        S::Draft | S::Surveyed | S::Mapped | S::Sampled | S::SignedOff | S::Running | S::Verifying => {
            ledger.revive(id, migration.pass).await?;
            found(ledger, id, true).await
        }
        S::Halted | S::Paused => {
            let signed = migration.map_hash.is_some();
            let back = if signed || migration.state == S::Paused {
                S::Running
            } else {
                S::Draft
            };
            ledger.revive(id, migration.pass).await?;
            ledger.transition(id, back, None, who, "run again").await?;
            found(ledger, id, true).await
        }
        S::Ready => {
            let same_map = migration.map_hash.as_deref() == Some(spec.hash().to_hex().as_str());
            ledger.begin_pass(id).await?;
            if same_map {
                ledger
                    .transition(id, S::Running, None, who, "next pass under the signed map")
                    .await?;
            } else {
                ledger
                    .transition(id, S::Mapped, None, who, "next pass: the map has changed")
                    .await?;
            }
            found(ledger, id, false).await
        }
        state => Err(Error::Refused {
            id: id.clone(),
            state,
            advice: "a run is possible before the freeze, and again after a rollback; use another migration id for another move",
        }),
    }
}

async fn found(ledger: &dyn Ledger, id: &MigrationId, resumed: bool) -> Result<Started, Error> {
    let migration = ledger.create(id, serde_json::Value::Null).await?;
    Ok(Started { migration, resumed })
}
