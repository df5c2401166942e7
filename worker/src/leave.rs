//! Leave to call, for as long as the work goes on: once a migration is held, nobody who waits for a permit gets one, so
//! that a pause acts at once however long the line is. And whoever has not looked lately whether the work is held gets
//! none either, so that a pause acts in time however slow everything else has become.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use limiter::{Limiter, LimiterError, LimiterSnapshot, Permit, Rate};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;

/// A look that began longer ago says nothing any more. With the time a call is on its way it keeps the promise that a
/// pause acts within two seconds.
const FRESH: Duration = Duration::from_millis(1_500);

/// Whether the work on a migration goes on, as far as this process knows.
#[derive(Debug, Clone)]
pub struct Going {
    stop: CancellationToken,
    looked: watch::Receiver<Option<Instant>>,
}

impl Going {
    /// Work that goes on until `stop` is cancelled. `looked` tells when the last look began that would have found it held;
    /// `None` as long as nobody watches.
    #[must_use]
    pub fn until(stop: CancellationToken, looked: watch::Receiver<Option<Instant>>) -> Self {
        Self { stop, looked }
    }

    /// Is cancelled when the work is held.
    #[must_use]
    pub fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    fn is_fresh(looked: Option<Instant>) -> bool {
        looked.is_none_or(|begun| begun.elapsed() < FRESH)
    }

    /// Waits until somebody has looked lately.
    async fn looked_lately(&self) {
        // Whoever watched and is gone leaves its last look behind, and that grows old: then nobody calls any more.
        if self.looked.clone().wait_for(|looked| Self::is_fresh(*looked)).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// A limiter that gives no permit once the work is held; in all else the one it stands for.
#[derive(Debug)]
pub struct Leave {
    limiter: Arc<dyn Limiter>,
    going: Going,
}

impl Leave {
    /// The same limiter, for as long as the work goes on.
    #[must_use]
    pub fn while_going(going: Going, limiter: Arc<dyn Limiter>) -> Self {
        Self { limiter, going }
    }

    async fn granted(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        loop {
            let looked = timeout_at(deadline, self.going.looked_lately()).await;
            looked.map_err(|_| LimiterError::Deadline { wait_ms: 0 })?;
            let permit = self.limiter.acquire(deadline).await?;
            if Going::is_fresh(*self.going.looked.borrow()) {
                return Ok(permit);
            }
            // The permit is let go by: it counts as used.
            tracing::warn!("whether the work is held cannot be found out in time: nobody calls until it can");
        }
    }
}

#[async_trait]
impl Limiter for Leave {
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        tokio::select! {
            biased;
            () = self.going.stop.cancelled() => {
                Err(LimiterError::Unavailable { reason: "the work is held".to_owned() })
            }
            permit = self.granted(deadline) => permit,
        }
    }

    fn feedback(&self, used: u32, limit: u32) {
        self.limiter.feedback(used, limit);
    }

    fn block_for(&self, pause: Duration) {
        self.limiter.block_for(pause);
    }

    fn set_rate(&self, rate: Rate) {
        self.limiter.set_rate(rate);
    }

    fn snapshot(&self) -> LimiterSnapshot {
        self.limiter.snapshot()
    }
}

#[cfg(test)]
mod tests {
    use limiter::LocalLimiter;

    use super::*;

    /// A limiter of its own, the going it hangs on, and whoever says when the last look was.
    fn leave(rate: Rate) -> (Arc<Leave>, CancellationToken, watch::Sender<Option<Instant>>) {
        let (stop, (looked, heard)) = (CancellationToken::new(), watch::channel(None));
        let limiter: Arc<dyn Limiter> = Arc::new(LocalLimiter::new(rate));
        (Arc::new(Leave::while_going(Going::until(stop.clone(), heard), limiter)), stop, looked)
    }

    #[tokio::test]
    async fn whoever_waits_when_the_work_is_held_gets_no_permit() {
        let (leave, stop, _looked) = leave(Rate::new(1, 60_000));
        let far = Instant::now() + Duration::from_secs(3_600);
        assert!(leave.acquire(far).await.is_ok());
        let waiting = Arc::clone(&leave);
        let waiting = tokio::spawn(async move { waiting.acquire(far).await });
        while leave.snapshot().waiting == 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        assert!(matches!(waiting.await.unwrap(), Err(LimiterError::Unavailable { .. })));
        assert!(leave.acquire(far).await.is_err());
        assert_eq!(leave.snapshot().granted, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_calls_who_has_not_looked_lately_whether_the_work_is_held() {
        let (leave, _stop, looked) = leave(Rate::new(1, 1_000));
        let far = Instant::now() + Duration::from_secs(3_600);
        looked.send_replace(Some(Instant::now()));
        assert!(leave.acquire(far).await.is_ok());
        tokio::time::advance(FRESH).await;
        let soon = Instant::now() + Duration::from_secs(60);
        assert!(matches!(leave.acquire(soon).await, Err(LimiterError::Deadline { .. })));
        // One who already waits gets none either, when his turn comes after the last look has grown old.
        looked.send_replace(Some(Instant::now()));
        assert!(leave.acquire(far).await.is_ok());
        leave.block_for(2 * FRESH);
        let waiting = Arc::clone(&leave);
        let waiting = tokio::spawn(async move { waiting.acquire(far).await });
        tokio::time::sleep(4 * FRESH).await;
        assert!(!waiting.is_finished());
        looked.send_replace(Some(Instant::now()));
        assert!(waiting.await.unwrap().is_ok());
    }
}
