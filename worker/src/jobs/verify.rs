//! The verify job: reads back by id what was written, and counts it.
//!
//! A record that is not there, or that carries another record's external id, halts the migration: it is never
//! overwritten or written again by guess. Not there means: not shown at any of the ages at which a write in doubt is
//! looked for, because a listing may lag behind the writes.

use std::{collections::HashMap, iter, time::Duration};

use objects::{ObjectType, Presence};
use protocol::{FailureCode, Key, SourceId, TargetId};

use crate::{Context, Held, Trouble};

/// Verifies one kind by count and by id.
///
/// # Errors
/// [`Trouble`] when a record is missing or wrong, or the destination cannot be read.
pub(crate) async fn verify<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (mut after, mut verified) = (None::<SourceId>, 0);
    loop {
        held.check()?;
        if cx.stop.is_cancelled() {
            return Err(Trouble::Stopped);
        }
        let round = cx
            .ledger
            .targets(&cx.migration, held.batch().pass, O::KIND, after.as_ref(), O::PRESENT_AT_ONCE)
            .await?;
        let Some((last, ..)) = round.last() else { break };
        after = Some(last.clone());
        let ids: Vec<TargetId> = round.iter().map(|(_, target, _)| *target).collect();
        let there = read_back::<O>(cx, held, ids).await?;
        for (id, target, outcome) in &round {
            let key = Key { kind: O::KIND, id: id.clone() };
            let Some(present) = there.get(target) else {
                return Err(Trouble::of(
                    FailureCode::TargetMissing,
                    &key,
                    format!("destination id {target}"),
                ));
            };
            let ours = *outcome == protocol::Outcome::Created;
            if ours && present.external_id != O::external_id(&cx.spec, id) {
                let detail = format!("destination id {target} carries another external id");
                return Err(Trouble::of(FailureCode::TargetMissing, &key, detail));
            }
            verified += 1;
        }
    }
    cx.ledger.mark_verified(&cx.migration, held.batch().pass, O::KIND, verified).await?;
    Ok(())
}

/// What the destination shows of these ids, looked for until it shows all of them or the last age is past.
async fn read_back<O: ObjectType>(
    cx: &Context,
    held: &Held,
    mut missing: Vec<TargetId>,
) -> Result<HashMap<TargetId, Presence>, Trouble> {
    let (mut there, mut age) = (HashMap::new(), 0);
    for at in iter::once(0).chain(cx.knobs.doubt.look_at_ages_ms.iter().copied()) {
        let wait_ms = at - age.min(at);
        if wait_ms > 0 {
            tracing::info!(kind = %O::KIND, missing = missing.len(), wait_ms, "not shown yet: looked for again");
            cx.unless_stopped(tokio::time::sleep(Duration::from_millis(wait_ms))).await?;
            held.check()?;
        }
        age = at;
        let gorgias = cx.gorgias.until(held.deadline());
        let shown = O::present(&gorgias, &missing).await.map_err(|error| Trouble::target(&error))?;
        there.extend(shown.into_iter().map(|one| (one.target, one)));
        missing.retain(|id| !there.contains_key(id));
        if missing.is_empty() {
            break;
        }
    }
    Ok(there)
}
