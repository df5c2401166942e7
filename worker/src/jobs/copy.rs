//! The copy job: the corridor every record walks, always downhill.
//!
//! Read it from top to bottom and you know the system. Pages of the source come in, one read ahead. Records that this
//! pass has already accounted for, and those a filter leaves out, go no further. For the others everything that belongs
//! to them is fetched (a few ahead), parents and files are resolved, the record is mapped, and then written, a few
//! records abreast:
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

use std::sync::OnceLock;

use futures::{StreamExt as _, future::ready};
use objects::ObjectType;
use protocol::{FailureCode, Key, SourceId, StepPoint};

use crate::{
    Context, Held, Trouble,
    corridor::{
        account, budget,
        pages::Pages,
        record,
        suspects::{self, Suspects},
        unshown,
    },
};

/// Copies a batch of one kind.
///
/// # Errors
/// [`Trouble`] when the attempt ends early; everything committed until then stays.
pub async fn copy<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    if !unshown::is_a_feed(held.batch()) {
        return walk::<O>(cx, held).await.map(|_| ());
    }
    // Rows of a feed may move under a reader: it is walked until a walk shows nothing new.
    for _ in 0..unshown::WALKS {
        if walk::<O>(cx, held).await? == 0 {
            break;
        }
    }
    unshown::settle(cx, held).await
}

/// Walks the pages of a batch, and answers how many records were to be done.
async fn walk<O: ObjectType>(cx: &Context, held: &Held) -> Result<usize, Trouble> {
    let mut done = 0;
    let mut pages = Pages::<O>::read_ahead(cx, held.batch());
    while let Some(page) = cx.unless_stopped(pages.next()).await?? {
        cx.probe.reached(O::KIND, StepPoint::PageRead);

        for id in &page.gone {
            let key = Key { kind: O::KIND, id: id.clone() };
            let gone = Trouble::of(FailureCode::SourceGone, &key, "listed, but no longer at the source");
            suspects::give_up(cx, held, &key, &gone).await?;
        }

        let rows = account::still_to_do::<O>(cx, held, page.rows).await?;
        done += rows.len();
        let (trouble, suspects) = (OnceLock::new(), Suspects::none(cx, held));
        let mut settled = futures::stream::iter(rows)
            .take_while(|_| ready(trouble.get().is_none()))
            .map(|row| async move { (O::id(&row), record::read::<O>(cx, row).await) })
            .buffered(cx.knobs.read_ahead.max(1))
            .map(|(id, source)| settle_one::<O>(cx, held, id, source, (&trouble, &suspects)))
            .buffer_unordered(cx.knobs.abreast.max(1));
        while settled.next().await.is_some() {}
        drop(settled);
        if let Some(trouble) = trouble.into_inner() {
            return Err(trouble);
        }
        suspects.page_ended(cx, held).await?;

        cx.ledger.checkpoint(&held.lease(), page.next).await?;
        cx.probe.reached(O::KIND, StepPoint::Checkpointed);
        budget::check(cx, held).await?;
    }
    Ok(done)
}

/// Accounts for one record. After the first trouble no further record begins; those under way come to their end, so
/// that nothing is left in doubt that need not be.
async fn settle_one<O: ObjectType>(
    cx: &Context,
    held: &Held,
    id: SourceId,
    source: Result<O::Source, Trouble>,
    (trouble, suspects): (&OnceLock<Trouble>, &Suspects),
) {
    if trouble.get().is_some() {
        return;
    }
    let settle = async {
        let _hand = cx.unless_stopped(cx.hands.free()).await?;
        held.check()?;
        if cx.stop.is_cancelled() {
            return Err(Trouble::Stopped);
        }
        let key = Key { kind: O::KIND, id };
        let ended = match source {
            Ok(source) => record::settle::<O>(cx, held, &key, source).await,
            Err(unread) => Err(unread),
        };
        suspects.ended(cx, held, key, ended).await
    };
    if let Err(first) = settle.await {
        // A second trouble adds nothing: the batch ends with the first.
        let _ = trouble.set(first);
    }
}
