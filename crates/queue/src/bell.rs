//! Rings when something was pushed, so that an idle worker need not ask again and again.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use redis::{Client, RedisError, RedisResult};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};
use tokio_util::task::AbortOnDropHandle;

use crate::link::KNOCK;

/// How long a silent subscription is trusted.
const SILENCE: Duration = Duration::from_secs(15);
/// Between two attempts to subscribe. Meanwhile whoever waits looks by himself.
const AGAIN: Duration = Duration::from_millis(500);

/// A subscription of its own to the channel of a queue. However often it rings while nobody waits, it is heard once.
pub(crate) struct Bell {
    rung: Arc<Notify>,
    _listener: AbortOnDropHandle<()>,
}

impl Bell {
    /// Listens to `channel` until it is dropped, subscribing again as often as it takes.
    pub(crate) fn on(client: Client, channel: String) -> Self {
        let rung = Arc::new(Notify::new());
        let listener = tokio::spawn({
            let rung = Arc::clone(&rung);
            async move {
                loop {
                    // Why it ended does not matter: the worker finds out by itself, and says so.
                    let _ = listen(&client, &channel, &rung).await;
                    sleep(AGAIN).await;
                }
            }
        });
        Self { rung, _listener: AbortOnDropHandle::new(listener) }
    }

    /// Waits until it has rung since it was heard last.
    pub(crate) async fn rung(&self) {
        self.rung.notified().await;
    }
}

/// Listens until the subscription fails. What was pushed before it stood is worth a ring as well.
async fn listen(client: &Client, channel: &str, rung: &Notify) -> RedisResult<()> {
    let subscribed = timeout(KNOCK, async {
        let (mut sink, messages) = client.get_async_pubsub().await?.split();
        sink.subscribe(channel).await?;
        Ok::<_, RedisError>((sink, messages))
    });
    let Ok(subscribed) = subscribed.await else { return Ok(()) };
    let (mut sink, mut messages) = subscribed?;
    rung.notify_one();
    loop {
        match timeout(SILENCE, messages.next()).await {
            Ok(Some(_)) => rung.notify_one(),
            Ok(None) => return Ok(()),
            Err(_) => {
                let Ok(answer) = timeout(KNOCK, sink.ping::<()>()).await else { return Ok(()) };
                answer?;
            }
        }
    }
}
