//! Begins or resumes a migration's run: which pass it is in, and where it goes on from.

use ledger::Ledger;
use protocol::{Errand, MapSpec, Migration, MigrationId, MigrationState};

use crate::{Error, errands::resumes_in, sign_off::Scope};

/// How a run began.
#[derive(Debug, Clone)]
pub struct Started {
    /// The migration as it stands now.
    pub migration: Migration,
    /// Whether an earlier run had begun this pass and not ended it.
    pub resumed: bool,
}

/// Who signs for which map.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The person's name.
    pub by: String,
    /// Hash of the map they signed for; needed once another map was signed for before.
    pub map: Option<String>,
    /// What is moved from where to where, by name.
    pub scope: Scope,
}

/// Begins a new migration, resumes an unfinished pass, or begins the next pass of a finished one.
///
/// A map that differs from the one signed for voids the signature: nothing moves until the new map's hash is signed for.
///
/// # Errors
/// [`Error::Refused`] when the migration is past running, [`Error::MapChanged`] when the map is not the one signed for,
/// [`Error::NotSignedOff`] when a sample was made and nobody has signed for it as it stands, [`Error::Ledger`] when the ledger refuses.
pub async fn start(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    signature: &Signature,
) -> Result<Started, Error> {
    use MigrationState as S;
    let migration = ledger.create(id, serde_json::Value::Null).await?;
    crate::map_desk::check(ledger, id, spec).await?;
    crate::judgement::check(ledger, id, spec).await?;
    let moving = migration.errand == Errand::Move && migration.pass.0 > 0;
    let begins =
        matches!(migration.state, S::Draft | S::Surveyed | S::Mapped | S::Sampled) && !migration.is_at_work();
    if moving || begins {
        let resumes = moving && !begins;
        crate::sign_off::check(ledger, id, spec, &signature.scope, resumes).await?;
    }
    let who = signature.by.as_str();
    let same_map = check_signature(&migration, spec, signature)?;
    if migration.pass.0 == 0 {
        ledger.begin_errand(id, &Errand::Move, who).await?;
        return found(ledger, id, false).await;
    }
    match migration.state {
        S::Halted | S::Paused => {
            let (to, why) = goes_on(&migration, same_map);
            ledger.revive(id, migration.pass).await?;
            ledger.transition(id, to, None, who, why).await?;
            found(ledger, id, true).await
        }
        _ if migration.is_at_work() => {
            ledger.revive(id, migration.pass).await?;
            let moving = matches!(migration.state, S::SignedOff | S::Running | S::Verifying);
            if moving && migration.errand == Errand::Move && !same_map {
                ledger.transition(id, S::Mapped, None, who, "the map has changed").await?;
            }
            found(ledger, id, true).await
        }
        S::Draft | S::Surveyed | S::Mapped | S::Sampled => {
            ledger.begin_errand(id, &Errand::Move, who).await?;
            found(ledger, id, false).await
        }
        S::Ready => {
            ledger.begin_errand(id, &Errand::Move, who).await?;
            let (to, why) = match same_map {
                true => (S::Running, "next pass under the signed map"),
                false => (S::Mapped, "next pass, and the map has changed"),
            };
            ledger.transition(id, to, None, who, why).await?;
            found(ledger, id, false).await
        }
        state => Err(Error::Refused {
            id: id.clone(),
            state,
            advice: "a run is possible before the freeze, and again after a rollback; use another migration id for another move",
        }),
    }
}

/// Where a migration that was paused or halted goes on, and in whose words.
fn goes_on(migration: &Migration, same_map: bool) -> (MigrationState, &'static str) {
    use MigrationState as S;
    match (&migration.errand, migration.map_hash.is_some(), same_map) {
        (Errand::Move, true, true) => (S::Running, "run again"),
        (Errand::Move, true, false) => (S::Mapped, "run again, and the map has changed"),
        (Errand::Move, false, _) => (S::Draft, "run again"),
        (errand, ..) => (resumes_in(errand), "goes on"),
    }
}

/// Whether a run could begin under this signature, without beginning it.
///
/// # Errors
/// As [`start`], as far as map and signature go.
pub(crate) async fn check(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    signature: &Signature,
) -> Result<(), Error> {
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    check_signature(&migration, spec, signature).map(|_| ())
}

/// Whether the map is the one signed for already.
fn check_signature(migration: &Migration, spec: &MapSpec, signature: &Signature) -> Result<bool, Error> {
    let found = spec.hash().to_hex();
    let signed = migration.map_hash.clone();
    let same = signed.as_ref() == Some(&found);
    let accepted = match &signature.map {
        Some(map) => *map == found,
        None => same || signed.is_none(),
    };
    if accepted { Ok(same) } else { Err(Error::MapChanged { id: migration.id.clone(), found }) }
}

async fn found(ledger: &dyn Ledger, id: &MigrationId, resumed: bool) -> Result<Started, Error> {
    let migration = ledger.create(id, serde_json::Value::Null).await?;
    Ok(Started { migration, resumed })
}
