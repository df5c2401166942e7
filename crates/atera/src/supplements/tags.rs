//! `tags.csv`: which ticket or customer has which tags. Names are kept once and verbatim; a record's tags are a
//! slice of numbers, so that two million rows stay small.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::error::SupplementError;
use super::look::SupplementLook;
use super::reader::{Field, Table};

const TICKET_ID: usize = 0;
const CUSTOMER_ID: usize = 1;
const TAG: usize = 2;

pub(super) const FIELDS: &[Field] = &[
    Field { key: "ticket_id", names: &["ticketid", "ticket", "idticket"], required: false },
    Field { key: "customer_id", names: &["customerid", "customer", "idcustomer"], required: false },
    Field { key: "tag", names: &["tag", "tags", "tagname", "label", "labels"], required: true },
];

/// Tags of tickets and customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    names: Vec<Box<str>>,
    tickets: Index,
    customers: Index,
}

/// Record ids in order, and for each the place where its tags end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Index {
    ids: Vec<i64>,
    ends: Vec<u32>,
    tags: Vec<u32>,
}

impl Tags {
    pub(super) fn load(
        path: &Path,
        columns: &BTreeMap<String, String>,
        separator: Option<char>,
        look: &mut SupplementLook,
    ) -> Result<Self, SupplementError> {
        let table = Table::open(path, "tags", FIELDS, columns)?;
        look.take(&table);
        if !table.has(TICKET_ID) && !table.has(CUSTOMER_ID) {
            let usual =
                "expected a column for ticket_id or customer_id (usual headers: ticketid, customerid)";
            return Err(table.fail(Some(table.header_place()), usual.to_owned()));
        }
        let mut known: HashMap<Box<str>, u32> = HashMap::new();
        let (mut tickets, mut customers) = (Vec::new(), Vec::new());
        table.rows(|row| {
            look.rows += 1;
            // A customer beside a ticket is context: the tag is the ticket's.
            let (pairs, id) = match (row.id(TICKET_ID)?, row.id(CUSTOMER_ID)?) {
                (Some(ticket), _) => (&mut tickets, ticket),
                (None, Some(customer)) => (&mut customers, customer),
                (None, None) => {
                    let field = if table.has(TICKET_ID) { TICKET_ID } else { CUSTOMER_ID };
                    return Err(row.wrong(field, "a whole number above 0"));
                }
            };
            let cell = row.exact(TAG).unwrap_or_default();
            let several = separator.map(|s| cell.split(s).map(str::trim).filter(|t| !t.is_empty()).collect());
            for tag in several.unwrap_or_else(|| if cell.is_empty() { Vec::new() } else { vec![cell] }) {
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                let number = *known.entry(tag.into()).or_insert(next);
                pairs.push((id, number));
            }
            Ok(())
        })?;
        let mut names: Vec<(Box<str>, u32)> = known.into_iter().collect();
        names.sort_unstable_by_key(|(_, number)| *number);
        Ok(Self {
            names: names.into_iter().map(|(name, _)| name).collect(),
            tickets: Index::new(tickets),
            customers: Index::new(customers),
        })
    }

    /// A ticket's tags, each once, in the file's order.
    #[must_use]
    pub fn for_ticket(&self, id: i64) -> Vec<&str> {
        self.named(self.tickets.of(id))
    }

    /// A customer's tags, each once, in the file's order.
    #[must_use]
    pub fn for_customer(&self, id: i64) -> Vec<&str> {
        self.named(self.customers.of(id))
    }

    /// Every distinct tag, sorted. Tags that differ in case only are two.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.iter().map(AsRef::as_ref).collect();
        names.sort_unstable();
        names
    }

    /// How many customers have tags of their own.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.customers.ids.len()
    }

    /// How many tickets have tags.
    #[must_use]
    pub fn tickets(&self) -> usize {
        self.tickets.ids.len()
    }

    fn named(&self, numbers: &[u32]) -> Vec<&str> {
        let name = |number: &u32| self.names.get(usize::try_from(*number).ok()?).map(AsRef::as_ref);
        numbers.iter().filter_map(name).collect()
    }
}

impl Index {
    fn new(mut pairs: Vec<(i64, u32)>) -> Self {
        // Stable, so that a record's tags keep the file's order.
        pairs.sort_by_key(|(id, _)| *id);
        let mut index = Self::default();
        for group in pairs.chunk_by(|a, b| a.0 == b.0) {
            let start = index.tags.len();
            for (_, tag) in group {
                if !index.tags.iter().skip(start).any(|t| t == tag) {
                    index.tags.push(*tag);
                }
            }
            index.ids.extend(group.first().map(|(id, _)| *id));
            index.ends.push(u32::try_from(index.tags.len()).unwrap_or(u32::MAX));
        }
        index.ids.shrink_to_fit();
        index.ends.shrink_to_fit();
        index.tags.shrink_to_fit();
        index
    }

    fn of(&self, id: i64) -> &[u32] {
        let Ok(at) = self.ids.binary_search(&id) else {
            return &[];
        };
        let place = |n: Option<&u32>| n.and_then(|end| usize::try_from(*end).ok()).unwrap_or(0);
        let start = at.checked_sub(1).map_or(0, |before| place(self.ends.get(before)));
        self.tags.get(start..place(self.ends.get(at))).unwrap_or(&[])
    }
}
