//! The ledger in one SQLite file: how it is opened, who writes it, who reads it. WAL with `synchronous = FULL`: what was
//! answered survives the death of process and machine. One process writes; any number may read beside it.

mod bulk;
mod failure;
mod schema;
mod writer;

use std::{
    fs::{File, TryLockError},
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use protocol::{Clock, UnixMs};
use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::task::JoinHandle;

use self::writer::Writer;
pub(crate) use self::{
    bulk::{note_seen, resolve},
    failure::failure,
};
use crate::{
    Error, Ledger, Result, Verdict,
    book::{self, Ask},
    home::{Home, Reader},
    session::Session,
};

/// How long a statement waits for another program's lock on the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that read.
const READERS: u32 = 4;

/// How often, and how far apart, the process lock is tried: a former run may just be closing.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Room for pages per connection, in KiB (negative, as SQLite has it). Every commit voids what readers keep, and the
/// system's own cache lies behind it; a larger one only makes memory grow with the account.
const CACHE_KIB: &str = "-256";

/// Bytes the write-ahead log is cut back to once it has been carried over.
const LOG_BYTES: &str = "67108864";

/// The ledger in one SQLite file.
#[derive(Debug)]
pub struct SqliteLedger {
    clock: Arc<dyn Clock>,
    readers: SqlitePool,
    writer: Option<Writer>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Lets the concrete type be called like any other ledger, without importing the parts of the face.
impl Deref for SqliteLedger {
    type Target = dyn Ledger;

    fn deref(&self) -> &Self::Target {
        self
    }
}

impl SqliteLedger {
    /// Opens the file for writing, makes it (and its folder) if it is not there, and brings its schema up. The lock
    /// beside it, `<path>.lock`, is held until the ledger is closed or the process ends, however it ends.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process has it open for writing; [`Error::Newer`]; [`Error::Unopenable`];
    /// [`Error::Full`]; [`Error::Corrupt`].
    pub async fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let lock = lock_beside(path).await?;
        let options = options(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", LOG_BYTES);
        let mut conn = options.connect().await.map_err(|error| unopenable(path, failure(error)))?;
        schema::bring_up(&mut conn).await?;
        let readers = readers(path).await?;
        let (writer, task) = Writer::start(conn, Arc::clone(&clock), lock);
        Ok(Self { clock, readers, writer: Some(writer), task: Mutex::new(Some(task)) })
    }

    /// Opens the file for reading, beside a process that may be writing it. Every write is refused.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Newer`]; [`Error::Older`]; [`Error::Unopenable`]; [`Error::Corrupt`].
    pub async fn open_read_only(path: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        if !path.is_file() {
            return Err(Error::Missing { path: path.to_path_buf() });
        }
        let readers = readers(path).await?;
        schema::check(&mut *readers.acquire().await.map_err(failure)?).await?;
        Ok(Self { clock, readers, writer: None, task: Mutex::new(None) })
    }

    /// Finishes what was handed in, closes the file and frees the lock. Without it the same happens a moment after the
    /// ledger is dropped.
    pub async fn close(mut self) {
        self.writer = None;
        self.readers.close().await;
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::warn!(%error, "the ledger's writer did not end in order; the next start recovers the file");
        }
    }
}

impl Home for SqliteLedger {
    async fn reader(&self) -> Result<Reader> {
        Ok(Reader::Sqlite(self.readers.acquire().await.map_err(failure)?, self.clock.now()))
    }

    async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Session<'_>, UnixMs) -> BoxFuture<'c, Result<T>> + Clone + Send + 'static,
    {
        self.writer.as_ref().ok_or(Error::ReadOnly)?.run(work).await
    }

    async fn record(&self, ask: Ask) -> Result<Verdict> {
        self.write(move |session, now| Box::pin(async move { book::one(session, &ask, now).await })).await
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", CACHE_KIB)
        .disable_statement_logging()
}

/// Connections that may not write. The file itself is opened for writing where that is allowed, because a reader of a
/// write-ahead log has to note in shared memory how far it reads.
async fn readers(path: &Path) -> Result<SqlitePool> {
    let options = options(path).create_if_missing(false).pragma("query_only", "ON");
    let pool = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await;
    pool.map_err(|error| unopenable(path, failure(error)))
}

/// Names the file in an error of opening it.
fn unopenable(path: &Path, error: Error) -> Error {
    match error {
        Error::Full { detail } => Error::Unopenable { path: path.to_path_buf(), detail },
        other => other,
    }
}

/// Takes the process lock beside the file, waiting a moment for a run that is just closing.
async fn lock_beside(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = lock_file(&PathBuf::from(name))
        .map_err(|error| Error::Unopenable { path: path.to_path_buf(), detail: error.to_string() })?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_PAUSE).await,
            Err(TryLockError::Error(error)) => {
                return Err(Error::Unopenable { path: path.to_path_buf(), detail: error.to_string() });
            }
        }
    }
    Err(Error::Locked { path: path.to_path_buf() })
}

fn lock_file(name: &Path) -> std::io::Result<File> {
    if let Some(folder) = name.parent() {
        std::fs::create_dir_all(folder)?;
    }
    File::options().create(true).write(true).truncate(false).open(name)
}
