//! Tries rejected and failed records again: makes them unaccounted for, so that the pass looks for them by id.

use ledger::{Filter, Ledger};
use protocol::{
    Errand, FailureCode, Key, Migration, MigrationId, MigrationState, ObjectKind, SourceId,
    api::{Retried, Retry},
};

use crate::{Error, moments::when};

/// Reopens the records meant, and those that wait for them as their parents, and lets a migration that was ready run for them.
///
/// # Errors
/// [`Error::Nested`] for a kind that has no way of its own, [`Error::Ledger`] when the ledger refuses.
pub async fn retry(
    ledger: &dyn Ledger,
    id: &MigrationId,
    which: &Retry,
    who: &str,
) -> Result<Retried, Error> {
    let unknown = || ledger::Error::NoSuchMigration(id.clone());
    let mut migration = ledger.migration(id).await?.ok_or_else(unknown)?;
    if migration.state == MigrationState::Ready && !matches!(migration.errand, Errand::Move | Errand::Delta) {
        // The pass that ended last moves nothing: records are tried again by one that does.
        ledger.begin_errand(id, &Errand::Move, who).await?;
        migration = ledger.migration(id).await?.ok_or_else(unknown)?;
    }
    let kinds = match (which.kind, &which.id) {
        (Some(kind), _) if kind.is_nested() => return Err(Error::Nested { kind }),
        (Some(kind), _) => vec![kind],
        (None, Some(_)) => vec![ObjectKind::Ticket],
        (None, None) => ObjectKind::phases().collect(),
    };
    let mut keys = Vec::new();
    for kind in kinds {
        let key = which.id.clone().map(|id| Key { kind, id: SourceId(id) });
        let filter = Filter { cause: which.cause, kind: Some(kind), key };
        keys.extend(ledger.reopen(id, migration.pass, &filter).await?);
    }
    keys.extend(children(ledger, &migration, &keys).await?);
    if !keys.is_empty() {
        // The moment makes each a line of its own.
        let what =
            format!("{} records are tried again, asked for at {}", keys.len(), when(ledger.now().await?));
        ledger.note_once(id, who, &what, &meant(which)).await?;
    }
    if !keys.is_empty() && migration.state == MigrationState::Ready {
        ledger.transition(id, MigrationState::Running, None, who, "records are tried again").await?;
    }
    Ok(Retried { records: keys.len(), keys })
}

/// Reopens the records that went no further because a parent had failed, where parents are tried again.
async fn children(ledger: &dyn Ledger, migration: &Migration, parents: &[Key]) -> Result<Vec<Key>, Error> {
    let mut keys = Vec::new();
    for kind in ObjectKind::phases() {
        if !parents.iter().any(|parent| kind.row().parents.contains(&parent.kind)) {
            continue;
        }
        let filter = Filter { cause: Some(FailureCode::ParentFailed), kind: Some(kind), key: None };
        let reopened = ledger.reopen(&migration.id, migration.pass, &filter).await?;
        keys.extend(reopened.into_iter().filter(|key| !parents.contains(key)));
    }
    Ok(keys)
}

/// What was asked for, for the audit log.
fn meant(which: &Retry) -> String {
    let cause = which.cause.map(|cause| format!("cause {cause}"));
    let kind = which.kind.map(|kind| format!("kind {kind}"));
    let id = which.id.as_ref().map(|id| format!("id {id}"));
    let asked: Vec<String> = [cause, kind, id].into_iter().flatten().collect();
    if asked.is_empty() { "all".to_owned() } else { asked.join(", ") }
}
