//! What a call stands on: the migration it names, the lease it holds. A stale lease is refused here, before anything is
//! written.

use protocol::{Lease, MigrationId, Pass, UnixMs};
use sqlx::{Row, SqliteConnection};

use super::entries::Under;
use crate::{Error, Result, sql};

/// A migration's number in the file, and a pass of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The migration's number.
    pub(super) migration: i64,
    /// The pass.
    pub(super) pass: i64,
}

/// Finds a migration; the pass is its current one.
pub(super) async fn find(conn: &mut SqliteConnection, id: &MigrationId) -> Result<Place> {
    let row = sqlx::query(sql::migrations::NUMBER).bind(id.as_str()).fetch_optional(conn).await?;
    let row = row.ok_or_else(|| Error::NoSuchMigration(id.clone()))?;
    Ok(Place { migration: row.try_get("no")?, pass: row.try_get("pass")? })
}

/// Finds a migration and refuses any pass but its current one.
pub(super) async fn in_pass(conn: &mut SqliteConnection, id: &MigrationId, pass: Pass) -> Result<Place> {
    let place = find(conn, id).await?;
    if place.pass == pass.0 {
        Ok(place)
    } else {
        Err(Error::WrongPass { id: id.clone(), asked: pass.0, current: place.pass })
    }
}

/// Whether a lease that an entry names holds.
pub(super) async fn holds(conn: &mut SqliteConnection, under: Under, now: UnixMs) -> Result<bool> {
    let held = sqlx::query(sql::batches::HELD).bind(under.batch).bind(under.fence).bind(now.0);
    Ok(held.fetch_optional(conn).await?.is_some())
}

/// Checks that a lease is the batch's newest and has not ended; answers where its batch stands.
pub(super) async fn held(conn: &mut SqliteConnection, lease: &Lease, now: UnixMs) -> Result<Place> {
    let row = sqlx::query(sql::batches::HELD)
        .bind(lease.batch.id.0)
        .bind(lease.fence.0)
        .bind(now.0)
        .fetch_optional(conn)
        .await?;
    let row = row.ok_or(Error::LeaseLost { batch: lease.batch.id })?;
    Ok(Place { migration: row.try_get("migration")?, pass: row.try_get("pass")? })
}
