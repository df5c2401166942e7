//! The narrow face to a database: a statement with its values, and rows. All that stands in `book` speaks through it, so
//! that it is written once and compiled once for both dialects.

use std::{borrow::Cow, time::Duration};

use sqlx::{
    Decode, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, Type,
    postgres::{PgArguments, PgRow},
    query::Query as Plain,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{Error, Result, postgres, sqlite};

/// How long a server may take over one statement. A lost line shows by nothing else.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to one of the databases, for one call.
pub(crate) enum Session<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// What a row locks until the call is committed. SQLite has one writer and needs none.
#[derive(Clone, Copy)]
enum Lock {
    None,
    Share,
    Update,
}

/// A value given to a statement.
pub(crate) enum Value<'q> {
    Int(Option<i64>),
    Text(Option<Cow<'q, str>>),
    Bytes(Option<&'q [u8]>),
}

/// A statement and its values, in the order of its parameters.
pub(crate) struct Query<'q> {
    text: &'static str,
    lock: Lock,
    values: Vec<Value<'q>>,
}

/// A row of either database.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A statement yet without values.
pub(crate) fn query<'q>(text: &'static str) -> Query<'q> {
    Query { text, lock: Lock::None, values: Vec::new() }
}

impl<'q> Query<'q> {
    /// Gives the next value.
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Keeps others from changing the rows until the call is committed.
    pub(crate) fn for_share(self) -> Self {
        Self { lock: Lock::Share, ..self }
    }

    /// Keeps others from changing and from locking the rows until the call is committed.
    pub(crate) fn for_update(self) -> Self {
        Self { lock: Lock::Update, ..self }
    }

    /// Runs it and answers how many rows it touched.
    pub(crate) async fn execute(self, session: &mut Session<'_>) -> Result<u64> {
        match session {
            Session::Sqlite(conn) => {
                statement_begins();
                let done = self.sqlite().execute(&mut **conn).await.map_err(sqlite::failure)?;
                Ok(done.rows_affected())
            }
            Session::Postgres(conn) => execute(conn, self.postgres()).await,
        }
    }

    /// Runs it and answers its rows.
    pub(crate) async fn all(self, session: &mut Session<'_>) -> Result<Vec<Row>> {
        match session {
            Session::Sqlite(conn) => {
                statement_begins();
                let rows = self.sqlite().fetch_all(&mut **conn).await.map_err(sqlite::failure)?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Session::Postgres(conn) => rows(conn, self.postgres()).await,
        }
    }

    /// Runs it and answers its first row, if it has one.
    pub(crate) async fn optional(self, session: &mut Session<'_>) -> Result<Option<Row>> {
        Ok(self.all(session).await?.into_iter().next())
    }

    /// Runs it and answers its one row.
    pub(crate) async fn one(self, session: &mut Session<'_>) -> Result<Row> {
        self.optional(session).await?.ok_or_else(|| Error::corrupt("a row that must be there is missing"))
    }

    fn sqlite(self) -> Plain<'q, Sqlite, SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.text), |query, value| match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    }

    fn postgres(self) -> Plain<'q, Postgres, PgArguments> {
        let query = match self.lock {
            Lock::None => sqlx::query(self.text),
            Lock::Share => sqlx::query(sqlx::AssertSqlSafe(format!("{} FOR SHARE", self.text))),
            Lock::Update => sqlx::query(sqlx::AssertSqlSafe(format!("{} FOR UPDATE", self.text))),
        };
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    }
}

/// Runs a statement of PostgreSQL alone and answers how many rows it touched.
pub(crate) async fn execute(conn: &mut PgConnection, query: Plain<'_, Postgres, PgArguments>) -> Result<u64> {
    statement_begins();
    let done = tokio::time::timeout(PATIENCE, query.execute(conn)).await;
    Ok(done.map_err(|_| postgres::silent())?.map_err(postgres::failure)?.rows_affected())
}

/// Runs a statement of PostgreSQL alone and answers its rows.
pub(crate) async fn rows(
    conn: &mut PgConnection,
    query: Plain<'_, Postgres, PgArguments>,
) -> Result<Vec<Row>> {
    statement_begins();
    let rows = tokio::time::timeout(PATIENCE, query.fetch_all(conn)).await;
    let rows = rows.map_err(|_| postgres::silent())?.map_err(postgres::failure)?;
    Ok(rows.into_iter().map(Row::Postgres).collect())
}

impl Row {
    /// A column's value.
    pub(crate) fn get<'r, T>(&'r self, column: &str) -> Result<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column).map_err(sqlite::failure),
            Self::Postgres(row) => row.try_get(column).map_err(postgres::failure),
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(value: &'q str) -> Self {
        Self::Text(Some(value.into()))
    }
}

impl<'q> From<&'q String> for Value<'q> {
    fn from(value: &'q String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(value.into()))
    }
}

impl<'q> From<Option<&'q str>> for Value<'q> {
    fn from(value: Option<&'q str>) -> Self {
        Self::Text(value.map(Into::into))
    }
}

impl<'q> From<&'q [u8]> for Value<'q> {
    fn from(value: &'q [u8]) -> Self {
        Self::Bytes(Some(value))
    }
}

impl<'q> From<Option<&'q [u8]>> for Value<'q> {
    fn from(value: Option<&'q [u8]>) -> Self {
        Self::Bytes(value)
    }
}

/// Called before each statement, and before and after each commit. In tests it counts, and may end the process.
pub(crate) fn statement_begins() {
    #[cfg(test)]
    crate::tests::deaths::statement_begins();
}
