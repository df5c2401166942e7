//! The verify job: reads back by id what was written, and counts it.
//!
//! A record that is not there, or that carries another record's external id, halts the migration: it is never
//! overwritten or written again by guess.

use std::collections::HashMap;

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
        let gorgias = cx.gorgias.until(held.deadline());
        let there = O::present(&gorgias, &ids).await.map_err(|error| Trouble::target(&error))?;
        let there: HashMap<TargetId, Presence> = there.into_iter().map(|one| (one.target, one)).collect();
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
