//! The fleet's queue: a few keys and five short scripts in Redis, and nothing in it that has to survive.
//!
//! `<name>:turns` is a sorted set of the migrations that wait, by whose turn it is. Of each of them, `<name>:order:<id>`
//! is a sorted set of batches by the time they were pushed, and `<name>:envelopes:<id>` a hash of their envelopes. A
//! job that is handed over leaves nothing behind.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use futures::stream;
use protocol::{Job, MigrationId};
use redis::{Client, Script};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{Error, Handler, Queue, bell::Bell, count_handed_over, count_pushed, feed, link::Link};

/// How often an idle worker looks although no bell has rung: one may ring while the subscription is made again.
const LOOK: Duration = Duration::from_secs(1);
/// Between two attempts to reach a Redis that is away: the first, doubling up to the last.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long a stop waits for an answer that is on its way.
const GRACE: Duration = Duration::from_secs(1);

/// A queue in Redis, shared by every process that uses the same name.
#[derive(Clone)]
pub struct RedisQueue {
    shared: Arc<Shared>,
}

struct Shared {
    name: String,
    link: Link,
    push: Script,
    claim: Script,
    forget: Script,
    depth: Script,
    ended: Script,
    /// Rings when a job has ended; made when somebody asks.
    ended_bell: OnceLock<Bell>,
}

/// A job as it came off the queue.
struct Claimed {
    envelope: String,
    since: u64,
    waited: Duration,
}

impl fmt::Debug for RedisQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisQueue").field("name", &self.shared.name).finish_non_exhaustive()
    }
}

