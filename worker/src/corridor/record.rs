//! One record's way: parents and files are resolved, the record is mapped, then written.

use ledger::Commit;
use objects::{ObjectType, Reject, Resolved};
use protocol::{Errand, FailureCode, Key, Outcome};

use crate::{
    Context, Held, Trouble,
    corridor::{account, files, sampling, write},
};

/// Accounts for one record, whatever becomes of it. True when the destination has answered for it.
pub(crate) async fn settle<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    source: O::Source,
) -> Result<bool, Trouble> {
    let Some(_in_hand) = cx.in_hand.take(key) else { return Ok(false) };
    let before = cx.ledger.entry(&cx.migration, key).await?;
    // Another batch may have settled it since this page was read.
    if before.as_ref().is_some_and(|entry| account::is_settled(held, entry)) {
        return Ok(false);
    }
    let errand = cx.errand(held.batch().pass).await?;
    // What an earlier pass (or attempt) wrote is not sent again, so its files are not either, unless it is brought up to
    // date.
    let landed = before.as_ref().is_some_and(|entry| entry.target.is_some());
    let landed = landed && !sampling::brings_up_to_date(&errand, before.as_ref());
    let sample = sampling::belongs(&errand, before.as_ref());
    let mut resolved = parents::<O>(cx, &source).await?;
    let mut files = files::facts(cx, held, O::assets(&source)).await?;
    loop {
        resolved.assets = files.facts();
        let mapped = match O::map(&source, &resolved, &cx.spec) {
            Ok(mapped) => mapped,
            Err(reject) => {
                files.account(cx, held, key, (Outcome::Rejected, FailureCode::ParentFailed)).await?;
                cx.notes.keep(held, key, &reject.notes).await?;
                refuse(cx, held, key, &reject).await?;
                return Ok(false);
            }
        };
        if !landed && files.upload(cx, held).await? {
            continue;
        }
        cx.notes.keep(held, key, &mapped.notes).await?;
        files.account(cx, held, key, (Outcome::Skipped, FailureCode::ChangedSinceCopy)).await?;
        let (mut target, fingerprint) = match matches!(errand, Errand::Sample { .. }) {
            true => sampling::marked::<O>(mapped.target, mapped.fingerprint),
            false => (mapped.target, mapped.fingerprint),
        };
        O::place(&mut target, &files.uploads());
        return write::put::<O>(cx, held, key, (before, fingerprint, sample), &target).await;
    }
}

/// Reads what belongs to a record. One whose parts are not found has gone, if it is itself no longer there.
pub(crate) async fn read<O: ObjectType>(cx: &Context, row: O::Row) -> Result<O::Source, Trouble> {
    let key = Key { kind: O::KIND, id: O::id(&row) };
    let error = match cx.unless_stopped(O::hydrate(&cx.source, row)).await? {
        Ok(source) => return Ok(source),
        Err(error) => error,
    };
    let unread = objects::source_code(&error);
    if unread != FailureCode::SourceGone {
        return Err(Trouble::of(unread, &key, error.to_string()));
    }
    match cx.unless_stopped(O::one(&cx.source, &key.id)).await? {
        Ok(None) => Err(Trouble::of(unread, &key, "it went away while it was read")),
        Ok(Some(_)) => Err(Trouble::of(FailureCode::SourceMalformed, &key, error.to_string())),
        Err(error) => Err(Trouble::source(&error)),
    }
}

/// Keeps a record that cannot be mapped, with its cause.
async fn refuse(cx: &Context, held: &Held, key: &Key, reject: &Reject) -> Result<(), Trouble> {
    let left = Commit::left(key.clone(), reject.outcome, Some(reject.cause));
    if reject.outcome == Outcome::Excluded {
        cx.ledger.commit(&held.lease(), &left).await?;
    } else {
        cx.ledger.dead_letter(&held.lease(), &left, &reject.detail).await?;
    }
    Ok(())
}

pub(crate) async fn parents<O: ObjectType>(cx: &Context, source: &O::Source) -> Result<Resolved, Trouble> {
    let mut resolved = Resolved { destination: cx.destination(O::KIND).await?, ..Resolved::default() };
    let links = O::links(source, &cx.spec);
    if links.is_empty() {
        return Ok(resolved);
    }
    for (link, resolution) in cx.ledger.resolve(&cx.migration, &links).await? {
        match resolution {
            ledger::Resolution::Landed(target) => {
                resolved.parents.insert(link, target);
            }
            ledger::Resolution::NotLanded(cause) => {
                resolved.missing.insert(link, cause);
            }
            ledger::Resolution::Unknown => {
                resolved.missing.insert(link, None);
            }
        }
    }
    Ok(resolved)
}
