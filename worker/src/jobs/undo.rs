//! The undo job: takes back what this migration wrote of one kind. Children come first by the plan's order.
//!
//! What was there before is left. What somebody has changed since, or what cannot be compared any more, is left and
//! listed. A record that is gone already counts as taken back, so that the job may be repeated after any death. Uploads
//! cannot be deleted: nobody else holds their addresses once their tickets are gone.

use std::{collections::HashSet, iter, sync::OnceLock, time::Duration};

use futures::StreamExt as _;
use ledger::Commit;
use objects::ObjectType;
use protocol::{
    Decision, Entry, EntryState, Errand, FailureCode, Kept, Key, ObjectKind, Outcome, SourceId, TargetId,
    UndoScope,
};

use crate::{Context, Held, Trouble, kept};

/// Entries looked at in one round trip.
const AT_ONCE: u32 = 100;

/// Takes one kind back.
///
/// # Errors
/// [`Trouble`] when the destination or the ledger fails; what was taken back until then is.
pub(crate) async fn undo<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let scope = scope(cx, held).await?;
    let mut after = None::<SourceId>;
    loop {
        held.check()?;
        let page = cx.ledger.standing(&cx.migration, O::KIND, after.as_ref(), AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.id.clone());
        let meant: Vec<Entry> =
            page.into_iter().filter(|entry| still_to_do(held, entry) && scope.asks_for(entry)).collect();
        let trouble = OnceLock::new();
        let mut taken = futures::stream::iter(meant)
            .take_while(|_| futures::future::ready(trouble.get().is_none()))
            .map(|entry| take_back::<O>(cx, held, entry, &trouble))
            .buffer_unordered(cx.knobs.abreast.max(1));
        let mut deleted = Vec::new();
        while let Some(one) = taken.next().await {
            deleted.extend(one);
        }
        drop(taken);
        if let Some(trouble) = trouble.into_inner() {
            return Err(trouble);
        }
        gone_for_good::<O>(cx, held, deleted).await?;
    }
}

/// What the errand says is to be taken back.
async fn scope(cx: &Context, held: &Held) -> Result<UndoScope, Trouble> {
    match cx.errand(held.batch().pass).await? {
        Errand::Undo { scope } => Ok(scope),
        // A batch of this step is planned by that errand alone.
        _ => Err(Trouble::LeaseLost),
    }
}

fn still_to_do(held: &Held, entry: &Entry) -> bool {
    entry.pass < held.batch().pass || !matches!(entry.state, EntryState::Settled { .. })
}

/// Takes one record back, and answers its id if it was deleted just now.
async fn take_back<O: ObjectType>(
    cx: &Context,
    held: &Held,
    entry: Entry,
    trouble: &OnceLock<Trouble>,
) -> Option<TargetId> {
    match try_to::<O>(cx, held, &entry).await {
        Ok(deleted) => deleted,
        Err(first) => {
            let _ = trouble.set(first);
            None
        }
    }
}

async fn try_to<O: ObjectType>(
    cx: &Context,
    held: &Held,
    entry: &Entry,
) -> Result<Option<TargetId>, Trouble> {
    let _hand = cx.unless_stopped(cx.hands.free()).await?;
    held.check()?;
    let (key, Some(target)) = (&entry.key, entry.target) else { return Ok(None) };
    if !Kept::is_ours(entry) {
        // It may be a record of ours all the same, made for another record of the source and gone by now.
        let left = Commit::left(key.clone(), Outcome::Skipped, Some(FailureCode::NotOurs));
        cx.ledger.commit(&held.lease(), &Commit { let_go: true, ..left }).await?;
        return Ok(None);
    }
    let gorgias = cx.gorgias.until(held.deadline());
    let Some(seen) = O::read_whole(&gorgias, target).await.map_err(|error| Trouble::target(&error))? else {
        settle(cx, held, key).await?;
        return Ok(None);
    };
    let ours = O::external_id(&cx.spec, &key.id);
    if !kept::reads_as_written(entry, &seen) || (ours.is_some() && seen.external_id != ours) {
        return leave(cx, held, key, FailureCode::TargetTouched).await;
    }
    if let Err(error) = O::delete(&gorgias, target, cx.clock.now()).await {
        let code = objects::target_code(&error);
        if code.decision() == Decision::Reject {
            return leave(cx, held, key, code).await;
        }
        return Err(Trouble::of(code, key, error.to_string()));
    }
    settle(cx, held, key).await?;
    Ok(Some(target))
}

/// The record is taken back, and with a ticket what was counted inside of it.
async fn settle(cx: &Context, held: &Held, key: &Key) -> Result<(), Trouble> {
    if key.kind == ObjectKind::Ticket {
        let under = format!("{}/", key.id);
        for message in cx.ledger.entries_under(&cx.migration, ObjectKind::Message, &under).await? {
            let undone = Commit::left(message.key, Outcome::Undone, None);
            cx.ledger.commit(&held.lease(), &undone).await?;
        }
    }
    cx.ledger.commit(&held.lease(), &Commit::left(key.clone(), Outcome::Undone, None)).await?;
    Ok(())
}

/// Leaves a record where it stands, and says why.
async fn leave(
    cx: &Context,
    held: &Held,
    key: &Key,
    cause: FailureCode,
) -> Result<Option<TargetId>, Trouble> {
    cx.ledger.commit(&held.lease(), &Commit::left(key.clone(), Outcome::Skipped, Some(cause))).await?;
    Ok(None)
}

/// Waits until the destination shows none of the deleted any more, at the ages at which a write in doubt is looked for.
async fn gone_for_good<O: ObjectType>(
    cx: &Context,
    held: &Held,
    deleted: Vec<TargetId>,
) -> Result<(), Trouble> {
    let (mut left, mut age) = (deleted, 0);
    for at in iter::once(0).chain(cx.knobs.doubt.look_at_ages_ms.iter().copied()) {
        if left.is_empty() {
            return Ok(());
        }
        cx.unless_stopped(tokio::time::sleep(Duration::from_millis(at - age.min(at)))).await?;
        age = at;
        held.check()?;
        let gorgias = cx.gorgias.until(held.deadline());
        let there = O::present(&gorgias, &left).await.map_err(|error| Trouble::target(&error))?;
        let there: HashSet<TargetId> = there.into_iter().map(|one| one.target).collect();
        left.retain(|id| there.contains(id));
    }
    match left.first() {
        None => Ok(()),
        Some(id) => Err(Trouble::Failure {
            code: FailureCode::TargetUncertain,
            at: O::KIND.to_string(),
            detail: format!("destination id {id} was deleted and is still shown"),
        }),
    }
}
