//! The three-way update of a delta: what we wrote last, what the source says now, and what stands at the destination now.
//! Where nobody but us has written, the destination follows the source. Where somebody has, their work stays, and the
//! record is listed as a conflict.

use ledger::Commit;
use objects::{ObjectType, Seen};
use protocol::{
    Entry, EntryState, FailureCode, Fingerprint, Kept, Key, ObjectKind, Outcome, SourceId, StepPoint,
    TargetId,
};

use crate::{Context, Held, Trouble, corridor::sampling, kept};

/// Brings a record that changed at the source up to date, or leaves it to whoever changed it at the destination.
/// `before`: its entry since it was taken in hand.
pub(crate) async fn follow<O: ObjectType>(
    cx: &Context,
    held: &Held,
    (key, fingerprint): (&Key, Fingerprint),
    (before, target): (&Entry, &O::Target),
    (id, sample): (TargetId, bool),
) -> Result<bool, Trouble> {
    if !Kept::is_ours(before) && sampling::was_sampled(Some(before)) {
        // It was used as it stands for the sample, and is used as it stands now.
        let kept = kept::of::<O>(target, Outcome::Adopted, held.batch(), sample);
        let landed =
            Commit { fingerprint: Some(fingerprint), ..Commit::landed(key.clone(), Outcome::Adopted, id) };
        cx.ledger.commit(&held.lease(), &kept::on(landed, &kept)).await?;
        return Ok(true);
    }
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
    follow_ups::<O>(cx, held, (target, id)).await?;
    let kept = kept::of::<O>(target, Outcome::Updated, held.batch(), sample);
    let landed =
        Commit { fingerprint: Some(fingerprint), ..Commit::landed(key.clone(), Outcome::Updated, id) };
    cx.ledger.commit(&held.lease(), &kept::on(landed, &kept)).await?;
    cx.probe.reached(key.kind, StepPoint::Committed);
    Ok(true)
}

/// Accounts for what follows the record (its messages past the first 500), which the update brought along.
async fn follow_ups<O: ObjectType>(
    cx: &Context,
    held: &Held,
    (target, id): (&O::Target, TargetId),
) -> Result<(), Trouble> {
    let all = O::follow_ups(target, id);
    if all.is_empty() {
        return Ok(());
    }
    let ids: Vec<SourceId> = all.iter().map(|one| one.key.id.clone()).collect();
    let known = cx.ledger.entries(&cx.migration, ObjectKind::Message, &ids).await?;
    for one in all {
        let outcome = match known.get(&one.key.id) {
            Some(entry) if entry.fingerprint == Some(one.fingerprint) => Outcome::Unchanged,
            Some(entry) if entry.fingerprint.is_some() => Outcome::Updated,
            _ => Outcome::Created,
        };
        let landed = Commit::left(one.key, outcome, None);
        cx.ledger.commit(&held.lease(), &Commit { fingerprint: Some(one.fingerprint), ..landed }).await?;
    }
    Ok(())
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
