//! The twelve objects a migration vendor counts for this move, and what can become of one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the twelve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// Tickets with their threads and files.
    Tickets,
    /// Companies.
    Customers,
    /// People.
    Contacts,
    /// Technicians.
    Agents,
    /// Tags.
    Tags,
    /// Custom fields of all scopes.
    CustomFields,
    /// SLA policies.
    SlaPolicies,
    /// Contracts.
    Contracts,
    /// Articles.
    KnowledgeBase,
    /// Monitored computers and devices.
    Devices,
    /// Time entries and invoices.
    Billing,
    /// Connections to other programs.
    Integrations,
}

impl Object {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Tickets,
        Self::Customers,
        Self::Contacts,
        Self::Agents,
        Self::Tags,
        Self::CustomFields,
        Self::SlaPolicies,
        Self::Contracts,
        Self::KnowledgeBase,
        Self::Devices,
        Self::Billing,
        Self::Integrations,
    ];

    /// The seven of the vendor's shorter list.
    pub const SEVEN: [Self; 7] = [
        Self::Tickets,
        Self::Customers,
        Self::Contacts,
        Self::Agents,
        Self::Tags,
        Self::CustomFields,
        Self::KnowledgeBase,
    ];

    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Agents => "agents",
            Self::Tags => "tags",
            Self::CustomFields => "custom_fields",
            Self::SlaPolicies => "sla_policies",
            Self::Contracts => "contracts",
            Self::KnowledgeBase => "knowledge_base",
            Self::Devices => "devices",
            Self::Billing => "billing",
            Self::Integrations => "integrations",
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What becomes of an object, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its records become records of the same meaning.
    Lands,
    /// Its records land, but some of what they say goes to another place.
    LandsLossy,
    /// It becomes a document and is rebuilt by people.
    DocumentOnly,
    /// Nothing of it arrives.
    Nothing,
}

impl Verdict {
    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lands => "lands",
            Self::LandsLossy => "lands_lossy",
            Self::DocumentOnly => "document_only",
            Self::Nothing => "nothing",
        }
    }

    /// How much of an object's worth arrives.
    #[must_use]
    pub fn worth(self) -> f64 {
        match self {
            Self::Lands => 1.0,
            Self::LandsLossy => 0.75,
            Self::DocumentOnly => 0.25,
            Self::Nothing => 0.0,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
