//! The papers of a migration: reconciliation reports, and companion files for everything that no field of the
//! destination can hold.
//!
//! Written through an object store, today a local folder. Nothing is decided here and no vendor is called: what became
//! of a record is told by the ledger and by whoever moved it.

pub mod csv;
pub mod deliverables;
pub mod error;
pub mod line;
pub mod reconciliation;
pub mod spool;

pub use deliverables::Deliverables;
pub use error::Error;
pub use line::{Document, Line};
pub use spool::{Merged, Spool};
