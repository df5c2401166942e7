//! A home of the ledger: where its calls read and write. Each dialect is one; `book` makes of it the whole face.

use std::{fmt::Debug, future::Future};

use futures::future::BoxFuture;
use protocol::UnixMs;
use sqlx::{Postgres, Sqlite, pool::PoolConnection};

use crate::{Result, Verdict, book::Ask, postgres, session::Session};

/// A dialect's way to run calls.
pub(crate) trait Home: Debug + Send + Sync + 'static {
    /// A connection that reads what is committed.
    fn reader(&self) -> impl Future<Output = Result<Reader>> + Send;

    /// Runs `work` in one durable transaction, with the time by the ledger's clock. An error undoes all that it did. Where
    /// two transactions are in each other's way, one of them is begun again with a copy of `work`.
    fn write<T, F>(&self, work: F) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Session<'_>, UnixMs) -> BoxFuture<'c, Result<T>> + Clone + Send + 'static;

    /// Makes a move of one record, durably; moves that wait together may share a transaction.
    fn record(&self, ask: Ask) -> impl Future<Output = Result<Verdict>> + Send;
}

/// A connection that reads.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>, UnixMs),
    Postgres(PoolConnection<Postgres>),
}

impl Reader {
    /// Its session.
    pub(crate) fn session(&mut self) -> Session<'_> {
        match self {
            Self::Sqlite(conn, _) => Session::Sqlite(conn),
            Self::Postgres(conn) => Session::Postgres(conn),
        }
    }

    /// Now, by the ledger's clock.
    pub(crate) async fn now(&mut self) -> Result<UnixMs> {
        match self {
            Self::Sqlite(_, now) => Ok(*now),
            Self::Postgres(conn) => postgres::clock(conn).await,
        }
    }
}
