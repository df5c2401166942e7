//! One line of a companion file: something about a record that did not move as it was. The four documents and their
//! columns stand here. A line may hold a customer's text: it goes into its deliverable and nowhere else.

use protocol::{FailureCode, ObjectKind, SourceId};
use serde::{Deserialize, Serialize};

/// A companion file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Document {
    /// Values that no field of the destination holds.
    Companion,
    /// Files and inline images that stayed behind.
    AttachmentsNotMoved,
    /// Technicians without a user at the destination.
    AgentsMissing,
    /// Records for which something stands in.
    Fallbacks,
}

impl Document {
    /// Every companion file.
    pub const ALL: [Self; 4] =
        [Self::Companion, Self::AttachmentsNotMoved, Self::AgentsMissing, Self::Fallbacks];

    /// Its file name.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Companion => "companion.csv",
            Self::AttachmentsNotMoved => "attachments_not_moved.csv",
            Self::AgentsMissing => "agents_missing.csv",
            Self::Fallbacks => "fallbacks.csv",
        }
    }

    /// Its columns.
    #[must_use]
    pub fn header(self) -> &'static [&'static str] {
        match self {
            Self::Companion => &["scope", "source_id", "field", "value", "reason"],
            Self::AttachmentsNotMoved => &["ticket", "file", "name", "reason", "advice"],
            Self::AgentsMissing => &["source_id", "name", "email", "reason", "advice"],
            Self::Fallbacks => &["kind", "source_id", "what", "detail"],
        }
    }
}

/// A line of a companion file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "line")]
pub enum Line {
    /// A value that no field of the destination holds.
    Value {
        /// The kind of record it belongs to, as the source spells it (`Ticket`, `Customer`, `Contact`).
        scope: String,
        /// The record.
        source_id: SourceId,
        /// The field.
        field: String,
        /// The value as the source has it.
        value: String,
        /// Why it is here.
        reason: FailureCode,
    },
    /// A file that stayed behind.
    File {
        /// The ticket it belongs to.
        ticket: SourceId,
        /// Its key in the ledger.
        file: SourceId,
        /// Its name, where one is known.
        name: String,
        /// Why it stayed behind.
        reason: FailureCode,
    },
    /// A technician without a user at the destination.
    Agent {
        /// The technician.
        source_id: SourceId,
        /// Their name.
        name: String,
        /// Their e-mail.
        email: String,
        /// Why there is no user for them.
        reason: FailureCode,
    },
    /// A record for which something stands in, or of which something was cut.
    Fallback {
        /// The record's kind.
        kind: ObjectKind,
        /// The record.
        source_id: SourceId,
        /// What happened, as a name: `orphan_linked`, `unassigned_to_fallback`.
        what: String,
        /// What stands in, or how often.
        detail: String,
    },
}

impl Line {
    /// The document it belongs to.
    #[must_use]
    pub fn document(&self) -> Document {
        match self {
            Self::Value { .. } => Document::Companion,
            Self::File { .. } => Document::AttachmentsNotMoved,
            Self::Agent { .. } => Document::AgentsMissing,
            Self::Fallback { .. } => Document::Fallbacks,
        }
    }

    /// Its cells, one for each column of its document.
    #[must_use]
    pub fn cells(&self) -> Vec<&str> {
        match self {
            Self::Value { scope, source_id, field, value, reason } => {
                vec![scope, &source_id.0, field, value, reason.name()]
            }
            Self::File { ticket, file, name, reason } => {
                vec![&ticket.0, &file.0, name, reason.name(), reason.advice()]
            }
            Self::Agent { source_id, name, email, reason } => {
                vec![&source_id.0, name, email, reason.name(), reason.advice()]
            }
            Self::Fallback { kind, source_id, what, detail } => vec![kind.name(), &source_id.0, what, detail],
        }
    }
}
