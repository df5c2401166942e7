//! Who decides what is done when: the planner (pure), the dispatcher (a reconciler), the gate and the report.
//!
//! Never a vendor client and never a vendor's secret: this room knows migrations, batches and jobs, and meets the
//! worker only in the ledger and on the queue.

mod dispatcher;
mod gate;
mod planner;
mod report;
mod start;
#[cfg(test)]
mod tests;

pub use dispatcher::{Dispatcher, Ended, Pace};
pub use gate::Gate;
pub use planner::Cut;
pub use report::{reconcile, view};
pub use start::{Signature, Started, start};

/// What can go wrong with deciding.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger refused or cannot be reached.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The queue cannot be reached.
    #[error(transparent)]
    Queue(#[from] queue::Error),
    /// The map is not the one that was signed for.
    #[error(
        "the map of migration {id} is not the one that was signed for: put it back, or look at it and sign for it by setting migration.signed_map to {found}"
    )]
    MapChanged {
        /// The migration.
        id: protocol::MigrationId,
        /// Hash of the map found.
        found: String,
    },
    /// A report cannot be written.
    #[error(transparent)]
    Papers(#[from] documents::Error),
    /// The migration stands where this cannot be done.
    #[error("migration {id} is {state}: {advice}")]
    Refused {
        /// The migration.
        id: protocol::MigrationId,
        /// Where it stands.
        state: protocol::MigrationState,
        /// What to do instead.
        advice: &'static str,
    },
}
