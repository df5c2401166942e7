//! Moves that wait together share one transaction, and so one flush to the server's disk: whatever is handed in while
//! the group before is being written is the next group. Each has its own answer, given once the group is durable.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Acquire, PgPool, Postgres, pool::PoolConnection};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};

use super::{FRESH, TRIES, failure, grouped, step_aside};
use crate::{Error, Result, Verdict, book::Ask, session::statement_begins};

/// Moves that may wait before callers are held back.
const QUEUE: usize = 1024;

/// Moves in one transaction at most.
const GROUP: usize = 256;

/// Groups under way at once: while one is being flushed to the disk the next one is read and made.
const LINES: usize = 2;

/// Where moves are handed in.
#[derive(Debug)]
pub(super) struct Group {
    calls: mpsc::Sender<Waiting>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// What waits, taken by one line at a time.
type Inbox = Arc<tokio::sync::Mutex<mpsc::Receiver<Waiting>>>;

#[derive(Debug)]
struct Waiting {
    ask: Ask,
    reply: oneshot::Sender<Result<Verdict>>,
}

impl Group {
    /// Starts the tasks that write the groups. They end when this handle goes.
    pub(super) fn start(pool: &PgPool) -> Self {
        let (calls, waiting) = mpsc::channel(QUEUE);
        let inbox: Inbox = Arc::new(tokio::sync::Mutex::new(waiting));
        let tasks = (0..LINES).map(|_| tokio::spawn(serve(pool.clone(), Arc::clone(&inbox)))).collect();
        Self { calls, tasks: Mutex::new(tasks) }
    }

    /// Hands a move in and waits until it is durable. It goes through also when its caller has gone.
    pub(super) async fn ask(&self, ask: Ask) -> Result<Verdict> {
        let (reply, answer) = oneshot::channel();
        self.calls.send(Waiting { ask, reply }).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Finishes what was handed in.
    pub(super) async fn end(self) {
        let Self { calls, tasks } = self;
        drop(calls);
        for task in tasks.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if let Err(error) = task.await {
                tracing::warn!(%error, "a writer of the ledger did not end in order");
            }
        }
    }
}

/// The connection the groups are written on, kept from group to group: to take it from the pool and give it back costs a
/// round trip each time.
struct Line<'p> {
    pool: &'p PgPool,
    open: Option<PoolConnection<Postgres>>,
}

async fn serve(pool: PgPool, inbox: Inbox) {
    let (mut group, mut line) = (Vec::new(), Line { pool: &pool, open: None });
    loop {
        // One that has been idle is the pool's again, which finds out whether it still lives.
        let handed_in = match timeout(FRESH, take(&inbox, &mut group)).await {
            Ok(count) => count,
            Err(_) => {
                line.open = None;
                take(&inbox, &mut group).await
            }
        };
        if handed_in == 0 {
            return;
        }
        let (asks, replies): (Vec<Ask>, Vec<_>) =
            group.drain(..).map(|Waiting { ask, reply }| (ask, reply)).unzip();
        for (reply, answer) in replies.into_iter().zip(answers(&mut line, &asks).await) {
            // A caller that has gone needs no answer.
            drop(reply.send(answer));
        }
    }
}

/// Waits for moves and takes all that wait; none when nobody will hand one in any more.
async fn take(inbox: &Inbox, group: &mut Vec<Waiting>) -> usize {
    inbox.lock().await.recv_many(group, GROUP).await
}

/// The answers of a group. Where the database refuses the group for what one of its moves holds, each is tried alone, so
/// that the others do not suffer for it.
async fn answers(line: &mut Line<'_>, asks: &[Ask]) -> Vec<Result<Verdict>> {
    let error = match patiently(line, asks).await {
        Ok(answers) => return answers,
        Err(error) => error,
    };
    tracing::warn!(%error, moves = asks.len(), "a transaction of the ledger was lost");
    if asks.len() == 1 || !matches!(error, Error::Sql(_) | Error::Corrupt { .. }) {
        return asks.iter().map(|_| Err(error.clone())).collect();
    }
    let mut answers = Vec::with_capacity(asks.len());
    for ask in asks {
        let alone = patiently(line, std::slice::from_ref(ask)).await;
        answers.push(alone.and_then(|mut answers| answers.pop().unwrap_or(Err(Error::Closed))));
    }
    answers
}

/// Writes a group, beginning again where another process was in the way.
async fn patiently(line: &mut Line<'_>, asks: &[Ask]) -> Result<Vec<Result<Verdict>>> {
    let mut tries = 1;
    loop {
        match line.transaction(asks).await {
            Err(Error::Busy) if tries < TRIES => tries = step_aside(tries).await,
            answer => return answer,
        }
    }
}

impl Line<'_> {
    async fn transaction(&mut self, asks: &[Ask]) -> Result<Vec<Result<Verdict>>> {
        let mut conn = match self.open.take() {
            Some(open) => open,
            None => self.pool.acquire().await.map_err(failure)?,
        };
        statement_begins();
        let mut open = conn.begin().await.map_err(failure)?;
        let answers = grouped::write(&mut open, asks).await?;
        statement_begins();
        open.commit().await.map_err(failure)?;
        statement_begins();
        // Kept only when all went well; after an error the pool looks at it.
        self.open = Some(conn);
        Ok(answers)
    }
}
