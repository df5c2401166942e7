//! What a call stands on: the migration it names, the lease it holds. A stale lease is refused here, before anything is
//! written.

use protocol::{Lease, MigrationId, Pass, UnixMs};

use super::entries::Under;
use crate::session::{Row, Session, query};
use crate::{Error, Result, sql};

/// A migration's number in the file, and a pass of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The migration's number.
    pub(crate) migration: i64,
    /// The pass.
    pub(crate) pass: i64,
}

/// Finds a migration; the pass is its current one.
pub(crate) async fn find(session: &mut Session<'_>, id: &MigrationId) -> Result<Place> {
    place(query(sql::migrations::NUMBER).bind(id.as_str()).optional(session).await?, id)
}

fn place(row: Option<Row>, id: &MigrationId) -> Result<Place> {
    let row = row.ok_or_else(|| Error::NoSuchMigration(id.clone()))?;
    Ok(Place { migration: row.get("no")?, pass: row.get("pass")? })
}

/// As [`find`], and no other call changes the migration until this one is committed.
pub(crate) async fn lock(session: &mut Session<'_>, id: &MigrationId) -> Result<Place> {
    place(query(sql::migrations::NUMBER).bind(id.as_str()).for_update().optional(session).await?, id)
}

/// Finds a migration and refuses any pass but its current one, which stays so until the call is committed.
pub(crate) async fn in_pass(session: &mut Session<'_>, id: &MigrationId, pass: Pass) -> Result<Place> {
    let row = query(sql::migrations::NUMBER).bind(id.as_str()).for_share().optional(session).await?;
    current(place(row, id)?, id, pass)
}

/// As [`in_pass`], and no other call changes the migration until this one is committed.
pub(crate) async fn lock_pass(session: &mut Session<'_>, id: &MigrationId, pass: Pass) -> Result<Place> {
    current(lock(session, id).await?, id, pass)
}

fn current(place: Place, id: &MigrationId, pass: Pass) -> Result<Place> {
    if place.pass == pass.0 {
        Ok(place)
    } else {
        Err(Error::WrongPass { id: id.clone(), asked: pass.0, current: place.pass })
    }
}

/// Whether a lease that an entry names holds.
pub(crate) async fn holds(session: &mut Session<'_>, under: Under, now: UnixMs) -> Result<bool> {
    let held = query(sql::batches::HELD).bind(under.batch).bind(under.fence).bind(now.0);
    Ok(held.optional(session).await?.is_some())
}

/// Checks that a lease is the batch's newest and has not ended; answers where its batch stands.
pub(crate) async fn held(session: &mut Session<'_>, lease: &Lease, now: UnixMs) -> Result<Place> {
    let row = query(sql::batches::HELD)
        .for_share()
        .bind(lease.batch.id.0)
        .bind(lease.fence.0)
        .bind(now.0)
        .optional(session)
        .await?;
    let row = row.ok_or(Error::LeaseLost { batch: lease.batch.id })?;
    Ok(Place { migration: row.get("migration")?, pass: row.get("pass")? })
}
