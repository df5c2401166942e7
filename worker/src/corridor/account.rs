//! Which records of a page still have to be done, and how those are accounted for that go no further.

use ledger::Commit;
use objects::ObjectType;
use protocol::{Entry, EntryState, Key, Outcome, SourceId};

use crate::{Context, Held, Trouble};

/// Keeps the rows that this pass has not yet accounted for; settles those that a filter leaves out.
pub(crate) async fn still_to_do<O: ObjectType>(
    cx: &Context,
    held: &Held,
    rows: Vec<O::Row>,
) -> Result<Vec<O::Row>, Trouble> {
    let ids: Vec<SourceId> = rows.iter().map(O::id).collect();
    let known = cx.ledger.entries(&cx.migration, O::KIND, &ids).await?;
    let mut to_do = Vec::with_capacity(rows.len());
    for row in rows {
        let id = O::id(&row);
        if known.get(&id).is_some_and(|entry| is_settled(held, entry)) {
            continue;
        }
        if O::excluded(&row, &cx.spec) {
            let key = Key { kind: O::KIND, id };
            cx.ledger.commit(&held.lease(), &Commit::left(key, Outcome::Excluded, None)).await?;
            continue;
        }
        to_do.push(row);
    }
    Ok(to_do)
}

/// Whether this pass has already accounted for a record.
pub(crate) fn is_settled(held: &Held, entry: &Entry) -> bool {
    entry.pass == held.batch().pass && matches!(entry.state, EntryState::Settled { .. })
}
