//! A limiter that remembers what the destination said of its limit, so that it can be held against the settings. It gives
//! permits as any other.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use limiter::{Limiter, LimiterError, LimiterSnapshot, LocalLimiter, Permit, Rate};
use tokio::time::Instant;

/// A local limiter that listens.
#[derive(Debug)]
pub(super) struct Heard {
    inner: LocalLimiter,
    last: Mutex<Option<(u32, u32)>>,
}

impl Heard {
    pub(super) fn new(rate: Rate) -> Self {
        Self { inner: LocalLimiter::new(rate), last: Mutex::new(None) }
    }

    /// What was last said: used, and allowed.
    pub(super) fn last(&self) -> Option<(u32, u32)> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Limiter for Heard {
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        self.inner.acquire(deadline).await
    }

    fn feedback(&self, used: u32, limit: u32) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((used, limit));
        self.inner.feedback(used, limit);
    }

    fn block_for(&self, pause: Duration) {
        self.inner.block_for(pause);
    }

    fn set_rate(&self, rate: Rate) {
        self.inner.set_rate(rate);
    }

    fn snapshot(&self) -> LimiterSnapshot {
        self.inner.snapshot()
    }
}
