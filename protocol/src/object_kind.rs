//! The table of object kinds: one row says all that every room needs to know of a kind.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A kind of record that Flotilla moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A custom field definition.
    CustomField,
    /// A tag, known from a supplement.
    Tag,
    /// A technician at the source, a user at the destination.
    Agent,
    /// A company (or a site) at the source.
    Customer,
    /// A person at the source.
    Contact,
    /// A ticket with its whole thread.
    Ticket,
    /// A message past the first 500 of a ticket, posted on its own.
    Message,
    /// A file or inline image that belongs to a ticket.
    Attachment,
}

/// One row of the table: what a kind is called, what it needs first, where it is read and what it becomes.
#[derive(Debug, Clone, Copy)]
pub struct KindRow {
    /// The kind.
    pub kind: ObjectKind,
    /// Its name in JSON, in the ledger and on the command line.
    pub name: &'static str,
    /// The kinds whose records it points at; they are moved first.
    pub parents: &'static [ObjectKind],
    /// Where it is read.
    pub source_endpoint: &'static str,
    /// What it becomes at the destination.
    pub lands_as: &'static str,
    /// True for a kind that is moved inside another kind's batches and has none of its own.
    pub nested: bool,
}

use ObjectKind::{Agent, Attachment, Contact, CustomField, Customer, Message, Tag, Ticket};

/// The table, in the order in which kinds are moved.
pub const TABLE: [KindRow; 8] = [
    KindRow {
        kind: CustomField,
        name: "custom_field",
        parents: &[],
        source_endpoint: "/customvalues/customfields",
        lands_as: "custom field definition",
        nested: false,
    },
    KindRow {
        kind: Tag,
        name: "tag",
        parents: &[],
        source_endpoint: "supplement tags.csv",
        lands_as: "tag",
        nested: false,
    },
    KindRow {
        kind: Agent,
        name: "agent",
        parents: &[],
        source_endpoint: "/tickets, /workhours, comments, supplement technicians.csv",
        lands_as: "existing user, matched by e-mail",
        nested: false,
    },
    KindRow {
        kind: Customer,
        name: "customer",
        parents: &[CustomField],
        source_endpoint: "/customers",
        lands_as: "customer (company)",
        nested: false,
    },
    KindRow {
        kind: Contact,
        name: "contact",
        parents: &[CustomField, Customer],
        source_endpoint: "/contacts",
        lands_as: "customer (person)",
        nested: false,
    },
    KindRow {
        kind: Ticket,
        name: "ticket",
        parents: &[CustomField, Tag, Agent, Customer, Contact],
        source_endpoint: "/tickets",
        lands_as: "ticket with its messages",
        nested: false,
    },
    KindRow {
        kind: Message,
        name: "message",
        parents: &[Ticket, Agent, Contact],
        source_endpoint: "/tickets/{id}/comments",
        lands_as: "message past the first 500",
        nested: true,
    },
    KindRow {
        kind: Attachment,
        name: "attachment",
        parents: &[],
        source_endpoint: "/tickets/{id}/attachments, inline images",
        lands_as: "uploaded file",
        nested: true,
    },
];

/// A kind this program does not know: written by a newer one, or misspelt.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "object kind {0:?} is unknown to this version; use one of custom_field, tag, agent, customer, contact, ticket, message, attachment, or upgrade"
)]
pub struct UnknownKind(pub String);

impl ObjectKind {
    /// Every kind, in the order in which kinds are moved.
    pub const ALL: [Self; 8] = [CustomField, Tag, Agent, Customer, Contact, Ticket, Message, Attachment];

    /// The kind's row of the table.
    #[must_use]
    pub fn row(self) -> &'static KindRow {
        &TABLE[self as usize]
    }

    /// The kind's name in JSON, in the ledger and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Whether the kind is moved inside another kind's batches.
    #[must_use]
    pub fn is_nested(self) -> bool {
        self.row().nested
    }

    /// The kinds that have batches of their own, in the order in which they are moved.
    pub fn phases() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.is_nested())
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ObjectKind {
    type Err = UnknownKind;
    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        TABLE
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.kind)
            .ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_enum_order_and_names_parse_back() {
        for (kind, row) in ObjectKind::ALL.into_iter().zip(&TABLE) {
            assert_eq!(kind, row.kind);
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(serde_json::json!(kind.name())));
        }
    }

    #[test]
    fn every_parent_is_moved_before_its_child() {
        for row in &TABLE {
            for parent in row.parents {
                assert!((*parent as usize) < row.kind as usize, "{} needs {parent} first", row.name);
            }
        }
    }

    #[test]
    fn an_unknown_kind_is_a_typed_error() {
        assert_eq!("macro".parse::<ObjectKind>(), Err(UnknownKind("macro".into())));
    }
}
