//! What hangs on a ticket: its whole thread and the links of its attachments. A thread is given complete or
//! not at all.

use crate::client::Client;
use crate::decode;
use crate::error::{Error, ErrorKind};
use crate::models::Comment;
use crate::page::Page;
use crate::transport::Call;

use url::Url;

/// Walks of one thread before it is given up as incomplete; somebody writing to it disturbs one, not three.
const WALKS: u32 = 3;

impl Client {
    /// A ticket's whole thread, by date, each comment with its key. The number of comments is what the source
    /// counts, on every page alike.
    ///
    /// # Errors
    /// `NotFound` when there is no such ticket, `Incomplete` when the count never fits, and the rest of
    /// [`ErrorKind`].
    pub async fn comments(&self, ticket_id: i64) -> Result<Vec<Comment>, Error> {
        let call = Call::new(
            "tickets/{ticketId}/comments",
            &format!("tickets/{ticket_id}/comments"),
            Some(ticket_id.to_string()),
        );
        for _ in 0..WALKS {
            if let Some(mut thread) = self.walk_thread(&call).await? {
                Comment::number(&mut thread);
                return Ok(thread);
            }
        }
        Err(call.error(ErrorKind::Incomplete).status(200))
    }

    /// One walk; none when the count changed on the way or does not fit.
    async fn walk_thread(&self, call: &Call) -> Result<Option<Vec<Comment>>, Error> {
        let mut thread: Vec<Comment> = Vec::new();
        let mut total = None;
        for number in 1.. {
            let page: Page<Comment> = self.envelope_page(call.clone(), number).await?;
            thread.extend(page.items);
            let held = u64::try_from(thread.len()).unwrap_or(u64::MAX);
            if number > 1 && total != page.total_items {
                return Ok(None);
            }
            total = page.total_items;
            let Some(counted) = total else {
                if page.last {
                    break;
                }
                continue;
            };
            if held > counted || (page.last && held < counted) {
                return Ok(None);
            }
            if page.last {
                break;
            }
        }
        Ok(Some(thread))
    }

    /// The links of a ticket's attachments, in the source's order. They expire: ask right before fetching.
    /// They may carry a signature and belong in no log.
    ///
    /// # Errors
    /// `NotFound` when there is no such ticket, `Malformed` when an entry is no link, and the rest of [`ErrorKind`].
    pub async fn attachment_urls(&self, ticket_id: i64) -> Result<Vec<Url>, Error> {
        let call = Call::new(
            "tickets/{ticketId}/attachments",
            &format!("tickets/{ticket_id}/attachments"),
            Some(ticket_id.to_string()),
        );
        let links: Option<Option<Vec<Option<String>>>> =
            self.inner.transport.read(&call, decode::value).await?;
        let links = links.ok_or_else(|| call.error(ErrorKind::NotFound).status(404))?.unwrap_or_default();
        let resolve = |(index, link): (usize, String)| {
            self.inner.transport.resolve(&link).ok_or_else(|| {
                call.error(ErrorKind::Malformed).status(200).detail(format!("entry {} is no link", index + 1))
            })
        };
        let present = links.into_iter().flatten().filter(|link| !link.trim().is_empty());
        present.enumerate().map(resolve).collect()
    }
}
