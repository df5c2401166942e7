//! The ledger: the system of record of every migration, in SQL.
//!
//! What was planned, who may work on it, what became of each record of the source, and why. The face is [`Ledger`], used
//! as `Arc<dyn Ledger>`; behind it stands [`SqliteLedger`], one file that survives the death of its process at any
//! instant. Statements live in `sql`, one room per topic, so that a second dialect joins without a rewrite. Never a
//! vendor, never a queue, and never a customer's text: ids, hashes, counts and codes only.

#![deny(missing_docs)]

mod accounts;
mod error;
mod fleet;
mod migrations;
mod plan;
mod records;
mod sql;
mod sqlite;

#[cfg(test)]
mod tests;

use std::fmt::Debug;

pub use accounts::{Accounts, Filter};
pub use error::{Error, Result};
pub use fleet::{Created, Fleet};
pub use migrations::Migrations;
pub use plan::{Plan, Trouble};
pub use records::{Commit, Records, Resolution, Verdict};
pub use sqlite::SqliteLedger;

/// The whole ledger, held as `Arc<dyn Ledger>`. A call through `dyn Ledger` needs no import of the five parts.
///
/// What every implementation keeps:
/// - Whatever a method has answered is on disk: no answer is lost when the process or the machine dies.
/// - A call is one transaction: it happened wholly or not at all, also when the caller stops waiting for it.
/// - Writes under a lease are refused with [`Error::LeaseLost`] when a newer fence token was given out, when the lease
///   has ended by the ledger's clock, or when a newer pass has begun.
/// - The counts of [`Accounts::tallies`] change in the same transaction as the entry they count.
pub trait Ledger: Migrations + Plan + Records + Accounts + Fleet + Debug {}

impl<T: Migrations + Plan + Records + Accounts + Fleet + Debug> Ledger for T {}
