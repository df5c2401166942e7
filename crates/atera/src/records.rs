//! Single records, counts, and the listings page by page. Every page is checked before it is given: that its
//! rows have ids, fit the filter, and are not the rows of the page before.

use jiff::{SignedDuration, Timestamp};

use crate::client::Client;
use crate::decode;
use crate::error::{Error, ErrorKind};
use crate::listing::{ChangeFilter, Listing, TicketFilter};
use crate::models::{
    Account, Agent, Article, Contact, Contract, Customer, Department, Device, DeviceKind, Invoice, RateItem,
    Row, Ticket, WorkHours,
};
use crate::page::{Envelope, Page};
use crate::stamp::Stamp;
use crate::transport::Call;

/// How much older than the filter a row may be: the zone of its own date is not documented, and an autumn's
/// repeated hour is stepped over. An ignored filter shows rows far older.
const FILTER_SLACK_H: i64 = 27;

impl Client {
    /// The account: which plan, which zone; also the cheapest check of the token.
    ///
    /// # Errors
    /// `NotFound` when the base URL is no API; otherwise see [`ErrorKind`].
    pub async fn account(&self) -> Result<Account, Error> {
        let call = Call::new("account", "account", None);
        self.inner.transport.read(&call, decode::value).await?.ok_or_else(|| missing(&call))
    }

