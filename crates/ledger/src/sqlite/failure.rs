//! What SQLite's result codes mean to the ledger. Messages of the database name tables and files, never values.

use sqlx::migrate::MigrateError;

use crate::Error;

/// Primary result codes (<https://www.sqlite.org/rescode.html>); the low byte of an extended one.
const BUSY: i64 = 5;
const LOCKED: i64 = 6;
const READONLY: i64 = 8;
const IO_ERROR: i64 = 10;
const CORRUPT: i64 = 11;
const FULL: i64 = 13;
const CANNOT_OPEN: i64 = 14;
const NOT_A_DATABASE: i64 = 26;

/// What a failure of SQLite means.
pub(crate) fn failure(error: sqlx::Error) -> Error {
    let detail = error.to_string();
    match (&error, primary_code(&error)) {
        (_, Some(BUSY | LOCKED)) => Error::Busy,
        (_, Some(READONLY)) => Error::ReadOnly,
        (_, Some(IO_ERROR | FULL | CANNOT_OPEN)) | (sqlx::Error::Io(_), _) => Error::Full { detail },
        (_, Some(CORRUPT | NOT_A_DATABASE)) => Error::Corrupt { detail },
        (sqlx::Error::ColumnDecode { index, .. }, _) => {
            Error::Corrupt { detail: format!("column {index} cannot be read") }
        }
        (sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed, _) => Error::Closed,
        _ => Error::Sql(std::sync::Arc::new(error)),
    }
}
/// What a failure of bringing the schema up means.
pub(super) fn migrating(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failure(error),
        other => Error::corrupt(other),
    }
}

/// The primary result code of a database error.
fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
