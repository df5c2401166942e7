//! The sample: begun under the confirmed map, and put together for the person who signs for it.

use std::collections::BTreeMap;

use ledger::Ledger;
use protocol::{
    Errand, MapSpec, Migration, MigrationId, ObjectKind, SourceId,
    sample::{COMPARED, Compared, PICKED, Pick, SAMPLE, Sample, SampledKind, compare_leaf, pick_leaf},
};

use crate::{Error, errands, judgement, map_desk};

/// Begins a sample of so many records of each kind, under the confirmed map.
///
/// # Errors
/// [`Error::MapUnconfirmed`], [`Error::Preflight`], [`Error::Refused`] where it cannot begin, [`Error::Ledger`] when the ledger
/// refuses.
pub async fn begin_sample(
    ledger: &dyn Ledger,
    id: &MigrationId,
    (spec, size): (&MapSpec, u32),
    who: &str,
) -> Result<Migration, Error> {
    let errand = Errand::Sample { size };
    errands::may_begin(ledger, id, &errand).await?;
    map_desk::confirmed(ledger, id, spec).await?;
    judgement::check(ledger, id, spec).await?;
    errands::begin(ledger, id, &errand, who).await
}

/// The records that are moved for the sample, by kind.
pub(crate) async fn picked(
    ledger: &dyn Ledger,
    migration: &Migration,
) -> Result<BTreeMap<ObjectKind, Vec<SourceId>>, Error> {
    let mut all = BTreeMap::new();
    for kind in PICKED {
        if let Some(pick) = pick(ledger, migration, kind).await? {
            all.insert(kind, pick.ids());
        }
    }
    Ok(all)
}

async fn pick(ledger: &dyn Ledger, migration: &Migration, kind: ObjectKind) -> Result<Option<Pick>, Error> {
    let pick: Option<Pick> = judgement::leaf(ledger, &migration.id, &pick_leaf(kind)).await?;
    Ok(pick.filter(|pick| pick.pass == migration.pass))
}

/// The sample as it came out.
pub(crate) async fn found(
    ledger: &dyn Ledger,
    migration: &Migration,
    (size, spec): (u32, &MapSpec),
) -> Result<Sample, Error> {
    let mut kinds = BTreeMap::new();
    for kind in COMPARED {
        let compared: Option<Compared> = judgement::leaf(ledger, &migration.id, &compare_leaf(kind)).await?;
        let Some(compared) = compared.filter(|compared| compared.pass == migration.pass) else { continue };
        let pick = pick(ledger, migration, kind).await?;
        let pick = pick.unwrap_or_else(|| Pick::nothing(migration.pass));
        let picked = pick.records.len() as u64;
        let carried = (pick.ids().len() as u64).saturating_sub(picked);
        kinds.insert(kind, SampledKind { picked, carried, left_out: pick.left_out, compared });
    }
    let left = kinds.values().map(|kind: &SampledKind| kind.compared.differing.len() as u64).sum();
    Ok(Sample { pass: migration.pass, size, map: spec.hash().to_hex(), kinds, left })
}

/// The newest sample; none where none was made.
pub(crate) async fn newest(ledger: &dyn Ledger, id: &MigrationId) -> Result<Option<Sample>, Error> {
    judgement::leaf(ledger, id, SAMPLE).await
}
