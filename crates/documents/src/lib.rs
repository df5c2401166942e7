//! The papers of a migration: reconciliation reports, companion files for everything that no field of the destination can
//! hold, and a document for each kind that does not move: one file here per document, its columns at its top.
//!
//! Written through an object store, today a local folder. Nothing is decided here and no vendor is called: what became
//! of a record is told by the ledger and by whoever moved it, what a document says by whoever reads the source.

pub mod automations;
pub mod certificate;
mod checklist;
pub mod contracts;
pub mod csv;
pub mod deliverables;
pub mod devices;
pub mod drafts;
pub mod error;
pub mod fields;
pub mod handoff;
pub mod index;
pub mod integration_checklist;
pub mod integrations;
pub mod invoices;
pub mod kb;
pub mod line;
pub mod money;
pub mod reconciliation;
pub mod row;
pub mod secrets;
pub mod sheet;
pub mod side_by_side;
pub mod sla_checklist;
pub mod sla_policies;
pub mod sla_rules;
pub mod sla_tickets;
pub mod spool;
pub mod time_entries;

#[cfg(test)]
mod tests;

pub use deliverables::Deliverables;
pub use drafts::{Drafts, Origin};
pub use error::Error;
pub use line::{Document, Line};
pub use row::Row;
pub use sheet::{Draft, Sheet};
pub use side_by_side::SideBySide;
pub use spool::{Merged, Spool};
