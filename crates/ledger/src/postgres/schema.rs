//! The schema of the database: an older one is brought up, by one process at a time (an advisory lock keeps the others
//! waiting); a newer one is refused. Migrations stand in `migrations/postgres`.

use sqlx::{
    PgConnection,
    migrate::{MigrateError, Migrator},
};

use super::failure;
use crate::{Error, Result};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations/postgres");

/// Newest schema this program knows.
pub(super) fn known() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Brings the database up to the newest schema this program knows.
pub(super) async fn bring_up(conn: &mut PgConnection) -> Result<()> {
    let (found, known) = (found(conn).await?, known());
    if found > known {
        return Err(Error::Newer { found, known });
    }
    MIGRATOR.run(conn).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failure(error),
        // A newer program brought it up just now.
        MigrateError::VersionMissing(found) => Error::Newer { found, known },
        other => Error::corrupt(other),
    })
}

/// Schema of the database, 0 when it has none.
pub(super) async fn found(conn: &mut PgConnection) -> Result<i64> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *conn)
        .await
        .map_err(failure)?;
    if !there {
        return Ok(0);
    }
    let newest: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(conn)
        .await
        .map_err(failure)?;
    Ok(newest.unwrap_or(0))
}
