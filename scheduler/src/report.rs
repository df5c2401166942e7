//! The reconciliation: what the ledger's counters and ids say of a pass.

use std::collections::BTreeMap;

use ledger::Ledger;
use protocol::{Migration, ObjectKind, api::MigrationView, record::Key, report::Reconciliation};

use crate::Error;

/// How many unaccounted ids a report lists.
const LISTED: u32 = 100;

/// The reconciliation of the migration's present pass.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be read.
pub async fn reconcile(ledger: &dyn Ledger, migration: &Migration) -> Result<Reconciliation, Error> {
    let (id, pass) = (&migration.id, migration.pass);
    let tallies = ledger.tallies(id, pass).await?;
    let verified = ledger.verified(id, pass).await?;
    let mut records = BTreeMap::new();
    let mut unaccounted = Vec::new();
    for kind in ObjectKind::ALL {
        let mut row = protocol::report::Row::from(tallies.get(&kind).copied().unwrap_or_default());
        row.verified = verified.get(&kind).copied().unwrap_or_default();
        records.insert(kind, row);
        let ids = ledger
            .unaccounted(
                id,
                pass,
                kind,
                LISTED.saturating_sub(u32::try_from(unaccounted.len()).unwrap_or(LISTED)),
            )
            .await?;
        unaccounted.extend(ids.into_iter().map(|source| Key { kind, id: source }));
    }
    let causes = ledger.causes(id, pass).await?;
    Ok(Reconciliation {
        migration: id.clone(),
        pass,
        state: migration.state,
        cause: migration.cause,
        records,
        unaccounted,
        causes,
    })
}

/// The reconciliation of one phase: the kind's own row, and those of the kinds moved inside it.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be read.
pub(crate) async fn of_phase(
    ledger: &dyn Ledger,
    migration: &Migration,
    kind: ObjectKind,
) -> Result<Reconciliation, Error> {
    let mut report = reconcile(ledger, migration).await?;
    let belongs = |other: ObjectKind| other == kind || (kind == ObjectKind::Ticket && other.is_nested());
    report.records.retain(|other, _| belongs(*other));
    report.unaccounted.retain(|key| belongs(key.kind));
    Ok(report)
}

/// What is said of a migration.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be read.
pub async fn view(ledger: &dyn Ledger, migration: Migration) -> Result<MigrationView, Error> {
    let progress = ledger.progress(&migration.id, migration.pass).await?;
    let reconciliation = reconcile(ledger, &migration).await?;
    Ok(MigrationView { pass: migration.pass, migration, progress, reconciliation })
}
