//! A look at the database before a fleet relies on it. Nothing is written there.

use std::{str::FromStr, time::Duration};

use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tokio::time::{Instant, timeout};

use super::{failure, schema};
use crate::{Error, Result};

/// How long the server may take for all of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Round trips of which the quickest counts.
const ROUNDS: usize = 5;

/// What the database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresSeen {
    /// The server's version, as a number such as `150004`.
    pub version: i32,
    /// Schema of the database, 0 when it has none yet.
    pub schema: i64,
    /// Newest schema this program knows.
    pub known: i64,
    /// The quickest of a few round trips.
    pub latency: Duration,
}

/// Looks at the database at `url`.
///
/// # Errors
/// [`Error::Unreachable`], which names neither address nor password.
pub async fn probe(url: &str) -> Result<PostgresSeen> {
    let options = PgConnectOptions::from_str(url).map_err(failure)?.disable_statement_logging();
    let late = |_| Error::Unreachable { detail: "no answer in time".to_owned() };
    timeout(PATIENCE, async {
        let mut conn: PgConnection = options.connect().await.map_err(failure)?;
        look(&mut conn).await
    })
    .await
    .map_err(late)?
}

async fn look(conn: &mut PgConnection) -> Result<PostgresSeen> {
    let mut latency = Duration::MAX;
    let mut version = 0;
    for _ in 0..ROUNDS {
        let asked = Instant::now();
        let said = sqlx::query_scalar("SELECT current_setting('server_version_num')::INT4");
        version = said.fetch_one(&mut *conn).await.map_err(failure)?;
        latency = latency.min(asked.elapsed());
    }
    let schema = schema::found(conn).await?;
    Ok(PostgresSeen { version, schema, known: schema::known(), latency })
}
