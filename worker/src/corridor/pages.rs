//! Pages of a batch, one read ahead of the one being worked on.

use objects::{ObjectType, SourceReader};
use protocol::{Batch, Slice, SourceId, Window};
use tokio::{sync::mpsc, task::JoinHandle};
use tracing::Instrument as _;

use crate::{Context, Trouble};

/// Named records fetched as one page.
const IDS_PER_PAGE: usize = 10;

/// A page of a batch.
pub(crate) struct PageOf<R> {
    /// Its rows.
    pub(crate) rows: Vec<R>,
    /// Named records the source no longer has.
    pub(crate) gone: Vec<SourceId>,
    /// Where the next attempt goes on once this page is done.
    pub(crate) next: u32,
}

/// The pages of a batch.
pub(crate) struct Pages<O: ObjectType> {
    read: mpsc::Receiver<Result<PageOf<O::Row>, Trouble>>,
    reader: JoinHandle<()>,
}

impl<O: ObjectType> Drop for Pages<O> {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl<O: ObjectType> Pages<O> {
    /// Begins to read where the batch's checkpoint stands.
    pub(crate) fn read_ahead(cx: &Context, batch: &Batch) -> Self {
        let (sender, read) = mpsc::channel(1);
        let reader = Reader::<O>::new(cx.source.clone(), sender);
        let reader = match batch.slice.clone() {
            Slice::Whole => tokio::spawn(
                reader.listing(Window::All, batch.checkpoint.unwrap_or(1), u32::MAX).in_current_span(),
            ),
            Slice::Pages { of, first, last } => {
                tokio::spawn(reader.listing(of, batch.checkpoint.unwrap_or(first), last).in_current_span())
            }
            Slice::Ids { ids } => {
                tokio::spawn(reader.named(ids, batch.checkpoint.unwrap_or(0)).in_current_span())
            }
        };
        Self { read, reader }
    }

    /// The next page; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<PageOf<O::Row>>, Trouble> {
        self.read.recv().await.transpose()
    }
}

struct Reader<O: ObjectType> {
    source: SourceReader,
    sender: mpsc::Sender<Result<PageOf<O::Row>, Trouble>>,
}

impl<O: ObjectType> Reader<O> {
    fn new(source: SourceReader, sender: mpsc::Sender<Result<PageOf<O::Row>, Trouble>>) -> Self {
        Self { source, sender }
    }

    async fn listing(self, of: Window, first: u32, last: u32) {
        let mut page = first;
        while page <= last {
            let found = match O::page(&self.source, &of, page).await {
                Ok(found) => found,
                Err(error) => return self.fail(&error).await,
            };
            let ends = found.last || page == last;
            let page_of = PageOf { rows: found.rows, gone: Vec::new(), next: page.saturating_add(1) };
            if self.sender.send(Ok(page_of)).await.is_err() || ends {
                return;
            }
            page += 1;
        }
    }

    async fn named(self, ids: Vec<SourceId>, done: u32) {
        let mut done = done as usize;
        while let Some(ids) = ids.get(done..).filter(|ids| !ids.is_empty()) {
            let ids = &ids[..ids.len().min(IDS_PER_PAGE)];
            let (mut rows, mut gone) = (Vec::new(), Vec::new());
            for id in ids {
                match O::one(&self.source, id).await {
                    Ok(Some(row)) => rows.push(row),
                    Ok(None) => gone.push(id.clone()),
                    Err(error) => return self.fail(&error).await,
                }
            }
            done += ids.len();
            let next = u32::try_from(done).unwrap_or(u32::MAX);
            if self.sender.send(Ok(PageOf { rows, gone, next })).await.is_err() {
                return;
            }
        }
    }

    async fn fail(&self, error: &atera::Error) {
        // A closed channel means that nobody waits for the page any more.
        let _ = self.sender.send(Err(Trouble::source(error))).await;
    }
}
