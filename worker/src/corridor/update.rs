//! The three-way update of a delta: what we wrote last, what the source says now, and what stands at the destination now.
//! Where nobody but us has written, the destination follows the source. Where somebody has, their work stays, and the
//! record is listed as a conflict.

use ledger::Commit;
use objects::{ObjectType, Seen};
use protocol::{Entry, EntryState, FailureCode, Fingerprint, Kept, Key, Outcome, StepPoint, TargetId};

use crate::{Context, Held, Trouble, kept};

/// Brings a record that changed at the source up to date, or leaves it to whoever changed it at the destination.
/// `before`: its entry since it was taken in hand.
pub(crate) async fn follow<O: ObjectType>(
    cx: &Context,
    held: &Held,
    (key, fingerprint): (&Key, Fingerprint),
    (before, target): (&Entry, &O::Target),
    id: TargetId,
) -> Result<bool, Trouble> {
    if !Kept::is_ours(before) {
        return leave(cx, held, key, id, FailureCode::NotOurs).await;
    }
    let gorgias = cx.gorgias.until(held.deadline());
    let seen = O::read_whole(&gorgias, id).await.map_err(|error| Trouble::target(&error))?;
    let Some(seen) = seen.filter(|seen| !is_touched::<O>(before, target, seen)) else {
        return leave(cx, held, key, id, FailureCode::TargetTouched).await;
    };
    if let Err(error) = O::update(&gorgias, id, target, &seen).await {
        let code = objects::target_code(&error);
        if code.decision() != protocol::Decision::Reject {
            return Err(Trouble::of(code, key, error.to_string()));
        }
        let failed = Commit { target: Some(id), ..Commit::left(key.clone(), Outcome::Failed, Some(code)) };
        cx.ledger.dead_letter(&held.lease(), &failed, &error.to_string()).await?;
        return Ok(true);
    }
    cx.probe.reached(O::KIND, StepPoint::Written);
    let sample = Kept::read(before).is_some_and(|kept| kept.sample);
    let kept = kept::of::<O>(target, Outcome::Updated, held.batch(), sample);
    let landed =
        Commit { fingerprint: Some(fingerprint), ..Commit::landed(key.clone(), Outcome::Updated, id) };
    cx.ledger.commit(&held.lease(), &kept::on(landed, &kept)).await?;
    cx.probe.reached(key.kind, StepPoint::Committed);
    Ok(true)
}

/// Whether somebody else has written since we did. An update of ours that was under way when its attempt died shows as
/// neither the old nor the new: then only what is certainly not ours counts.
fn is_touched<O: ObjectType>(before: &Entry, target: &O::Target, seen: &Seen) -> bool {
    if kept::reads_as_written(before, seen) {
        return false;
    }
    let under_way = matches!(before.state, EntryState::Intended { .. });
    let theirs = |part: &String| part.starts_with("message:#");
    let meant = O::expected(target).map(|view| view.prints());
    let arrived = meant.is_some_and(|meant| meant.loose == seen.view.prints().loose);
    !arrived && (!under_way || seen.view.parts.keys().any(theirs))
}

/// Leaves a record as it stands, and says why. What was last written stays known, so that the next delta asks again.
async fn leave(
    cx: &Context,
    held: &Held,
    key: &Key,
    id: TargetId,
    cause: FailureCode,
) -> Result<bool, Trouble> {
    let left = Commit { target: Some(id), ..Commit::left(key.clone(), Outcome::Skipped, Some(cause)) };
    cx.ledger.dead_letter(&held.lease(), &left, cause.advice()).await?;
    Ok(true)
}
