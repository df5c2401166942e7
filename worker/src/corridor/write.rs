//! The write: intend, write, commit. The only place where a record of the destination is made.

use ledger::{Commit, Verdict};
use objects::{Found, ObjectType};
use protocol::{
    Decision, Entry, EntryState, FailureCode, Fingerprint, Kept, Key, ObjectKind, Outcome, SourceId,
    StepPoint, TargetId,
};

use crate::{
    Context, Held, Trouble,
    corridor::{doubt, nested, sampling, update},
    kept,
};

/// Times a write whose outcome is unknown is looked for and, if not found, made again within one attempt.
const ROUNDS: u32 = 3;

/// How a write ended.
enum Written {
    /// There is a record, and it is ours.
    Ours(TargetId),
    /// An existing record is used.
    Adopted(TargetId),
    /// The destination will not have it.
    Refused(FailureCode, String),
    /// Somebody else has accounted for it meanwhile, or has it in hand.
    Elsewhere,
}

/// Writes a record once, whatever happened before; `before` is its entry since it was taken in hand, `sample` says whether
/// it belongs to the sample. True when the destination has answered for it.
pub(crate) async fn put<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    (before, fingerprint, sample): (Option<Entry>, Fingerprint, bool),
    target: &O::Target,
) -> Result<bool, Trouble> {
    // What stands there already is used as it is. It is asked before the intent: once a write is in doubt, nobody can
    // tell what stood there before from what we made, and only what we made may ever be undone.
    if before.as_ref().is_none_or(never_tried)
        && let Some(id) = O::known(target, &*cx.destination(O::KIND).await?)
        // Another worker may have meant to write it since: it is asked again, which few records need.
        && cx.ledger.entry(&cx.migration, key).await?.as_ref().is_none_or(never_tried)
    {
        let kept = kept::of::<O>(target, Outcome::Adopted, held.batch(), sample);
        return land(cx, held, key, fingerprint, (Outcome::Adopted, id, kept)).await;
    }
    // What an earlier pass wrote is met again with everything that followed it, so that the pass counts that too.
    let same = before.as_ref().filter(|entry| entry.fingerprint == Some(fingerprint));
    if let Some(id) = same.and_then(|entry| entry.target) {
        follow::<O>(cx, held, id, target).await?;
    }
    let errand = cx.errand(held.batch().pass).await?;
    let updates = sampling::brings_up_to_date(&errand, before.as_ref());
    let verdict = cx.ledger.intend(&held.lease(), key, fingerprint).await?;
    cx.probe.reached(O::KIND, StepPoint::Intended);
    let new = (key, fingerprint, target);
    let written = match verdict {
        // Another worker has it in hand: it accounts for it, or the record is tried again when that worker's lease is over.
        Verdict::Settled | Verdict::Same { .. } | Verdict::Elsewhere => return Ok(false),
        // Its first write landed and what follows did not: it is gone on with, not judged as changed.
        Verdict::Changed { target, before: None } => Written::Ours(target),
        Verdict::Changed { target: id, before: Some(_) } => {
            return match before.filter(|_| updates) {
                Some(before) => {
                    update::follow::<O>(cx, held, (key, fingerprint), (&before, target), (id, sample)).await
                }
                None => leave_changed(cx, held, key, id).await,
            };
        }
        Verdict::New => create::<O>(cx, held, new, true).await?,
        Verdict::InDoubt { last, .. } => {
            let quiet = doubt::quiet_since(last, cx.clock.now(), cx.knobs.lease_ms);
            match doubt::find::<O>(cx, held, key, target, quiet).await? {
                Some(id) => Written::Ours(id),
                None => create::<O>(cx, held, new, false).await?,
            }
        }
    };
    cx.probe.reached(O::KIND, StepPoint::Written);
    let (outcome, id) = match written {
        Written::Ours(id) => match complete::<O>(cx, held, key, id, target).await? {
            None => (Outcome::Created, id),
            Some((cause, detail)) => {
                // It stands there, not whole. Its id is kept, so that the next try goes on from it.
                let failed =
                    Commit { target: Some(id), ..Commit::left(key.clone(), Outcome::Failed, Some(cause)) };
                cx.ledger.dead_letter(&held.lease(), &failed, &detail).await?;
                return Ok(true);
            }
        },
        Written::Adopted(id) => (Outcome::Adopted, id),
        Written::Refused(cause, detail) => {
            let failed = Commit::left(key.clone(), Outcome::Failed, Some(cause));
            cx.ledger.dead_letter(&held.lease(), &failed, &detail).await?;
            return Ok(true);
        }
        Written::Elsewhere => return Ok(false),
    };
    let kept = kept::of::<O>(target, outcome, held.batch(), sample);
    land(cx, held, key, fingerprint, (outcome, id, kept)).await
}

