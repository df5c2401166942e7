//! The source as the object kinds read it: the API, and the supplement files for what the API does not give. Windows of
//! the plan become the client's filters here. Nothing is written through it.

use std::sync::Arc;

use jiff::Timestamp;
use protocol::{SourceId, UnixMs, Window};

use crate::SourcePage;

/// The source.
#[derive(Debug, Clone)]
pub struct SourceReader {
    /// The API.
    pub atera: atera::Client,
    /// The files an operator supplies.
    pub supplements: Arc<atera::Supplements>,
}

/// The filter of a ticket listing.
pub(crate) fn ticket_filter(of: &Window) -> atera::TicketFilter {
    match of {
        Window::All => atera::TicketFilter::All,
        Window::Status { status } => atera::TicketFilter::Status(status.clone()),
        Window::ChangedSince { since } => atera::TicketFilter::ChangedSince(instant(*since)),
    }
}

/// The filter of a customer or contact listing; statuses are a matter of tickets alone.
pub(crate) fn change_filter(of: &Window) -> atera::ChangeFilter {
    match of {
        Window::All | Window::Status { .. } => atera::ChangeFilter::All,
        Window::ChangedSince { since } => atera::ChangeFilter::ChangedSince(instant(*since)),
    }
}

/// A page of the client as a page of the trait.
pub(crate) fn source_page<R>(page: atera::Page<R>) -> SourcePage<R> {
    SourcePage { rows: page.items, pages: page.total_pages, declared: page.total_items, last: page.last }
}

/// An id that is a number at the source; `None` for any other, which the source cannot have.
pub(crate) fn number(id: &SourceId) -> Option<i64> {
    id.0.parse().ok()
}

/// A point in time as the clients write it. One outside of what a calendar holds becomes the epoch: as a watermark it
/// means everything.
pub(crate) fn instant(since: UnixMs) -> Timestamp {
    Timestamp::from_millisecond(since.0).unwrap_or(Timestamp::UNIX_EPOCH)
}
