//! The ledger in PostgreSQL: any number of processes, each with a few connections. What was answered is on the server's
//! disk (`synchronous_commit`); time is the server's clock; locks are taken in one order everywhere: the migration, the
//! batch, entries by key, dead letters, and the counts last, because every call of a pass wants those.

mod bulk;
mod failure;
mod group;
mod grouped;
mod probe;
mod put;
mod schema;

use std::{ops::Deref, str::FromStr, time::Duration};

use futures::future::BoxFuture;
use protocol::UnixMs;
use sqlx::{
    Acquire, ConnectOptions, Connection as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use self::group::Group;
pub use self::probe::{PostgresSeen, probe};
pub(crate) use self::{
    bulk::{add_batches, clock, note_seen, resolve},
    failure::{failure, silent},
};
use crate::{
    Error, Ledger, Result, Verdict,
    book::Ask,
    home::{Home, Reader},
    session::{Session, statement_begins},
};

/// Connections of one process.
const CONNECTIONS: u32 = 8;

/// How long a call waits for a connection, while the server is down too.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A connection that was used so short a time ago is taken for alive: to ask each time would cost a round trip a call.
const FRESH: Duration = Duration::from_millis(200);

/// How often a call is begun again that was in another's way, and for how long it steps aside, ms.
const TRIES: u32 = 6;
const ASIDE_MS: u64 = 5;

/// What each connection is set to. A process that stands still in the middle of a call loses it, so that it does not hold
/// the others up. Everything is looked up by key: a plan that was made while a table was small must not outlive that.
pub(crate) const SETTINGS: [(&str, &str); 8] = [
    ("synchronous_commit", "on"),
    ("lock_timeout", "10s"),
    ("statement_timeout", "25s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
];

/// The ledger in PostgreSQL.
#[derive(Debug)]
pub struct PostgresLedger {
    pool: PgPool,
    group: Group,
}

/// Lets the concrete type be called like any other ledger, without importing the parts of the face.
impl Deref for PostgresLedger {
    type Target = dyn Ledger;

    fn deref(&self) -> &Self::Target {
        self
    }
}

impl PostgresLedger {
    /// Connects to the database at `url` (`postgres://user:password@host:port/database`) and brings its schema up. A
    /// connection that is lost later is made again by the call that needs it.
    ///
    /// # Errors
    /// [`Error::Unreachable`], which names neither address nor password; [`Error::Newer`].
    pub async fn connect(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(failure)?;
        let options = options.application_name("flotilla").options(SETTINGS).disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE);
        let pool = pool.test_before_acquire(false).before_acquire(|conn, used| {
            Box::pin(async move {
                if used.idle_for > FRESH {
                    conn.ping().await?;
                }
                Ok(true)
            })
        });
        let pool = pool.connect_with(options).await.map_err(failure)?;
        schema::bring_up(&mut *pool.acquire().await.map_err(failure)?).await?;
        Ok(Self { group: Group::start(&pool), pool })
    }

    /// Finishes what was handed in and closes the connections.
    pub async fn close(self) {
        let Self { pool, group } = self;
        group.end().await;
        pool.close().await;
    }
}

impl Home for PostgresLedger {
    async fn reader(&self) -> Result<Reader> {
        Ok(Reader::Postgres(self.pool.acquire().await.map_err(failure)?))
    }

    /// The call goes through whole also when its caller has gone.
    async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Session<'_>, UnixMs) -> BoxFuture<'c, Result<T>> + Clone + Send + 'static,
    {
        let pool = self.pool.clone();
        let call = tokio::spawn(async move {
            let mut tries = 1;
            loop {
                match transaction(&pool, work.clone()).await {
                    Err(Error::Busy) if tries < TRIES => tries = step_aside(tries).await,
                    answer => return answer,
                }
            }
        });
        call.await.map_err(|_| Error::Closed)?
    }

    async fn record(&self, ask: Ask) -> Result<Verdict> {
        self.group.ask(ask).await
    }
}

/// Waits a moment, longer each time and not in step with other processes.
async fn step_aside(tries: u32) -> u32 {
    let jitter = u64::from(std::process::id()) % ASIDE_MS;
    tokio::time::sleep(Duration::from_millis(ASIDE_MS * u64::from(tries) + jitter)).await;
    tries + 1
}

/// One try at a call.
async fn transaction<T, F>(pool: &PgPool, work: F) -> Result<T>
where
    F: for<'c> FnOnce(&'c mut Session<'_>, UnixMs) -> BoxFuture<'c, Result<T>>,
{
    let mut conn = pool.acquire().await.map_err(failure)?;
    statement_begins();
    let mut open = conn.begin().await.map_err(failure)?;
    let now = clock(&mut open).await?;
    let answer = work(&mut Session::Postgres(&mut open), now).await?;
    statement_begins();
    open.commit().await.map_err(failure)?;
    statement_begins();
    Ok(answer)
}
