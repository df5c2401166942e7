//! One page of a listing, and when a walk ends. Rows are given in the source's order, which it does not
//! document; nobody may conclude anything from it.

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::decode::{self, Unreadable};
use crate::error::{Error, ErrorKind};
use crate::lenient;
use crate::models::Row;
use crate::transport::Call;

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows, in the source's order.
    pub items: Vec<T>,
    /// The page's number, from 1.
    pub page: u32,
    /// Pages there are, where the source says so.
    pub total_pages: Option<u32>,
    /// Rows there are, where the source says so.
    pub total_items: Option<u64>,
    /// Whether this page ends the walk: no page behind it, or it is empty.
    pub last: bool,
}

/// The envelope of a listing as it stands on the wire.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Envelope {
    pub(crate) items: Option<Vec<Box<RawValue>>>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(crate) total_item_count: Option<i64>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(crate) page: Option<i64>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(crate) total_pages: Option<i64>,
}

impl Envelope {
    /// Rows there are.
    pub(crate) fn total_items(&self) -> Option<u64> {
        self.total_item_count.and_then(|n| u64::try_from(n).ok())
    }

    /// Pages there are. A page of rows that claims there are 0 pages is not believed.
    pub(crate) fn total_pages(&self, rows: usize) -> Option<u32> {
        self.total_pages.and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0 || rows == 0)
    }
}

impl Client {
    /// Reads one page of any enveloped listing; `call` comes without paging.
    pub(crate) async fn envelope_page<T: Row>(&self, mut call: Call, page: u32) -> Result<Page<T>, Error> {
        let number = page.max(1);
        let place = format!("page {number}");
        call.record = Some(call.record.map_or_else(|| place.clone(), |record| format!("{record} {place}")));
        call.query.push(("page", number.to_string()));
        call.query.push(("itemsInPage", self.inner.page_size.to_string()));
        let zone = &self.inner.zone;
        let decoded = self.inner.transport.read(&call, |bytes| {
            let envelope: Envelope = decode::value(bytes)?;
            let rows = rows(&envelope, number, zone)?;
            Ok((envelope, rows))
        });
        let Some((envelope, items)) = decoded.await? else {
            return Err(call.error(ErrorKind::NotFound).status(404));
        };
        if let Some(echo) = envelope.page.filter(|echo| *echo != i64::from(number)) {
            let detail = format!("it gave page {echo} instead");
            return Err(call.error(ErrorKind::NoProgress).status(200).detail(detail));
        }
        let total_pages = envelope.total_pages(items.len());
        Ok(Page {
            page: number,
            total_pages,
            total_items: envelope.total_items(),
            last: items.is_empty() || total_pages.is_some_and(|total| number >= total),
            items,
        })
    }
}

/// The envelope's rows. An envelope without any of its members is no listing, and a page within the count must
/// hold rows: reading either as "empty" would end a walk early and lose records in silence.
fn rows<T: Row>(envelope: &Envelope, page: u32, zone: &TimeZone) -> Result<Vec<T>, Unreadable> {
    let bad = |place: String, may_mend| Unreadable { may_mend, place };
    let Some(items) = envelope.items.as_ref().filter(|items| !items.is_empty()) else {
        if envelope.items.is_none() && envelope.total_item_count.is_none() && envelope.total_pages.is_none() {
            return Err(bad("no listing's envelope".to_owned(), true));
        }
        let within = envelope.total_pages.is_some_and(|total| i64::from(page) <= total);
        return if within && envelope.total_items().is_some_and(|total| total > 0) {
            Err(bad("no rows on a page within the count".to_owned(), true))
        } else {
            Ok(Vec::new())
        };
    };
    let read = |(index, raw): (usize, &RawValue)| {
        let row: T = decode::row(raw.get().as_bytes(), zone)
            .map_err(|e| bad(format!("row {}: {}", index + 1, e.place), e.may_mend))?;
        match row.key() {
            Some(_) => Ok(row),
            None => Err(bad(format!("row {} has no id", index + 1), false)),
        }
    };
    items.iter().map(Box::as_ref).enumerate().map(read).collect()
}