    /// A ticket; none when there is none of this id. A deleted ticket is still given, with status `Deleted`.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn ticket(&self, id: i64) -> Result<Option<Ticket>, Error> {
        self.record("tickets/{ticketId}", "tickets", id).await
    }

    /// A customer; none when there is none of this id.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn customer(&self, id: i64) -> Result<Option<Customer>, Error> {
        self.record("customers/{customerId}", "customers", id).await
    }

    /// A contact; none when there is none of this id.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn contact(&self, id: i64) -> Result<Option<Contact>, Error> {
        self.record("contacts/{contactId}", "contacts", id).await
    }

    /// Rows of a listing, by its own count; one cheap call.
    ///
    /// # Errors
    /// `Malformed` when the answer holds no count; otherwise see [`ErrorKind`].
    pub async fn count(&self, listing: &Listing) -> Result<u64, Error> {
        let mut call = Call::new(listing.endpoint(), listing.endpoint(), Some("count".to_owned()));
        call.query = listing.query(&self.inner.account_zone);
        call.query.extend([("page", "1".to_owned()), ("itemsInPage", "1".to_owned())]);
        let envelope: Envelope =
            self.inner.transport.read(&call, decode::value).await?.ok_or_else(|| missing(&call))?;
        envelope.total_items().ok_or_else(|| call.error(ErrorKind::Malformed).detail("no totalItemCount"))
    }

    /// Page `page` (from 1) of the tickets.
    ///
    /// # Errors
    /// `NoProgress`, `FilterIgnored`, and the rest of [`ErrorKind`].
    pub async fn tickets_page(&self, filter: &TicketFilter, page: u32) -> Result<Page<Ticket>, Error> {
        let wanted = |ticket: &Ticket| match filter {
            TicketFilter::All | TicketFilter::ChangedSince(_) => true,
            TicketFilter::Status(status) => ticket
                .status
                .as_deref()
                .is_some_and(|s| s.trim().to_lowercase() == status.trim().to_lowercase()),
        };
        self.page(&Listing::Tickets(filter.clone()), page, wanted).await
    }

    /// Page `page` (from 1) of the customers.
    ///
    /// # Errors
    /// `NoProgress`, `FilterIgnored`, and the rest of [`ErrorKind`].
    pub async fn customers_page(&self, filter: &ChangeFilter, page: u32) -> Result<Page<Customer>, Error> {
        let wanted = |c: &Customer| changed_since(filter, c.last_modified.as_ref());
        self.page(&Listing::Customers(filter.clone()), page, wanted).await
    }

    /// Page `page` (from 1) of the contacts.
    ///
    /// # Errors
    /// `NoProgress`, `FilterIgnored`, and the rest of [`ErrorKind`].
    pub async fn contacts_page(&self, filter: &ChangeFilter, page: u32) -> Result<Page<Contact>, Error> {
        let wanted = |c: &Contact| changed_since(filter, c.last_modified.as_ref());
        self.page(&Listing::Contacts(filter.clone()), page, wanted).await
    }

    /// Page `page` (from 1) of the contracts.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn contracts_page(&self, page: u32) -> Result<Page<Contract>, Error> {
        self.page(&Listing::Contracts, page, |_| true).await
    }

    /// Page `page` (from 1) of the knowledge base.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn articles_page(&self, page: u32) -> Result<Page<Article>, Error> {
        self.page(&Listing::Articles, page, |_| true).await
    }

    /// Page `page` (from 1) of the account's time entries, with their rates.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn work_hours_page(&self, page: u32) -> Result<Page<WorkHours>, Error> {
        self.page(&Listing::WorkHours, page, |_| true).await
    }

    /// Page `page` (from 1) of the invoices.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn invoices_page(&self, page: u32) -> Result<Page<Invoice>, Error> {
        self.page(&Listing::Invoices, page, |_| true).await
    }

    /// Page `page` (from 1) of the departments.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn departments_page(&self, page: u32) -> Result<Page<Department>, Error> {
        self.page(&Listing::Departments, page, |_| true).await
    }

    /// Page `page` (from 1) of the monitored computers.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn agents_page(&self, page: u32) -> Result<Page<Agent>, Error> {
        self.page(&Listing::Agents, page, |_| true).await
    }

    /// Page `page` (from 1) of one kind of device.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn devices_page(&self, kind: DeviceKind, page: u32) -> Result<Page<Device>, Error> {
        self.page(&Listing::Devices(kind), page, |_| true).await
    }

    /// Page `page` (from 1) of the price list's products.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn products_page(&self, page: u32) -> Result<Page<RateItem>, Error> {
        self.page(&Listing::Products, page, |_| true).await
    }

    /// Page `page` (from 1) of the price list's expenses.
    ///
    /// # Errors
    /// `NoProgress` and the rest of [`ErrorKind`].
    pub async fn expenses_page(&self, page: u32) -> Result<Page<RateItem>, Error> {
        self.page(&Listing::Expenses, page, |_| true).await
    }

    async fn record<T: Row>(
        &self,
        endpoint: &'static str,
        folder: &str,
        id: i64,
    ) -> Result<Option<T>, Error> {
        let call = Call::new(endpoint, &format!("{folder}/{id}"), Some(id.to_string()));
        let zone = &self.inner.zone;
        let decoded = self.inner.transport.read(&call, |bytes| {
            if bytes.trim_ascii() == b"null" { Ok(None) } else { decode::row::<T>(bytes, zone).map(Some) }
        });
        let Some(found) = decoded.await?.flatten() else {
            return Ok(None);
        };
        match found.key() {
            Some(key) if key == id.to_string() => Ok(Some(found)),
            _ => Err(call.error(ErrorKind::Malformed).detail("the answer is another record")),
        }
    }

    async fn page<T: Row>(
        &self,
        listing: &Listing,
        page: u32,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Page<T>, Error> {
        let found: Page<T> = self.listing_page(listing, page).await?;
        let keys = keys(&found);
        let walk = format!("{listing:?}");
        if self.inner.progress.repeats(&walk, page, &keys) {
            // Rows may have shifted by exactly a page; then the page before shows other rows by now.
            let before: Page<T> = self.listing_page(listing, page - 1).await?;
            if self::keys(&before) == keys {
                return Err(place(listing, page, ErrorKind::NoProgress));
            }
            self.inner.progress.repeats(&walk, page - 1, &self::keys(&before));
        }
        match found.items.iter().find(|row| !wanted(row)) {
            Some(row) => {
                let detail = format!("row {} does not fit", row.key().unwrap_or_default());
                Err(place(listing, page, ErrorKind::FilterIgnored).detail(detail))
            }
            None => Ok(found),
        }
    }

    async fn listing_page<T: Row>(&self, listing: &Listing, page: u32) -> Result<Page<T>, Error> {
        let mut call = Call::new(listing.endpoint(), listing.endpoint(), None);
        call.query = listing.query(&self.inner.account_zone);
        self.envelope_page(call, page).await
    }
}

fn keys<T: Row>(page: &Page<T>) -> Vec<String> {
    page.items.iter().filter_map(Row::key).collect()
}

fn missing(call: &Call) -> Error {
    call.error(ErrorKind::NotFound).status(404)
}

fn place(listing: &Listing, page: u32, kind: ErrorKind) -> Error {
    Error::new(kind, listing.endpoint()).status(200).record(Some(&format!("page {page}")))
}

/// A row without a readable date cannot be judged and is let through.
fn changed_since(filter: &ChangeFilter, changed: Option<&Stamp>) -> bool {
    let (ChangeFilter::ChangedSince(since), Some(at)) = (filter, changed.and_then(|s| s.at)) else {
        return true;
    };
    let oldest = since.checked_sub(SignedDuration::from_hours(FILTER_SLACK_H)).unwrap_or(Timestamp::MIN);
    at >= oldest
}
