//! The ledger: the system of record of every migration, in SQL.
//!
//! What was planned, who may work on it, what became of each record of the source, and why. The face is [`Ledger`], used
//! as `Arc<dyn Ledger>`. Two dialects stand behind it: [`SqliteLedger`], one file that survives the death of its process
//! at any instant, and [`PostgresLedger`], one server for any number of processes. Never a vendor, never a queue, and
//! never a customer's text: ids, hashes, counts and codes only.
//!
//! What the ledger does is written once, in `book`, against two narrow faces, and compiled once: a `Session` takes a
//! statement with its values and gives rows, and a `Home` says where a call reads and how it writes. Statements are
//! standard SQL with numbered parameters and live in `sql`, one room per topic; a lock (`for_share`, `for_update`) is a
//! word to PostgreSQL and nothing to SQLite, which has one writer. What a move of an entry does to entry, counts and dead
//! letter is decided in memory by functions that know no database. Only what a dialect can do better stands in its own
//! room: SQLite's one writer, and PostgreSQL's statements over whole arrays and its groups of moves.

#![deny(missing_docs)]

mod accounts;
mod book;
mod dossier;
mod error;
mod figures;
mod fleet;
mod home;
mod migrations;
mod plan;
mod postgres;
mod records;
mod session;
mod sql;
mod sqlite;

#[cfg(test)]
mod tests;

use std::fmt::Debug;

pub use accounts::{Accounts, Filter};
pub use dossier::Dossier;
pub use error::{Error, Result};
pub use fleet::{Created, Fleet};
pub use migrations::Migrations;
pub use plan::{Plan, Trouble};
pub use postgres::{PostgresLedger, PostgresSeen, probe};
pub use records::{Commit, Records, Resolution, Verdict};
pub use sqlite::SqliteLedger;

/// The whole ledger, held as `Arc<dyn Ledger>`. A call through `dyn Ledger` needs no import of the six parts.
///
/// What every implementation keeps:
/// - Whatever a method has answered is on disk: no answer is lost when the process or the machine dies.
/// - A call is one transaction: it happened wholly or not at all, also when the caller stops waiting for it.
/// - Writes under a lease are refused with [`Error::LeaseLost`] when a newer fence token was given out, when the lease
///   has ended by the ledger's clock, or when a newer pass has begun.
/// - The counts of [`Accounts::tallies`] change in the same transaction as the entry they count.
pub trait Ledger: Migrations + Plan + Records + Accounts + Fleet + Dossier + Debug {}

impl<T: Migrations + Plan + Records + Accounts + Fleet + Dossier + Debug> Ledger for T {}
