//! Leave to call, for as long as the work goes on: once a migration is held, nobody who waits for a permit gets one, so
//! that a pause acts at once however long the line is.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use limiter::{Limiter, LimiterError, LimiterSnapshot, Permit, Rate};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A limiter that gives no permit once `stop` is cancelled; in all else the one it stands for.
#[derive(Debug)]
pub struct Leave {
    limiter: Arc<dyn Limiter>,
    stop: CancellationToken,
}

impl Leave {
    /// The same limiter, until `stop` is cancelled.
    #[must_use]
    pub fn until(stop: CancellationToken, limiter: Arc<dyn Limiter>) -> Self {
        Self { limiter, stop }
    }
}

#[async_trait]
impl Limiter for Leave {
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => {
                Err(LimiterError::Unavailable { reason: "the work is held".to_owned() })
            }
            permit = self.limiter.acquire(deadline) => permit,
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

    #[tokio::test]
    async fn whoever_waits_when_the_work_is_held_gets_no_permit() {
        let stop = CancellationToken::new();
        let slow: Arc<dyn Limiter> = Arc::new(LocalLimiter::new(Rate::new(1, 60_000)));
        let leave = Arc::new(Leave::until(stop.clone(), slow));
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
}
