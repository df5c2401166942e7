//! One connection to Redis, shared by everybody who uses a queue, made again whenever it has failed.

use std::time::Duration;

use redis::{
    AsyncConnectionConfig, Client, FromRedisValue, RedisError, ScriptInvocation, aio::MultiplexedConnection,
};
use tokio::{sync::Mutex, time::timeout};

use crate::Error;

/// How long Redis may take to let us in.
pub(crate) const KNOCK: Duration = Duration::from_secs(3);
/// How long it may take to answer. A server that writes its append-only file to a slow volume stalls for seconds.
const ANSWER: Duration = Duration::from_secs(5);

pub(crate) struct Link {
    pub(crate) client: Client,
    live: Mutex<Live>,
}

/// The connection, and how many were made so far.
#[derive(Default)]
struct Live {
    connection: Option<MultiplexedConnection>,
    made: u64,
}

impl Link {
    /// A link that connects when it is used first.
    pub(crate) fn new(client: Client) -> Self {
        Self { client, live: Mutex::default() }
    }

    /// Runs a script, in one round trip. A connection that turns out to be dead is made again once; every script here
    /// may run twice.
    pub(crate) async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, Error> {
        let (mut connection, number, fresh) = self.connection().await?;
        let error = match script.invoke_async(&mut connection).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        self.give_up(number).await;
        if fresh || !error.is_connection_dropped() {
            return Err(unavailable(error));
        }
        let (mut connection, number, _) = self.connection().await?;
        match script.invoke_async(&mut connection).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                self.give_up(number).await;
                Err(unavailable(error))
            }
        }
    }

    /// The connection, its number, and whether it was made for this call. It has answered before anything is asked of
    /// it: a frozen Redis would run, as it thaws, whatever we had sent and given up on.
    async fn connection(&self) -> Result<(MultiplexedConnection, u64, bool), Error> {
        let mut live = self.live.lock().await;
        if let Some(connection) = &live.connection {
            return Ok((connection.clone(), live.made, false));
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(KNOCK))
            .set_response_timeout(Some(ANSWER));
        let knock = async {
            let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
            redis::cmd("PING").query_async::<()>(&mut connection).await?;
            Ok(connection)
        };
        let connection = match timeout(KNOCK, knock).await {
            Ok(made) => made.map_err(unavailable)?,
            Err(elapsed) => return Err(Error::Unavailable(Box::new(elapsed))),
        };
        live.connection = Some(connection.clone());
        live.made += 1;
        if live.made > 1 {
            metrics::counter!("flotilla_queue_reconnects_total").increment(1);
        }
        Ok((connection, live.made, true))
    }

    /// Drops the connection of this number, unless somebody has made another one since.
    async fn give_up(&self, number: u64) {
        let mut live = self.live.lock().await;
        if live.made == number {
            live.connection = None;
        }
    }
}

fn unavailable(error: RedisError) -> Error {
    Error::Unavailable(Box::new(error))
}
