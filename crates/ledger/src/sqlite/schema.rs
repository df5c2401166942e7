//! The schema of the file: an older one is brought up, a newer one refused. Migrations stand in `migrations/sqlite`.

use sqlx::{SqliteConnection, migrate::Migrator};

use super::failure::{failure, migrating};
use crate::{Error, Result};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations/sqlite");

/// Newest schema this program knows.
pub(super) fn known() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Brings the file up to the newest schema this program knows.
pub(super) async fn bring_up(conn: &mut SqliteConnection) -> Result<()> {
    refuse_newer(found(conn).await?)?;
    MIGRATOR.run(conn).await.map_err(migrating)
}

/// Refuses a file that has any schema but the newest this program knows.
pub(super) async fn check(conn: &mut SqliteConnection) -> Result<()> {
    let found = found(conn).await?;
    refuse_newer(found)?;
    if found < known() {
        return Err(Error::Older { found, known: known() });
    }
    Ok(())
}

fn refuse_newer(found: i64) -> Result<()> {
    let known = known();
    if found > known { Err(Error::Newer { found, known }) } else { Ok(()) }
}

/// Schema of the file, 0 when it has none.
async fn found(conn: &mut SqliteConnection) -> Result<i64> {
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *conn)
            .await
            .map_err(failure)?;
    if tables == 0 {
        return Ok(0);
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(conn)
        .await
        .map_err(failure)?;
    Ok(newest.unwrap_or(0))
}