impl RedisQueue {
    /// The queue of this name in the Redis at `url`. Nothing is sent yet: Redis may be away, and come later.
    ///
    /// The name carries a hash tag, as in `flotilla:{jobs}`, so that its keys stay together in a Redis cluster.
    ///
    /// # Errors
    /// [`Error::BadAddress`] when the address cannot be read.
    pub fn connect(url: &str, name: &str) -> Result<Self, Error> {
        let client = Client::open(url).map_err(|_| Error::BadAddress)?;
        let shared = Shared {
            name: name.to_owned(),
            link: Link::new(client),
            push: Script::new(include_str!("scripts/push.lua")),
            claim: Script::new(include_str!("scripts/claim.lua")),
            forget: Script::new(include_str!("scripts/forget.lua")),
            depth: Script::new(include_str!("scripts/depth.lua")),
            ended: Script::new(include_str!("scripts/ended.lua")),
            ended_bell: OnceLock::new(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }
}

impl Shared {
    fn turns(&self) -> String {
        format!("{}:turns", self.name)
    }

    fn order(&self, migration: &MigrationId) -> String {
        format!("{}:order:{migration}", self.name)
    }

    fn envelopes(&self, migration: &MigrationId) -> String {
        format!("{}:envelopes:{migration}", self.name)
    }

    fn bell(&self) -> String {
        format!("{}:bell", self.name)
    }

    fn ended_channel(&self) -> String {
        format!("{}:ended", self.name)
    }

    /// Says that a job has ended.
    async fn tell_ended(&self) {
        let mut call = self.ended.prepare_invoke();
        call.key(self.turns()).arg(self.ended_channel());
        // Whoever does not hear of it looks by himself.
        let _ = self.link.run::<u64>(&call).await;
    }

    /// Puts a job on the queue; answers whether its batch was not waiting yet.
    async fn put(&self, job: &Job, since: Option<u64>) -> Result<bool, Error> {
        let mut call = self.push.prepare_invoke();
        call.key(self.turns()).key(self.order(&job.migration)).key(self.envelopes(&job.migration));
        call.arg(job.migration.to_string()).arg(job.batch.0).arg(job.encode()).arg(self.bell());
        call.arg(since.map(|since| since.to_string()).unwrap_or_default());
        self.link.run(&call).await
    }

    async fn claim(&self) -> Result<Option<Claimed>, Error> {
        let mut call = self.claim.prepare_invoke();
        call.key(self.turns()).arg(format!("{}:", self.name));
        let claimed: Option<(Vec<u8>, u64, i64)> = self.link.run(&call).await?;
        Ok(claimed.map(|(envelope, since, waited)| Claimed {
            envelope: String::from_utf8_lossy(&envelope).into_owned(),
            since,
            // The clock of Redis may have been set back.
            waited: Duration::from_micros(u64::try_from(waited).unwrap_or(0)),
        }))
    }
}

/// Does the jobs, and says when one has ended.
struct Telling {
    handler: Arc<dyn Handler>,
    shared: Arc<Shared>,
}

#[async_trait]
impl Handler for Telling {
    async fn handle(&self, job: Job) {
        self.handler.handle(job).await;
        let shared = Arc::clone(&self.shared);
        // The next job does not wait for it.
        tokio::spawn(async move { shared.tell_ended().await });
    }
}

/// Whoever serves: takes the next job, and waits for it.
struct Server {
    shared: Arc<Shared>,
    bell: Bell,
    stop: CancellationToken,
}

impl Server {
    /// The next job; none once `stop` is cancelled.
    async fn next(&self) -> Option<Job> {
        let (mut away, mut pause) = (false, PAUSE);
        while !self.stop.is_cancelled() {
            match self.claim().await? {
                Ok(claimed) => {
                    if std::mem::take(&mut away) {
                        tracing::info!("the queue is back");
                        pause = PAUSE;
                    }
                    match claimed {
                        Some(claimed) => {
                            if let Some(job) = self.hand_over(claimed).await {
                                return Some(job);
                            }
                        }
                        None => self.idle(LOOK).await,
                    }
                }
                Err(error) => {
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(error = why(&error), "the queue is away: waiting for it");
                    }
                    tokio::select! {
                        () = self.stop.cancelled() => {}
                        () = sleep(pause) => {}
                    }
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
            }
        }
        None
    }

    /// Asks for a job. A claim is not broken off, for a job that comes off the queue then would be in nobody's hands;
    /// but a stop waits no longer for a Redis that does not answer than [`GRACE`].
    async fn claim(&self) -> Option<Result<Option<Claimed>, Error>> {
        let out_of_patience = async {
            self.stop.cancelled().await;
            sleep(GRACE).await;
        };
        tokio::select! {
            claimed = self.shared.claim() => Some(claimed),
            () = out_of_patience => None,
        }
    }

    async fn idle(&self, longest: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.bell.rung() => {}
            () = sleep(longest) => {}
        }
    }

    /// Reads the envelope. A job that cannot be read is dropped: the ledger still knows its batch. One that came off the
    /// queue as `stop` was cancelled goes back to its place.
    async fn hand_over(&self, claimed: Claimed) -> Option<Job> {
        let job = match Job::decode(&claimed.envelope) {
            Ok(job) => job,
            Err(error) => {
                tracing::warn!(%error, "job dropped");
                return None;
            }
        };
        if self.stop.is_cancelled() {
            if let Err(error) = self.shared.put(&job, Some(claimed.since)).await {
                tracing::debug!(batch = %job.batch, error = why(&error), "job not put back: it is pushed again");
            }
            return None;
        }
        count_handed_over(claimed.waited);
        Some(job)
    }
}

/// What Redis, or the way to it, said.
fn why(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

#[async_trait]
impl Queue for RedisQueue {
    async fn push(&self, job: &Job) -> Result<(), Error> {
        if self.shared.put(job, None).await? {
            count_pushed();
        }
        Ok(())
    }

    async fn serve(
        &self,
        name: &str,
        concurrency: usize,
        handler: Arc<dyn Handler>,
        stop: CancellationToken,
    ) -> Result<(), Error> {
        let shared = Arc::clone(&self.shared);
        let bell = Bell::on(shared.link.client.clone(), shared.bell());
        let handler = Arc::new(Telling { handler, shared: Arc::clone(&shared) });
        let server = Server { shared, bell, stop };
        let jobs =
            stream::unfold(server, |server| async move { server.next().await.map(|job| (job, server)) });
        feed::work(name, concurrency, jobs, handler).await
    }

    async fn forget(&self, migration: &MigrationId) -> Result<(), Error> {
        let mut call = self.shared.forget.prepare_invoke();
        call.key(self.shared.turns()).key(self.shared.order(migration)).key(self.shared.envelopes(migration));
        call.arg(migration.to_string());
        self.shared.link.run(&call).await
    }

    async fn job_ended(&self) {
        let shared = &self.shared;
        let bell =
            shared.ended_bell.get_or_init(|| Bell::on(shared.link.client.clone(), shared.ended_channel()));
        bell.rung().await;
    }

    async fn depth(&self) -> Result<u64, Error> {
        let mut call = self.shared.depth.prepare_invoke();
        call.key(self.shared.turns()).arg(format!("{}:", self.shared.name));
        self.shared.link.run(&call).await
    }
}
