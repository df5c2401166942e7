//! The listings and their filters: which path, which query, and whether a row fits. No request is made here.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::models::DeviceKind;

/// Which tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketFilter {
    /// All, deleted, spam and merged ones included. The only walk that loses none.
    All,
    /// Those of one status, built in or custom. Tickets exist that fit no status.
    Status(String),
    /// Those changed at or after an instant. The rows carry no such date, so this one filter cannot be checked.
    ChangedSince(Timestamp),
}

/// Which customers or contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeFilter {
    /// All.
    All,
    /// Those changed at or after an instant.
    ChangedSince(Timestamp),
}

/// A listing that comes in pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Tickets.
    Tickets(TicketFilter),
    /// Customers.
    Customers(ChangeFilter),
    /// Contacts.
    Contacts(ChangeFilter),
    /// Contracts.
    Contracts,
    /// Knowledge base articles.
    Articles,
    /// Time entries of the whole account, with their rates.
    WorkHours,
    /// Invoices.
    Invoices,
    /// Departments.
    Departments,
    /// Monitored computers.
    Agents,
    /// Devices monitored without an agent.
    Devices(DeviceKind),
    /// Price list: products.
    Products,
    /// Price list: expenses.
    Expenses,
}

impl Listing {
    /// The path below the base, which is also the endpoint's name in errors.
    pub(crate) fn endpoint(&self) -> &'static str {
        match self {
            Self::Tickets(TicketFilter::ChangedSince(_)) => "tickets/lastmodified",
            Self::Tickets(_) => "tickets",
            Self::Customers(_) => "customers",
            Self::Contacts(_) => "contacts",
            Self::Contracts => "contracts",
            Self::Articles => "knowledgebases",
            Self::WorkHours => "workhours",
            Self::Invoices => "billing/invoices",
            Self::Departments => "departments",
            Self::Agents => "agents",
            Self::Devices(DeviceKind::Generic) => "devices/genericdevices",
            Self::Devices(DeviceKind::Tcp) => "devices/tcpdevices",
            Self::Devices(DeviceKind::Http) => "devices/httpdevices",
            Self::Devices(DeviceKind::Snmp) => "devices/snmpdevices",
            Self::Products => "rates/products",
            Self::Expenses => "rates/expenses",
        }
    }

    /// The query without paging. Ticket listings ask for comments' first lines and relations alike, so that a
    /// ticket reads the same in a full walk and in a change feed.
    pub(crate) fn query(&self, zone: &TimeZone) -> Vec<(&'static str, String)> {
        let yes = || "true".to_owned();
        match self {
            Self::Tickets(TicketFilter::All) => vec![("includeRelations", yes())],
            Self::Tickets(TicketFilter::Status(status)) => {
                vec![("ticketStatus", status.clone()), ("includeRelations", yes())]
            }
            Self::Tickets(TicketFilter::ChangedSince(since)) => vec![
                ("date", format!("{:.0}", whole_second(*since))),
                ("includeComments", yes()),
                ("includeRelations", yes()),
            ],
            Self::Customers(ChangeFilter::ChangedSince(since))
            | Self::Contacts(ChangeFilter::ChangedSince(since)) => {
                vec![("FromLastModifiedDate", wall_time(*since, zone))]
            }
            Self::WorkHours => vec![("includeRates", yes())],
            _ => Vec::new(),
        }
    }
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// The instant as wall time in the account's zone, which is what the change filters take (an offset is an
/// error there). Within an autumn's repeated hour wall time is ambiguous; it is then moved back before it, since
/// the feed may hold too much but never too little.
fn wall_time(since: Timestamp, zone: &TimeZone) -> String {
    let mut at = whole_second(since);
    // A fold is an hour, rarely more; three steps leave any of them.
    for _ in 0..3 {
        let wall = zone.to_datetime(at);
        if !zone.to_ambiguous_timestamp(wall).is_ambiguous() {
            break;
        }
        at = at.checked_sub(jiff::SignedDuration::from_hours(1)).unwrap_or(at);
    }
    zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
