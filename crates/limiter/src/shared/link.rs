//! The way to Redis: one connection for the whole process, made anew when it breaks, and no answer awaited for long.
//! Nothing here knows what is asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, Script};
use tokio::time::Instant;

use crate::LimiterError;

/// The longest wait for one answer.
const ANSWER: Duration = Duration::from_millis(1_000);
/// The longest wait for a connection.
const CONNECT: Duration = Duration::from_millis(1_000);
/// After so long without an answer the limiter counts as out of reach.
pub(super) const PATIENCE: Duration = Duration::from_millis(2_000);
/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// One connection to a server, and the name of that server's run: whoever answers on this connection is that run.
#[derive(Clone)]
struct Line {
    connection: MultiplexedConnection,
    run: Arc<str>,
    number: u64,
}

/// The way to Redis.
pub(crate) struct Link {
    client: Client,
    script: Script,
    line: tokio::sync::Mutex<Option<Line>>,
    lines: std::sync::atomic::AtomicU64,
    down: Mutex<Option<(Instant, String)>>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("unavailable_since", &self.unavailable_since()).finish_non_exhaustive()
    }
}

impl Link {
    /// A way that has not been tried yet.
    pub(crate) fn new(url: &str, script: &str) -> Result<Self, LimiterError> {
        let client = Client::open(url).map_err(|error| unavailable(&reason(&error)))?;
        let script = Script::new(script);
        Ok(Self {
            client,
            script,
            line: tokio::sync::Mutex::default(),
            lines: 0.into(),
            down: Mutex::default(),
        })
    }

    /// A name nobody else has: the server's run and the connection's number in it.
    pub(crate) async fn name(&self) -> Result<String, LimiterError> {
        let mut line = self.line().await.map_err(|error| unavailable(&reason(&error)))?;
        let id: Result<u64, _> = redis::cmd("CLIENT").arg("ID").query_async(&mut line.connection).await;
        let id = id.map_err(|error| unavailable(&reason(&error)))?;
        Ok(format!("{}.{id}", line.run.get(..12).unwrap_or(&line.run)))
    }

    /// The server's time, microseconds since 1970.
    pub(crate) async fn time_us(&self) -> Result<i64, LimiterError> {
        let mut line = self.line().await.map_err(|error| unavailable(&reason(&error)))?;
        let time: Result<(i64, i64), _> = redis::cmd("TIME").query_async(&mut line.connection).await;
        time.map(|(s, us)| s * 1_000_000 + us).map_err(|error| unavailable(&reason(&error)))
    }

    /// Runs the script: `op`, the server's run, and `args`. Tries again until its patience is over.
    pub(crate) async fn call(
        &self,
        keys: &[String],
        op: &str,
        args: &[Arg<'_>],
    ) -> Result<Vec<i64>, LimiterError> {
        let until = Instant::now() + PATIENCE;
        loop {
            let tried = tokio::time::timeout_at(until, self.once(keys, op, args)).await;
            let why = match tried {
                Ok(Ok(answer)) => {
                    self.note_up();
                    return Ok(answer);
                }
                Ok(Err(error)) => reason(&error),
                Err(_) => "no answer in time".to_owned(),
            };
            self.note_down(&why);
            if Instant::now() + PAUSE >= until {
                return Err(unavailable(&why));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Since when nothing has been answered.
    pub(crate) fn unavailable_since(&self) -> Option<Instant> {
        self.down.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(since, _)| *since)
    }

    async fn once(&self, keys: &[String], op: &str, args: &[Arg<'_>]) -> Result<Vec<i64>, RedisError> {
        let mut line = self.line().await?;
        let mut call = self.script.prepare_invoke();
        for key in keys {
            call.key(key);
        }
        call.arg(op).arg(&*line.run);
        for arg in args {
            match arg {
                Arg::Number(number) => call.arg(*number),
                Arg::Text(text) => call.arg(*text),
            };
        }
        let asked_at = Instant::now();
        let answer = call.invoke_async(&mut line.connection).await;
        metrics::histogram!("flotilla_limiter_acquire_seconds").record(asked_at.elapsed().as_secs_f64());
        if answer.as_ref().is_err_and(is_broken) {
            self.give_up(line.number).await;
        }
        answer
    }

    async fn line(&self) -> Result<Line, RedisError> {
        let mut held = self.line.lock().await;
        if let Some(line) = &*held {
            return Ok(line.clone());
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let about: String = redis::cmd("INFO").arg("server").query_async(&mut connection).await?;
        let run = about.lines().find_map(|line| line.strip_prefix("run_id:")).unwrap_or_default();
        let number = self.lines.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let line = Line { connection, run: run.trim().into(), number };
        *held = Some(line.clone());
        Ok(line)
    }

    async fn give_up(&self, number: u64) {
        let mut held = self.line.lock().await;
        if held.as_ref().is_some_and(|line| line.number == number) {
            *held = None;
        }
    }

    fn note_up(&self) {
        let gone = self.down.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((since, _)) = gone {
            metrics::gauge!("flotilla_limiter_unavailable").set(0.0);
            tracing::info!(ms = since.elapsed().as_millis(), "the shared limiter is back");
        }
    }

    fn note_down(&self, why: &str) {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        if down.is_none() {
            *down = Some((Instant::now(), why.to_owned()));
            metrics::gauge!("flotilla_limiter_unavailable").set(1.0);
            metrics::counter!("flotilla_limiter_outages_total").increment(1);
            tracing::warn!(why, "the shared limiter cannot be reached, nobody sends until it is back");
        }
    }
}

/// One word of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arg<'a> {
    /// A whole number.
    Number(i64),
    /// A word.
    Text(&'a str),
}

/// Whether another connection may do better.
fn is_broken(error: &RedisError) -> bool {
    error.is_io_error()
        || error.is_timeout()
        || error.is_connection_dropped()
        || error.is_unrecoverable_error()
        || matches!(error.code(), Some("READONLY" | "MASTERDOWN" | "LOADING"))
}

/// What went wrong, in words without address or credential.
fn reason(error: &RedisError) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_connection_refusal() {
        return "connection refused".to_owned();
    }
    match error.kind() {
        ErrorKind::Io => "connection lost".to_owned(),
        ErrorKind::AuthenticationFailed => "the credentials were refused".to_owned(),
        ErrorKind::InvalidClientConfig => "the address cannot be read".to_owned(),
        _ => format!("Redis answered {}", error.code().unwrap_or("with an error")),
    }
}

fn unavailable(reason: &str) -> LimiterError {
    LimiterError::Unavailable { reason: reason.to_owned() }
}
