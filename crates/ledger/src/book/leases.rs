//! What may be done with a lease. Every statement carries the fence token, so that a former holder changes no row.

use protocol::{Batch, BatchId, FailureCode, FenceToken, Lease, UnixMs};

use super::rows;
use crate::session::{Query, Session, query};
use crate::{Error, Result, sql};

/// One batch.
pub(crate) async fn batch(session: &mut Session<'_>, id: BatchId, now: UnixMs) -> Result<Option<Batch>> {
    let row = query(sql::batches::ONE).bind(id.0).optional(session).await?;
    row.map(|row| rows::batch(&row, now)).transpose()
}

/// Gives the batch to `holder` under a new token, if nobody holds it and it is due.
pub(crate) async fn claim(
    session: &mut Session<'_>,
    id: BatchId,
    holder: &str,
    now: UnixMs,
    until: UnixMs,
) -> Result<Option<Lease>> {
    // The migration may be neither moved to another state nor to another pass meanwhile.
    query(sql::batches::MIGRATION).bind(id.0).for_share().optional(session).await?;
    let claimed = query(sql::batches::CLAIM).bind(id.0).bind(holder).bind(until.0).bind(now.0);
    if claimed.execute(session).await? == 0 {
        return Ok(None);
    }
    let row = query(sql::batches::ONE).bind(id.0).one(session).await?;
    Ok(Some(Lease { batch: rows::batch(&row, now)?, fence: FenceToken(row.get("fence")?), until }))
}

/// Moves the end of a lease.
pub(crate) async fn renew(
    session: &mut Session<'_>,
    lease: Lease,
    now: UnixMs,
    until: UnixMs,
) -> Result<Lease> {
    let renew = by(sql::batches::RENEW, &lease).bind(now.0).bind(until.0);
    held(renew, session, &lease).await?;
    Ok(Lease { until, ..lease })
}

/// Hands the batch back.
pub(crate) async fn release(
    session: &mut Session<'_>,
    lease: &Lease,
    attempt_spent: bool,
    not_before: UnixMs,
    cause: Option<FailureCode>,
) -> Result<()> {
    let spent = i64::from(attempt_spent);
    let release = by(sql::batches::RELEASE, lease).bind(spent).bind(not_before.0);
    held(release.bind(cause.map(FailureCode::name)), session, lease).await
}

/// Keeps how far the batch has come.
pub(crate) async fn checkpoint(
    session: &mut Session<'_>,
    lease: &Lease,
    now: UnixMs,
    next: u32,
) -> Result<()> {
    held(by(sql::batches::CHECKPOINT, lease).bind(now.0).bind(i64::from(next)), session, lease).await
}

/// Ends the batch.
pub(crate) async fn finish(session: &mut Session<'_>, lease: &Lease, now: UnixMs) -> Result<()> {
    held(by(sql::batches::FINISH, lease).bind(now.0), session, lease).await
}

/// Gives the batch up.
pub(crate) async fn bury(
    session: &mut Session<'_>,
    lease: &Lease,
    cause: FailureCode,
    detail: &str,
) -> Result<()> {
    held(by(sql::batches::BURY, lease).bind(cause.name()).bind(detail), session, lease).await
}

/// A statement that is about one batch under one token.
fn by<'q>(statement: &'static str, lease: &Lease) -> Query<'q> {
    query(statement).bind(lease.batch.id.0).bind(lease.fence.0)
}

/// Runs a statement that changes the batch's row exactly while the lease holds.
async fn held(statement: Query<'_>, session: &mut Session<'_>, lease: &Lease) -> Result<()> {
    if statement.execute(session).await? == 0 {
        return Err(Error::LeaseLost { batch: lease.batch.id });
    }
    Ok(())
}
