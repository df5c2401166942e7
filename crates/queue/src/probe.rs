//! A look at Redis before a fleet relies on it. Nothing is written there.

use std::time::Duration;

use redis::{Client, aio::MultiplexedConnection};
use tokio::time::{Instant, timeout};

use crate::{Error, link::KNOCK};

/// Round trips of which the quickest counts.
const ROUNDS: usize = 5;

/// What Redis says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisSeen {
    /// Its version, such as `7.0.15`.
    pub version: String,
    /// What it does when its memory is full; none when it does not say.
    pub eviction: Option<String>,
    /// The quickest of a few round trips.
    pub latency: Duration,
}

/// Looks at the Redis at `url`.
///
/// # Errors
/// [`Error::BadAddress`] when the address cannot be read, [`Error::Unavailable`] when nobody answers there.
pub async fn probe(url: &str) -> Result<RedisSeen, Error> {
    let client = Client::open(url).map_err(|_| Error::BadAddress)?;
    match timeout(KNOCK, look(&client)).await {
        Ok(seen) => seen.map_err(|error| Error::Unavailable(Box::new(error))),
        Err(late) => Err(Error::Unavailable(Box::new(late))),
    }
}

async fn look(client: &Client) -> redis::RedisResult<RedisSeen> {
    let mut connection = client.get_multiplexed_async_connection().await?;
    let server = info(&mut connection, "server").await?;
    let memory = info(&mut connection, "memory").await?;
    let mut latency = Duration::MAX;
    for _ in 0..ROUNDS {
        let asked = Instant::now();
        redis::cmd("PING").query_async::<String>(&mut connection).await?;
        latency = latency.min(asked.elapsed());
    }
    let version = line(&server, "redis_version").unwrap_or_else(|| "unknown".to_owned());
    Ok(RedisSeen { version, eviction: line(&memory, "maxmemory_policy"), latency })
}

async fn info(connection: &mut MultiplexedConnection, section: &str) -> redis::RedisResult<String> {
    redis::cmd("INFO").arg(section).query_async(connection).await
}

/// The value of a line `name:value`.
fn line(text: &str, name: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(value.trim().to_owned())
}
