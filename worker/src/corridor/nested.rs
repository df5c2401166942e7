//! Records nested in a ticket: its files, and its messages past the first 500. They have no batch of their own, so
//! whoever is done with the ticket also accounts for what is left of them; else the equation of the pass never closes.

use ledger::{Commit, Filter};
use protocol::{Entry, EntryState, FailureCode, Key, ObjectKind, Outcome};

use crate::{Context, Held, Trouble};

/// The kinds that are accounted for with their ticket.
const NESTED: [ObjectKind; 2] = [ObjectKind::Attachment, ObjectKind::Message];

/// Accounts for whatever of a ticket this pass has met and not accounted for, because nothing more will come of it.
/// Records of other kinds have nothing nested in them.
pub(crate) async fn close(
    cx: &Context,
    held: &Held,
    of: &Key,
    (outcome, cause): (Outcome, FailureCode),
) -> Result<(), Trouble> {
    for kind in NESTED {
        close_kind(cx, held, of, kind, (outcome, cause), &[]).await?;
    }
    Ok(())
}

/// As [`close`], for one kind and all but the records named.
pub(crate) async fn close_kind(
    cx: &Context,
    held: &Held,
    of: &Key,
    kind: ObjectKind,
    (outcome, cause): (Outcome, FailureCode),
    but: &[&Key],
) -> Result<(), Trouble> {
    if of.kind != ObjectKind::Ticket {
        return Ok(());
    }
    let pass = held.batch().pass;
    let left = |entry: &Entry| {
        entry.pass == pass && !matches!(entry.state, EntryState::Settled { .. }) && !but.contains(&&entry.key)
    };
    let under = cx.ledger.entries_under(&cx.migration, kind, &format!("{}/", of.id)).await?;
    for entry in under.into_iter().filter(left) {
        let commit = Commit::left(entry.key, outcome, Some(cause));
        cx.ledger.dead_letter(&held.lease(), &commit, "it goes with the record it belongs to").await?;
    }
    Ok(())
}

/// The entry of a nested record, which was read as `entry`. One that failed in this pass is open again, because the record
/// it belongs to is tried again.
pub(crate) async fn try_again(
    cx: &Context,
    held: &Held,
    key: &Key,
    entry: Option<Entry>,
) -> Result<Option<Entry>, Trouble> {
    let pass = held.batch().pass;
    let failed = |entry: &Entry| {
        entry.pass == pass && matches!(entry.state, EntryState::Settled { outcome: Outcome::Failed })
    };
    if !entry.as_ref().is_some_and(failed) {
        return Ok(entry);
    }
    let only = Filter { key: Some(key.clone()), ..Filter::default() };
    cx.ledger.reopen(&cx.migration, pass, &only).await?;
    Ok(cx.ledger.entry(&cx.migration, key).await?)
}
