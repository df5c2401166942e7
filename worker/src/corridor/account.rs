//! Which records of a page still have to be done, and how those are accounted for that go no further.

use ledger::Commit;
use objects::ObjectType;
use protocol::{Entry, EntryState, Key, Outcome};

use crate::{Context, Held, Trouble};

/// Keeps the rows that this pass has not yet accounted for; settles those that a filter leaves out.
pub(crate) async fn still_to_do<O: ObjectType>(
    cx: &Context,
    held: &Held,
    rows: Vec<O::Row>,
) -> Result<Vec<O::Row>, Trouble> {
    let mut to_do = Vec::with_capacity(rows.len());
    for row in rows {
        let key = Key { kind: O::KIND, id: O::id(&row) };
        if is_settled(cx, held, &key).await? {
            continue;
        }
        if O::excluded(&row, &cx.spec) {
            cx.ledger.commit(&held.lease(), &Commit::left(key, Outcome::Excluded, None)).await?;
            continue;
        }
        to_do.push(row);
    }
    Ok(to_do)
}

/// Whether this pass has already accounted for a record.
pub(crate) async fn is_settled(cx: &Context, held: &Held, key: &Key) -> Result<bool, Trouble> {
    let pass = held.batch().pass;
    let settled = |entry: Entry| entry.pass == pass && matches!(entry.state, EntryState::Settled { .. });
    Ok(cx.ledger.entry(&cx.migration, key).await?.is_some_and(settled))
}
