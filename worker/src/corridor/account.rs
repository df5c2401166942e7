//! Which records of a page still have to be done, and how those are accounted for that go no further.

use ledger::Commit;
use objects::ObjectType;
use protocol::{EntryState, Key, Outcome};

use crate::{Context, Held, Trouble};

/// Keeps the rows that this pass has not yet accounted for; settles those that a filter leaves out.
pub(crate) async fn still_to_do<O: ObjectType>(
    cx: &Context,
    held: &Held,
    rows: Vec<O::Row>,
) -> Result<Vec<O::Row>, Trouble> {
    let pass = held.batch().pass;
    let mut to_do = Vec::with_capacity(rows.len());
    for row in rows {
        let key = Key { kind: O::KIND, id: O::id(&row) };
        let entry = cx.ledger.entry(&cx.migration, &key).await?;
        let settled = entry
            .is_some_and(|entry| entry.pass == pass && matches!(entry.state, EntryState::Settled { .. }));
        if settled {
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
