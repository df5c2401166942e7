//! What an errand has found, put into the dossier under the errand's name when it is over. `left` counts what an operator
//! still has to look at: 0 is well.

use std::collections::BTreeMap;

use ledger::Ledger;
use protocol::{Errand, FailureCode, MapSpec, Migration, ObjectKind, Outcome, report::Reconciliation};
use serde_json::{Value, json};

use crate::{Error, milestones};

/// Keeps what the migration's errand has found.
///
/// # Errors
/// [`Error::Ledger`] when the ledger refuses.
pub(crate) async fn keep(
    ledger: &dyn Ledger,
    migration: &Migration,
    (report, spec): (&Reconciliation, &MapSpec),
    tombstones: u64,
) -> Result<(), Error> {
    let body = match &migration.errand {
        Errand::Verify { .. } => verified(ledger, migration, ObjectKind::phases(), "verify").await?,
        Errand::Repair { record } => {
            verified(ledger, migration, std::iter::once(record.kind), "repair").await?
        }
        Errand::Delta => moved(report, tombstones),
        Errand::Undo { .. } => undone(report),
        Errand::Sample { size } => json!(crate::sample::found(ledger, migration, (*size, spec)).await?),
        Errand::Move | Errand::Assess | Errand::Document => return Ok(()),
    };
    let name = migration.errand.name();
    let moved = of(report, Outcome::Created) + of(report, Outcome::Updated);
    if milestones::freeze_is_broken(ledger, migration, moved).await? {
        let what =
            format!("alarm: {moved} records changed at the source after the freeze (pass {})", report.pass);
        ledger.note_once(&migration.id, "dispatcher", &what, "somebody still writes there").await?;
        tracing::error!(migration = %migration.id, moved, "the source changed after the freeze");
        metrics::counter!("flotilla_freeze_alarms_total").increment(1);
    }
    ledger.put_leaf(&migration.id, name, &body, "dispatcher").await?;
    Ok(())
}

/// What the verifications of the pass found, added up.
async fn verified(
    ledger: &dyn Ledger,
    migration: &Migration,
    of: impl Iterator<Item = ObjectKind>,
    errand: &str,
) -> Result<Value, Error> {
    let (mut totals, mut kinds): (BTreeMap<String, u64>, BTreeMap<&str, Value>) = Default::default();
    for kind in of {
        // In it a worker keeps what it found of the kind.
        let name = format!("{errand}.{kind}");
        let Some(leaf) = ledger.leaf(&migration.id, &name, None).await? else { continue };
        if leaf.body["pass"] != json!(migration.pass) {
            continue;
        }
        for (name, value) in leaf.body.as_object().into_iter().flatten() {
            if let Some(count) = value.as_u64().filter(|_| name != "pass") {
                *totals.entry(name.clone()).or_default() += count;
            }
        }
        kinds.insert(kind.name(), leaf.body);
    }
    Ok(json!({ "pass": migration.pass, "left": totals.get("left"), "totals": totals, "kinds": kinds }))
}

fn of(report: &Reconciliation, outcome: Outcome) -> u64 {
    report.records.values().map(|row| row.tally.of(outcome)).sum()
}

fn cause(report: &Reconciliation, cause: FailureCode) -> u64 {
    report.causes.get(&cause).copied().unwrap_or_default()
}

fn moved(report: &Reconciliation, tombstones: u64) -> Value {
    let conflicts = cause(report, FailureCode::TargetTouched);
    json!({
        "pass": report.pass,
        "created": of(report, Outcome::Created),
        "updated": of(report, Outcome::Updated),
        "unchanged": of(report, Outcome::Unchanged),
        "gone_at_source": cause(report, FailureCode::SourceGone),
        "tombstones": tombstones,
        "conflicts": conflicts,
        "left": conflicts + of(report, Outcome::Failed),
    })
}

fn undone(report: &Reconciliation) -> Value {
    let (touched, not_ours) =
        (cause(report, FailureCode::TargetTouched), cause(report, FailureCode::NotOurs));
    let skipped = of(report, Outcome::Skipped);
    json!({
        "pass": report.pass,
        "undone": of(report, Outcome::Undone),
        "not_ours": not_ours,
        "touched": touched,
        "left": skipped - not_ours.min(skipped),
    })
}
