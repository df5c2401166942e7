//! What can go wrong with the ledger, and which failure code it is to the rest of the program. Never a record's content.

use std::{path::PathBuf, sync::Arc};

use protocol::{BatchId, FailureCode, Key, MigrationId, MigrationState};

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the ledger did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The lease has ended or another holder has claimed the batch; nothing was written.
    #[error(
        "the lease on batch {batch} is lost, nothing was written: stop working on it, its new holder goes on"
    )]
    LeaseLost {
        /// The batch.
        batch: BatchId,
    },
    /// The disk is full or cannot be written.
    #[error(
        "the ledger cannot be written ({detail}): free disk space, then run again, nothing recorded is lost"
    )]
    Full {
        /// What the database said.
        detail: String,
    },
    /// Another process writes this file.
    #[error(
        "the ledger {path} is in use by another process: wait for that run to end or stop it, then run again; status, report and explain work beside it"
    )]
    Locked {
        /// The ledger's file.
        path: PathBuf,
    },
    /// Another program held the database for longer than the ledger waits.
    #[error("another program holds the ledger's database: close it there, then run again")]
    Busy,
    /// The file was written by a newer version.
    #[error("the ledger has schema {found}, this program knows {known}: use the newer program that wrote it")]
    Newer {
        /// Schema of the file.
        found: i64,
        /// Newest schema this program knows.
        known: i64,
    },
    /// The file was written by an older version and is opened for reading only.
    #[error(
        "the ledger has schema {found}, this program reads {known}: run the migration once, that brings it up"
    )]
    Older {
        /// Schema of the file.
        found: i64,
        /// Schema this program reads.
        known: i64,
    },
    /// There is no ledger at this place.
    #[error("there is no ledger at {path}: start a run first, or name another place in the configuration")]
    Missing {
        /// The place.
        path: PathBuf,
    },
    /// The file cannot be opened or made.
    #[error("the ledger {path} cannot be opened ({detail}): check that the folder exists and may be written")]
    Unopenable {
        /// The place.
        path: PathBuf,
        /// What the machine said.
        detail: String,
    },
    /// A write was asked of a ledger that was opened for reading only.
    #[error("the ledger is open for reading only: open it for writing where records move")]
    ReadOnly,
    /// The writer has ended.
    #[error("the ledger is closed: open it again")]
    Closed,
    /// The table of states has no such move.
    #[error("migration {id} may not go from {from} to {to}: look at its state, then do the step that is due")]
    IllegalMove {
        /// The migration.
        id: MigrationId,
        /// Where it stands.
        from: MigrationState,
        /// Where it was to go.
        to: MigrationState,
    },
    /// No migration has this name.
    #[error("there is no migration {0}: check the name, or create it")]
    NoSuchMigration(MigrationId),
    /// The pass is not one of the migration's.
    #[error(
        "migration {id} is in pass {current}, not {asked}: begin the pass first, or name the current one"
    )]
    WrongPass {
        /// The migration.
        id: MigrationId,
        /// The pass asked for.
        asked: i64,
        /// The pass it is in.
        current: i64,
    },
    /// A record was to be rejected or failed without saying why.
    #[error("{key} cannot be rejected or failed without a cause: name one")]
    NoCause {
        /// The record.
        key: Key,
    },
    /// A request key was used before, for something else.
    #[error("request key {key} was used for another request: use a new key for a new request")]
    RequestReused {
        /// The key.
        key: String,
    },
    /// A migration of this name is there already.
    #[error("migration {0} exists already: look at it, or choose another name")]
    MigrationExists(MigrationId),
    /// The database server cannot be reached.
    #[error("the ledger's database cannot be reached ({detail}): bring it back, nothing recorded is lost")]
    Unreachable {
        /// What went wrong, without address or credential.
        detail: String,
    },
    /// The file holds what no version has written.
    #[error(
        "the ledger is damaged ({detail}): restore the file from a backup, or rebuild it from the destination"
    )]
    Corrupt {
        /// What was found.
        detail: String,
    },
    /// Anything else the database said.
    #[error("the ledger's database failed: run again, and report it if it stays")]
    Sql(#[source] Arc<sqlx::Error>),
}

impl Error {
    /// The failure code the rest of the program acts on.
    #[must_use]
    pub fn code(&self) -> FailureCode {
        match self {
            Self::LeaseLost { .. } => FailureCode::LeaseLost,
            Self::Full { .. }
            | Self::Locked { .. }
            | Self::Busy
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::Missing { .. }
            | Self::Unopenable { .. }
            | Self::ReadOnly
            | Self::Closed
            | Self::IllegalMove { .. }
            | Self::NoSuchMigration(_)
            | Self::WrongPass { .. }
            | Self::NoCause { .. }
            | Self::RequestReused { .. }
            | Self::MigrationExists(_)
            | Self::Unreachable { .. }
            | Self::Corrupt { .. }
            | Self::Sql(_) => FailureCode::LedgerUnavailable,
        }
    }

    /// A damaged value, told without its content.
    #[expect(clippy::needless_pass_by_value, reason = "so that `map_err` can name it")]
    pub(crate) fn corrupt(detail: impl ToString) -> Self {
        Self::Corrupt { detail: detail.to_string() }
    }
}
