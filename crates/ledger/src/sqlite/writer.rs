//! The one writer of the file: a task that owns the writing connection. Calls that wait together share one transaction,
//! and so one flush to the disk; each stands behind its own savepoint, so that one refusal undoes that call alone. No
//! answer is given before the commit, and a call goes through whole also when its caller has gone.

use std::{fmt, fs::File, sync::Arc};

use futures::future::BoxFuture;
use protocol::{Clock, UnixMs};
use sqlx::{Connection, SqliteConnection};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::failure;
use crate::{
    Error, Result,
    session::{Session, statement_begins},
};

/// Calls that may wait before callers are held back.
const QUEUE: usize = 1024;

/// Calls in one transaction at most.
const GROUP: usize = 256;

/// Where calls are handed in.
#[derive(Clone)]
pub(super) struct Writer {
    calls: mpsc::Sender<Box<dyn Call>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Starts the task. It holds the process lock until it has closed the connection.
    pub(super) fn start(conn: SqliteConnection, clock: Arc<dyn Clock>, lock: File) -> (Self, JoinHandle<()>) {
        let (calls, waiting) = mpsc::channel(QUEUE);
        (Self { calls }, tokio::spawn(serve(conn, clock, lock, waiting)))
    }

    /// Runs `work` in a transaction and answers when it is on disk. An error undoes all that `work` did.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Session<'_>, UnixMs) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Waiting { work: Some(work), result: None, reply };
        self.calls.send(Box::new(call)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

/// A call without its types.
trait Call: Send {
    /// Does the work and keeps its result; an error is also told, so that the work is undone.
    fn run<'c>(
        &'c mut self,
        conn: &'c mut SqliteConnection,
        now: UnixMs,
    ) -> BoxFuture<'c, std::result::Result<(), Error>>;

    /// Answers the caller: with its own result, or with what became of the whole transaction.
    fn answer(self: Box<Self>, fate: Result<()>);
}

struct Waiting<T, F> {
    work: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Call for Waiting<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut Session<'_>, UnixMs) -> BoxFuture<'c, Result<T>> + Send + 'static,
{
    fn run<'c>(&'c mut self, conn: &'c mut SqliteConnection, now: UnixMs) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return Ok(());
            };
            let result = work(&mut Session::Sqlite(conn), now).await;
            let told = result.as_ref().map(|_| ()).map_err(Clone::clone);
            self.result = Some(result);
            told
        })
    }

    fn answer(self: Box<Self>, fate: Result<()>) {
        let own = self.result.unwrap_or(Err(Error::Closed));
        let answer = match (own, fate) {
            (Ok(_), Err(lost)) | (Err(Error::Closed), Err(lost)) => Err(lost),
            (own, _) => own,
        };
        // A caller that has gone needs no answer.
        drop(self.reply.send(answer));
    }
}

async fn serve(
    mut conn: SqliteConnection,
    clock: Arc<dyn Clock>,
    lock: File,
    mut waiting: mpsc::Receiver<Box<dyn Call>>,
) {
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, GROUP).await > 0 {
        let fate = run_group(&mut conn, &mut group, &*clock).await;
        if let Err(error) = &fate {
            tracing::error!(%error, calls = group.len(), "a transaction of the ledger was lost");
        }
        for call in group.drain(..) {
            call.answer(fate.clone());
        }
    }
    if let Err(error) = conn.close().await {
        tracing::warn!(%error, "the ledger's file was not closed in order; the next start recovers it");
    }
    drop(lock);
}

/// Runs the calls in one transaction. An error means that nothing of any of them is kept.
async fn run_group(
    conn: &mut SqliteConnection,
    group: &mut [Box<dyn Call>],
    clock: &dyn Clock,
) -> Result<()> {
    let outcome = run_calls(conn, group, clock).await;
    if outcome.is_err() {
        // SQLite may have rolled back by itself; then there is nothing left to roll back.
        drop(sqlx::query("ROLLBACK").execute(conn).await);
    }
    outcome
}

async fn run_calls(
    conn: &mut SqliteConnection,
    group: &mut [Box<dyn Call>],
    clock: &dyn Clock,
) -> Result<()> {
    tell(conn, "BEGIN IMMEDIATE").await?;
    for call in group {
        tell(conn, "SAVEPOINT one_call").await?;
        if let Err(error) = call.run(conn, clock.now()).await {
            tell(conn, "ROLLBACK TO one_call").await.map_err(|_| error)?;
        }
        tell(conn, "RELEASE one_call").await?;
    }
    tell(conn, "COMMIT").await?;
    statement_begins();
    Ok(())
}

async fn tell(conn: &mut SqliteConnection, statement: &'static str) -> Result<()> {
    statement_begins();
    sqlx::query(statement).execute(conn).await.map_err(failure)?;
    Ok(())
}
