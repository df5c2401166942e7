//! What may be done with a lease. Every statement carries the fence token, so that a former holder changes no row.

use protocol::{Batch, BatchId, FailureCode, FenceToken, Lease, UnixMs};
use sqlx::{Row, Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::rows;
use crate::{Error, Result, sql};

/// One batch.
pub(super) async fn batch(conn: &mut SqliteConnection, id: BatchId, now: UnixMs) -> Result<Option<Batch>> {
    let row = sqlx::query(sql::batches::ONE).bind(id.0).fetch_optional(conn).await?;
    row.map(|row| rows::batch(&row, now)).transpose()
}

/// Gives the batch to `holder` under a new token, if nobody holds it and it is due.
pub(super) async fn claim(
    conn: &mut SqliteConnection,
    id: BatchId,
    holder: &str,
    now: UnixMs,
    until: UnixMs,
) -> Result<Option<Lease>> {
    let claimed = sqlx::query(sql::batches::CLAIM).bind(id.0).bind(holder).bind(until.0).bind(now.0);
    if claimed.execute(&mut *conn).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let row = sqlx::query(sql::batches::ONE).bind(id.0).fetch_one(conn).await?;
    Ok(Some(Lease { batch: rows::batch(&row, now)?, fence: FenceToken(row.try_get("fence")?), until }))
}

/// Moves the end of a lease.
pub(super) async fn renew(
    conn: &mut SqliteConnection,
    lease: Lease,
    now: UnixMs,
    until: UnixMs,
) -> Result<Lease> {
    let renew = by(sql::batches::RENEW, &lease).bind(now.0).bind(until.0);
    held(renew, conn, &lease).await?;
    Ok(Lease { until, ..lease })
}

/// Hands the batch back.
pub(super) async fn release(
    conn: &mut SqliteConnection,
    lease: &Lease,
    attempt_spent: bool,
    not_before: UnixMs,
    cause: Option<FailureCode>,
) -> Result<()> {
    let spent = i64::from(attempt_spent);
    let release = by(sql::batches::RELEASE, lease).bind(spent).bind(not_before.0);
    held(release.bind(cause.map(FailureCode::name)), conn, lease).await
}

/// Keeps how far the batch has come.
pub(super) async fn checkpoint(
    conn: &mut SqliteConnection,
    lease: &Lease,
    now: UnixMs,
    next: u32,
) -> Result<()> {
    held(by(sql::batches::CHECKPOINT, lease).bind(now.0).bind(i64::from(next)), conn, lease).await
}

/// Ends the batch.
pub(super) async fn finish(conn: &mut SqliteConnection, lease: &Lease, now: UnixMs) -> Result<()> {
    held(by(sql::batches::FINISH, lease).bind(now.0), conn, lease).await
}

/// Gives the batch up.
pub(super) async fn bury(
    conn: &mut SqliteConnection,
    lease: &Lease,
    cause: FailureCode,
    detail: &str,
) -> Result<()> {
    held(by(sql::batches::BURY, lease).bind(cause.name()).bind(detail.to_owned()), conn, lease).await
}

type Statement = Query<'static, Sqlite, SqliteArguments>;

/// A statement that is about one batch under one token.
fn by(statement: &'static str, lease: &Lease) -> Statement {
    sqlx::query(statement).bind(lease.batch.id.0).bind(lease.fence.0)
}

/// Runs a statement that changes the batch's row exactly while the lease holds.
async fn held(statement: Statement, conn: &mut SqliteConnection, lease: &Lease) -> Result<()> {
    if statement.execute(conn).await?.rows_affected() == 0 {
        return Err(Error::LeaseLost { batch: lease.batch.id });
    }
    Ok(())
}