/// Whether no write of a record was ever intended.
fn never_tried(before: &Entry) -> bool {
    before.target.is_none() && !matches!(before.state, EntryState::Intended { .. })
}

/// The commit: the ledger knows the destination's id.
async fn land(
    cx: &Context,
    held: &Held,
    key: &Key,
    fingerprint: Fingerprint,
    (outcome, id, kept): (Outcome, TargetId, Kept),
) -> Result<bool, Trouble> {
    let commit = Commit { fingerprint: Some(fingerprint), ..Commit::landed(key.clone(), outcome, id) };
    cx.ledger.commit(&held.lease(), &kept::on(commit, &kept)).await?;
    cx.probe.reached(key.kind, StepPoint::Committed);
    Ok(true)
}

/// One POST. An unknown outcome is looked for before anything is sent again. `fresh`: the intent was written just now.
async fn create<O: ObjectType>(
    cx: &Context,
    held: &Held,
    (key, fingerprint, target): (&Key, Fingerprint, &O::Target),
    mut fresh: bool,
) -> Result<Written, Trouble> {
    if let Some(id) = O::known(target, &*cx.destination(O::KIND).await?) {
        return Ok(Written::Adopted(id));
    }
    let mut was_new = fresh;
    for _ in 0..ROUNDS {
        held.check()?;
        // Whoever comes after a crash counts from the intent, so each request has its own.
        if !fresh
            && let Verdict::Settled | Verdict::Elsewhere =
                cx.ledger.intend(&held.lease(), key, fingerprint).await?
        {
            return Ok(Written::Elsewhere);
        }
        fresh = false;
        let gorgias = cx.gorgias.until(held.deadline());
        let error = match O::create(&gorgias, target).await {
            Ok(id) => return Ok(Written::Ours(id)),
            Err(error) => error,
        };
        match objects::target_code(&error) {
            FailureCode::TargetUncertain => {
                let given_up = cx.clock.now();
                if let Some(id) = doubt::find::<O>(cx, held, key, target, given_up).await? {
                    return Ok(Written::Ours(id));
                }
            }
            FailureCode::TargetConflict => return conflict::<O>(cx, held, key, target, &error).await,
            code @ (FailureCode::TargetRejected | FailureCode::TargetMerged) => {
                return Ok(Written::Refused(code, error.to_string()));
            }
            code => {
                if was_new && code == FailureCode::LimiterUnavailable {
                    // Nothing has left: so whoever tries it next need not look for it first.
                    cx.ledger.withdraw(&held.lease(), key).await?;
                }
                return Err(Trouble::of(code, key, error.to_string()));
            }
        }
        was_new = false;
    }
    Err(Trouble::of(FailureCode::TargetUncertain, key, "the outcome stayed unknown"))
}

