//! Who decides what is done when: the planner (pure), the dispatcher (a reconciler), the gate and the report.
//!
//! Never a vendor client and never a vendor's secret: this room knows migrations, batches and jobs, and meets the
//! worker only in the ledger and on the queue.

#![deny(missing_docs)]

mod articles;
mod awaited;
mod begin;
mod certificate;
pub mod delta;
mod dispatcher;
mod erase;
mod errands;
mod explain;
mod findings;
mod found;
mod gate;
pub mod http;
pub mod judgement;
pub mod map_desk;
mod milestones;
pub mod moments;
mod office;
pub mod papers;
mod planner;
mod rates;
mod report;
mod retry;
mod sample;
mod scaling;
pub mod seat_desk;
mod sending;
mod service;
mod shares;
mod sign_off;
mod start;
#[cfg(test)]
mod tests;
mod tombstones;
mod undo;
mod waiting;
mod watermark;

pub use articles::{articles, review};
pub use awaited::awaited;
pub use begin::{begin, settings_of};
pub use certificate::certificate;
pub use dispatcher::{Dispatcher, Ended, Pace};
pub use erase::erase;
pub use errands::begin_errand;
pub use explain::{explain, never_seen};
pub use gate::Gate;
pub use milestones::declare;
pub use office::DISPATCHER;
pub use planner::Cut;
pub use rates::{LimiterDown, RateWatch};
pub use report::{reconcile, view};
pub use retry::retry;
pub use sample::begin_sample;
pub use scaling::{Capacity, Load, scaling};
pub use service::{Service, ServiceConfig};
pub use sign_off::{Scope, scope, scope_of, sign_off};
pub use start::{Signature, Started, start};
pub use undo::undo_count;
pub use waiting::agents_clause;

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
    /// Nothing was written down yet.
    #[error("no documents of migration {id} are written yet: they are at the end of its run")]
    NoDocuments {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// The article is not there, or asks for no look.
    #[error(
        "no article of migration {id} with this id asks for a look: see them with `flotilla articles list`"
    )]
    NoArticle {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// Nobody has signed.
    #[error(
        "no record of migration {id} moves before somebody signs for its map: start it with signed_off_by"
    )]
    Unsigned {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// The migration's settings are not those of a fleet.
    #[error(
        "the settings of migration {id} do not name its accounts: it was not made by the API, make it there"
    )]
    Settings {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// One look at a migration took too long.
    #[error(
        "migration {id} could not be looked at in time: see what holds the ledger or the queue up, it is tried again"
    )]
    Stuck {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// The schedule of the delta cannot be followed.
    #[error(transparent)]
    Schedule(#[from] delta::BadSchedule),
    /// Files and later messages have no way of their own.
    #[error(
        "a record of kind {kind} is tried again with its ticket, never by itself: give the ticket's id; a ticket that landed without it stays as it is"
    )]
    Nested {
        /// The kind.
        kind: protocol::ObjectKind,
    },
    /// Something has to be done first.
    #[error("migration {id} is {state}: {what}")]
    NotYet {
        /// The migration.
        id: protocol::MigrationId,
        /// Where it stands.
        state: protocol::MigrationState,
        /// What has to be done first.
        what: String,
    },
    /// Something in the dossier cannot be read.
    #[error("{name} of migration {id} cannot be read: was it written by a newer version of this program?")]
    Dossier {
        /// The migration.
        id: protocol::MigrationId,
        /// The leaf.
        name: String,
    },
    /// Nothing was assessed.
    #[error("migration {id} was not assessed yet: run `flotilla assess` first")]
    NotAssessed {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// A finding blocks.
    #[error("no record of migration {id} moves before the pre-flight is clear")]
    Preflight {
        /// The migration.
        id: protocol::MigrationId,
        /// What blocks, and what to do about each.
        problems: Vec<String>,
    },
    /// A finding that cannot be acknowledged.
    #[error("{rule} cannot be acknowledged: {why}")]
    CannotAcknowledge {
        /// The rule.
        rule: String,
        /// Why.
        why: &'static str,
    },
    /// Nobody has said how many seats there are.
    #[error(
        "nobody has said how many seats the destination's plan has, and no call tells: plan the cycle of migration {id} with `flotilla seats plan --seats N`"
    )]
    SeatsUnsaid {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// No seat cycle was planned.
    #[error("no seat cycle of migration {id} was planned yet: run `flotilla seats plan` first")]
    NoSeatPlan {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// An account that must stay as it is.
    #[error(
        "account {account} cannot be disabled for the cycle ({why}): name another with --disable ID, or none"
    )]
    SeatAccount {
        /// The account.
        account: String,
        /// Why.
        why: &'static str,
    },
    /// Steps were acknowledged since the facts were looked up.
    #[error(
        "steps of the seat cycle of migration {id} were acknowledged since its assessment, which does not know of them: {}run `flotilla assess` again before you plan anew",
        if *.open { "go on with the step that is next, or " } else { "" }
    )]
    SeatFactsOld {
        /// The migration.
        id: protocol::MigrationId,
        /// Whether a step is left.
        open: bool,
    },
    /// Somebody else changed the cycle at the same time.
    #[error(
        "somebody else changed the seat cycle of migration {id} just now: look at it again with `flotilla seats show`"
    )]
    SeatsMoved {
        /// The migration.
        id: protocol::MigrationId,
    },
    /// A step that is not acknowledged.
    #[error("{why}")]
    SeatStep {
        /// Why.
        why: assess::StepRefused,
    },
    /// A map that cannot be followed.
    #[error("the map cannot be followed")]
    BadMap {
        /// What is wrong with it.
        problems: Vec<String>,
    },
    /// Nobody has confirmed this map.
    #[error(
        "the map of migration {id} is not the confirmed one: look at it, then `flotilla map confirm --by NAME`"
    )]
    MapUnconfirmed {
        /// The migration.
        id: protocol::MigrationId,
        /// How it differs.
        problems: Vec<String>,
    },
    /// Nobody has signed for the sample as it stands, under this map, scope and program.
    #[error(
        "no run of migration {id} begins before somebody signs for its sample: `flotilla sign-off --by NAME`"
    )]
    NotSignedOff {
        /// The migration.
        id: protocol::MigrationId,
        /// In what what was signed for differs.
        problems: Vec<String>,
    },
    /// The configured map has changed beside the dossier's.
    #[error(
        "the configured map of migration {id} has changed since version {version} of its map was put: put it back, or take it over with `flotilla map import`"
    )]
    TwoMaps {
        /// The migration.
        id: protocol::MigrationId,
        /// The version.
        version: u32,
        /// How they differ.
        problems: Vec<String>,
    },
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
