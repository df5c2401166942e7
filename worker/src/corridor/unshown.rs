//! What a change feed does not show: records the survey has seen, that landed in an earlier pass and have no trouble, are as
//! they were. They are accounted for without a read. What is new, or was left with a cause, stays open and is read by its id.

use std::collections::HashSet;

use futures::{StreamExt as _, TryStreamExt as _};
use ledger::{Commit, Filter};
use protocol::{Batch, Entry, EntryState, Key, ObjectKind, Outcome, Slice, SourceId, Window};

use crate::{Context, Held, Trouble};

/// Walks over a feed at most, however busy the source is: what the last one missed is within the next pass's overlap.
pub(crate) const WALKS: u32 = 5;

/// Records accounted for together.
const AT_ONCE: usize = 256;

/// Records looked up in one round trip.
const PAGE: u32 = 2_000;

/// Whether a batch is about a change feed.
pub(crate) fn is_a_feed(batch: &Batch) -> bool {
    matches!(&batch.slice, Slice::Pages { of: Window::ChangedSince { .. }, .. })
}

/// Accounts for them.
pub(crate) async fn settle(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let kind = held.batch().kind;
    let troubled = troubled(cx, kind).await?;
    let mut open = 0;
    loop {
        held.check()?;
        if cx.stop.is_cancelled() {
            return Err(Trouble::Stopped);
        }
        let limit = PAGE.saturating_add(open);
        let ids = cx.ledger.unaccounted(&cx.migration, held.batch().pass, kind, limit).await?;
        let entries = cx.ledger.entries(&cx.migration, kind, &ids).await?;
        let standing: Vec<Key> = entries
            .into_values()
            .filter(|entry| stands(entry) && !troubled.contains(&entry.key.id))
            .map(|entry| entry.key)
            .collect();
        if standing.is_empty() {
            return Ok(());
        }
        open = u32::try_from(ids.len() - standing.len()).unwrap_or(u32::MAX);
        let lease = held.lease();
        let settle = standing.into_iter().map(|key| {
            let lease = &lease;
            async move {
                let same = Commit::left(key, Outcome::Unchanged, None);
                cx.ledger.commit(lease, &same).await.map_err(Trouble::from)
            }
        });
        futures::stream::iter(settle).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    }
}

/// Whether a record has landed and no write of it is in doubt.
fn stands(entry: &Entry) -> bool {
    entry.target.is_some() && entry.fingerprint.is_some() && entry.state == EntryState::Seen
}

/// Records of a kind that were left with a cause.
async fn troubled(cx: &Context, kind: ObjectKind) -> Result<HashSet<SourceId>, Trouble> {
    let (mut all, mut after) = (HashSet::new(), None::<Key>);
    let filter = Filter { kind: Some(kind), ..Filter::default() };
    loop {
        let page = cx.ledger.dead_letters(&cx.migration, &filter, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.key.clone());
        all.extend(page.into_iter().map(|letter| letter.key.id));
    }
}