/// An identifier is taken: by our own earlier write, by a record that can be used instead, or by one that cannot. Who
/// took it a moment ago may not be shown yet, so the look is repeated at the ages of a doubt.
async fn conflict<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    target: &O::Target,
    error: &gorgias::Error,
) -> Result<Written, Trouble> {
    let since = cx.clock.now();
    for age in std::iter::once(0).chain(cx.knobs.doubt.look_at_ages_ms.iter().copied()) {
        doubt::wait_until_age(cx, held, key, since, age).await?;
        if let Some(written) = holder::<O>(cx, held, key, target).await? {
            return Ok(written);
        }
    }
    Ok(Written::Refused(FailureCode::TargetConflict, error.to_string()))
}

/// Who holds the identifier, where the destination shows it and it can be used.
async fn holder<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    target: &O::Target,
) -> Result<Option<Written>, Trouble> {
    let gorgias = cx.gorgias.until(held.deadline());
    match O::find(&gorgias, target).await.map_err(|error| Trouble::target(&error))? {
        Found::One(id) => return Ok(Some(Written::Ours(id))),
        Found::Several(ids) => return Err(doubt::several(key, &ids)),
        Found::None => {}
    }
    let Some(id) = O::adopt(&gorgias, target).await.map_err(|error| Trouble::target(&error))? else {
        return Ok(None);
    };
    // What holds the identifier may be our own write, which the look by external id did not show yet.
    let ours = O::external_id(&cx.spec, &key.id);
    if ours.is_some() {
        let there = O::present(&gorgias, &[id]).await.map_err(|error| Trouble::target(&error))?;
        if there.iter().any(|one| one.target == id && one.external_id == ours) {
            return Ok(Some(Written::Ours(id)));
        }
    }
    Ok(Some(Written::Adopted(id)))
}

/// What follows the first write: field values, and messages past the first 500, each by its own intent and commit.
/// `Some`: the destination refuses it, and why.
async fn complete<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    id: TargetId,
    target: &O::Target,
) -> Result<Option<(FailureCode, String)>, Trouble> {
    let mut tries = 0;
    loop {
        held.check()?;
        let gorgias = cx.gorgias.until(held.deadline());
        let Err(error) = O::complete(&gorgias, id, target).await else {
            break;
        };
        tries += 1;
        let code = objects::target_code(&error);
        if code.decision() == Decision::Reject {
            return Ok(Some((code, error.to_string())));
        }
        if code != FailureCode::TargetUncertain || tries == ROUNDS {
            return Err(Trouble::of(code, key, error.to_string()));
        }
    }
    follow::<O>(cx, held, id, target).await?;
    cx.probe.reached(O::KIND, StepPoint::Completed);
    Ok(None)
}

/// The messages past the first 500, each put by itself.
async fn follow<O: ObjectType>(
    cx: &Context,
    held: &Held,
    id: TargetId,
    target: &O::Target,
) -> Result<(), Trouble> {
    let all = O::follow_ups(target, id);
    if all.is_empty() {
        return Ok(());
    }
    // Nobody else writes them while the record they follow is in our hands.
    let ids: Vec<SourceId> = all.iter().map(|one| one.key.id.clone()).collect();
    let mut known = cx.ledger.entries(&cx.migration, ObjectKind::Message, &ids).await?;
    for follow_up in all {
        let entry = known.remove(&follow_up.key.id);
        let before = nested::try_again(cx, held, &follow_up.key, entry).await?;
        let put = put::<objects::Message>(
            cx,
            held,
            &follow_up.key,
            (before, follow_up.fingerprint, false),
            &follow_up.target,
        );
        Box::pin(put).await?;
    }
    Ok(())
}

/// A record that changed at the source since it was copied: the copy is left as it is, and listed.
async fn leave_changed(cx: &Context, held: &Held, key: &Key, target: TargetId) -> Result<bool, Trouble> {
    let cause = Some(FailureCode::ChangedSinceCopy);
    let left = Commit { target: Some(target), ..Commit::left(key.clone(), Outcome::Skipped, cause) };
    cx.ledger.dead_letter(&held.lease(), &left, "a delta brings it up to date").await?;
    Ok(false)
}
