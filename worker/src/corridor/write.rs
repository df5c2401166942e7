//! The write: intend, write, commit. The only place where a record of the destination is made.

use ledger::{Commit, Verdict};
use objects::{Found, ObjectType};
use protocol::{FailureCode, Fingerprint, Key, Outcome, StepPoint, TargetId};

use crate::{Context, Held, Trouble, corridor::doubt};

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
}

/// Whether an earlier pass (or attempt) wrote this record, so that nothing will be sent for it now.
pub(crate) async fn landed_before(cx: &Context, key: &Key) -> Result<bool, Trouble> {
    Ok(cx.ledger.entry(&cx.migration, key).await?.is_some_and(|entry| entry.target.is_some()))
}

/// Writes a record once, whatever happened before.
pub(crate) async fn put<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    fingerprint: Fingerprint,
    target: &O::Target,
) -> Result<(), Trouble> {
    let verdict = cx.ledger.intend(&held.lease(), key, fingerprint).await?;
    cx.probe.reached(O::KIND, StepPoint::Intended);
    let written = match verdict {
        Verdict::Settled | Verdict::Same { .. } => return Ok(()),
        Verdict::Changed { target, .. } => return leave_changed(cx, held, key, target).await,
        Verdict::New => create::<O>(cx, held, key, target).await?,
        Verdict::InDoubt { since } => match doubt::find::<O>(cx, held, key, target, since).await? {
            Some(id) => Written::Ours(id),
            None => create::<O>(cx, held, key, target).await?,
        },
    };
    cx.probe.reached(O::KIND, StepPoint::Written);
    let (outcome, id) = match written {
        Written::Ours(id) => {
            complete::<O>(cx, held, key, id, target).await?;
            (Outcome::Created, id)
        }
        Written::Adopted(id) => (Outcome::Adopted, id),
        Written::Refused(cause, detail) => {
            let failed = Commit::left(key.clone(), Outcome::Failed, Some(cause));
            cx.ledger.dead_letter(&held.lease(), &failed, &detail).await?;
            return Ok(());
        }
    };
    let commit = Commit { fingerprint: Some(fingerprint), ..Commit::landed(key.clone(), outcome, id) };
    cx.ledger.commit(&held.lease(), &commit).await?;
    cx.probe.reached(O::KIND, StepPoint::Committed);
    Ok(())
}

/// One POST. An unknown outcome is looked for before anything is sent again.
async fn create<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    target: &O::Target,
) -> Result<Written, Trouble> {
    if let Some(id) = O::known(target, &*cx.destination(O::KIND).await?) {
        return Ok(Written::Adopted(id));
    }
    for _ in 0..ROUNDS {
        held.check()?;
        let sent_at = cx.clock.now();
        let gorgias = cx.gorgias.until(held.deadline());
        let error = match O::create(&gorgias, target).await {
            Ok(id) => return Ok(Written::Ours(id)),
            Err(error) => error,
        };
        match objects::target_code(&error) {
            FailureCode::TargetUncertain => {
                if let Some(id) = doubt::find::<O>(cx, held, key, target, sent_at).await? {
                    return Ok(Written::Ours(id));
                }
            }
            FailureCode::TargetConflict => return conflict::<O>(cx, held, target, &error).await,
            code @ (FailureCode::TargetRejected | FailureCode::TargetMerged) => {
                return Ok(Written::Refused(code, error.to_string()));
            }
            code => return Err(Trouble::of(code, key, error.to_string())),
        }
    }
    Err(Trouble::of(FailureCode::TargetUncertain, key, "the outcome stayed unknown"))
}

/// An identifier is taken: by our own earlier write, by a record that can be used instead, or by one that cannot.
async fn conflict<O: ObjectType>(
    cx: &Context,
    held: &Held,
    target: &O::Target,
    error: &gorgias::Error,
) -> Result<Written, Trouble> {
    let gorgias = cx.gorgias.until(held.deadline());
    match O::find(&gorgias, target).await.map_err(|error| Trouble::target(&error))? {
        Found::One(id) => return Ok(Written::Ours(id)),
        Found::Several(_) | Found::None => {}
    }
    match O::adopt(&gorgias, target).await.map_err(|error| Trouble::target(&error))? {
        Some(id) => Ok(Written::Adopted(id)),
        None => Ok(Written::Refused(FailureCode::TargetConflict, error.to_string())),
    }
}

/// What follows the first write: field values, and messages past the first 500, each by its own intent and commit.
async fn complete<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    id: TargetId,
    target: &O::Target,
) -> Result<(), Trouble> {
    let mut tries = 0;
    loop {
        held.check()?;
        let gorgias = cx.gorgias.until(held.deadline());
        let Err(error) = O::complete(&gorgias, id, target).await else {
            break;
        };
        tries += 1;
        let code = objects::target_code(&error);
        if code != FailureCode::TargetUncertain || tries == ROUNDS {
            return Err(Trouble::of(code, key, error.to_string()));
        }
    }
    for follow_up in O::follow_ups(target, id) {
        let put = put::<objects::Message>(cx, held, &follow_up.key, follow_up.fingerprint, &follow_up.target);
        Box::pin(put).await?;
    }
    cx.probe.reached(O::KIND, StepPoint::Completed);
    Ok(())
}

/// A record that changed at the source since it was copied: the copy is left as it is, and listed.
async fn leave_changed(cx: &Context, held: &Held, key: &Key, target: TargetId) -> Result<(), Trouble> {
    let cause = Some(FailureCode::ChangedSinceCopy);
    let left = Commit { target: Some(target), ..Commit::left(key.clone(), Outcome::Skipped, cause) };
    cx.ledger.dead_letter(&held.lease(), &left, "a delta brings it up to date").await?;
    Ok(())
}
