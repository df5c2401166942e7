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
    /// A contract. Documented, never moved, like all that follow.
    Contract,
    /// A monitored computer or device.
    Device,
    /// Time worked on a ticket.
    TimeEntry,
    /// An invoice with its lines.
    Invoice,
    /// An article of the knowledge base.
    Article,
    /// An SLA policy, known from a supplement, and the tickets under it.
    SlaPolicy,
    /// Something connected to the source, known from a supplement.
    Integration,
    /// An automation rule or a macro, known from a supplement.
    Automation,
    /// Who may see a custom field, known from a supplement, and what fields there are.
    FieldVisibility,
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

use ObjectKind::{
    Agent, Article, Attachment, Automation, Contact, Contract, CustomField, Customer, Device,
    FieldVisibility, Integration, Invoice, Message, SlaPolicy, Tag, Ticket, TimeEntry,
};

/// The table, in the order in which kinds are moved; behind them those that only become documents.
pub const TABLE: [KindRow; 17] = [
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
    documented(Contract, "contract", "/contracts", "contracts.csv"),
    documented(Device, "device", "/agents, /devices/{generic,tcp,http,snmp}devices", "devices.csv"),
    documented(TimeEntry, "time_entry", "/workhours", "time_entries.csv"),
    documented(Invoice, "invoice", "/billing/invoices", "invoices.csv, invoice_lines.csv"),
    documented(Article, "article", "/knowledgebases", "the bundle in kb/"),
    documented(
        SlaPolicy,
        "sla_policy",
        "supplement sla_policies.csv, /tickets",
        "sla_policies.csv, sla_rules.csv, sla_tickets.csv",
    ),
    documented(Integration, "integration", "supplement integrations.csv", "integrations.csv"),
    documented(
        Automation,
        "automation",
        "supplements automations.csv, macros.csv",
        "automations.csv, macros.csv",
    ),
    documented(
        FieldVisibility,
        "field_visibility",
        "supplement field_visibility.csv, /customvalues/customfields",
        "field_visibility.csv, field_scopes.csv",
    ),
];

const fn documented(
    kind: ObjectKind,
    name: &'static str,
    source_endpoint: &'static str,
    lands_as: &'static str,
) -> KindRow {
    KindRow { kind, name, parents: &[], source_endpoint, lands_as, nested: false }
}

/// A kind this program does not know: written by a newer one, or misspelt.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "object kind {0:?} is unknown to this version; use one of custom_field, tag, agent, customer, contact, ticket, message, attachment (or, of those that become documents, contract, device, time_entry, invoice, article, sla_policy, integration, automation, field_visibility), or upgrade"
)]
pub struct UnknownKind(pub String);

impl ObjectKind {
    /// Every kind that is moved, in the order in which kinds are moved.
    pub const ALL: [Self; 8] = [CustomField, Tag, Agent, Customer, Contact, Ticket, Message, Attachment];

    /// Every kind that only becomes a document. Nothing of it is written to the destination.
    pub const DOCUMENTED: [Self; 9] =
        [Contract, Device, TimeEntry, Invoice, Article, SlaPolicy, Integration, Automation, FieldVisibility];

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
        let kinds: Vec<ObjectKind> = ObjectKind::ALL.into_iter().chain(ObjectKind::DOCUMENTED).collect();
        assert_eq!(kinds.len(), TABLE.len());
        for (kind, row) in kinds.into_iter().zip(&TABLE) {
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
    fn a_kind_that_becomes_a_document_has_no_phase_and_points_at_nothing() {
        for kind in ObjectKind::DOCUMENTED {
            assert!(ObjectKind::phases().all(|moved| moved != kind) && !ObjectKind::ALL.contains(&kind));
            assert!(kind.row().parents.is_empty() && !kind.is_nested());
        }
    }

    #[test]
    fn an_unknown_kind_is_a_typed_error() {
        assert_eq!("macro".parse::<ObjectKind>(), Err(UnknownKind("macro".into())));
    }
}
