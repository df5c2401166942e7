//! The copy job: the corridor every record walks, always downhill.
//!
//! Read it from top to bottom and you know the system. Pages of the source come in, one read ahead. Records that this
//! pass has already accounted for, and those a filter leaves out, go no further. For the others everything that belongs
//! to them is fetched (a few ahead), parents and files are resolved, the record is mapped, and then written:
//!
//! ```text
//! intend    the ledger says what this write is: the same as before, new, changed, or in doubt
//! write     one POST; in doubt: look first
//! commit    the ledger knows the destination's id
//! ```
//!
//! A crash before the commit is a doubt next time, never a duplicate. A record's own trouble is a dead letter and the
//! batch goes on; only infrastructure trouble ends the attempt. The page's end is a checkpoint, from which the next
//! attempt goes on.

use futures::StreamExt as _;
use ledger::Commit;
use objects::ObjectType;
use protocol::{FailureCode, Key, Outcome, StepPoint};

use crate::{
    Context, Held, Trouble,
    corridor::{account, budget, pages::Pages, record},
};

/// Copies a batch of one kind.
///
/// # Errors
/// [`Trouble`] when the attempt ends early; everything committed until then stays.
pub async fn copy<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let mut pages = Pages::<O>::read_ahead(cx, held.batch());
    while let Some(page) = pages.next().await? {
        cx.probe.reached(O::KIND, StepPoint::PageRead);

        for id in &page.gone {
            let gone = Commit::left(
                Key { kind: O::KIND, id: id.clone() },
                Outcome::Skipped,
                Some(FailureCode::SourceGone),
            );
            cx.ledger.dead_letter(&held.lease(), &gone, "listed, but no longer at the source").await?;
        }

        let rows = account::still_to_do::<O>(cx, held, page.rows).await?;
        let mut sources = futures::stream::iter(rows)
            .map(|row| async move { (O::id(&row), O::hydrate(&cx.source, row).await) })
            .buffered(cx.knobs.read_ahead.max(1));

        while let Some((id, source)) = sources.next().await {
            held.check()?;
            if cx.stop.is_cancelled() {
                return Err(Trouble::Stopped);
            }
            let source = source.map_err(|error| Trouble::source(&error))?;
            record::settle::<O>(cx, held, Key { kind: O::KIND, id }, source).await?;
        }

        cx.ledger.checkpoint(&held.lease(), page.next).await?;
        cx.probe.reached(O::KIND, StepPoint::Checkpointed);
        budget::check(cx, held).await?;
    }
    Ok(())
}
