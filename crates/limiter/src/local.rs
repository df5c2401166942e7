//! The limiter of one process. Callers sleep here until their slot; the arithmetic stands in `slots`, and
//! nothing but waiting happens in this file.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::slots::{Slots, Turn};
use crate::{Limiter, LimiterError, LimiterSnapshot, Permit, Rate};

/// A limiter for one process: slot reservation (GCRA with a burst of one) at one below the limit.
///
/// Each caller reserves its own slot, one interval after the slot before it, and sleeps until then, so a late
/// wake-up of a busy runtime loses no slot, the order is that of asking, and the share used is at least
/// `(limit - 1) / limit`. Beside the slots the permits of the last window are remembered, so that even after late
/// wake-ups no sliding window holds more than the limit.
///
/// The `governor` library was considered and is not used: at a burst of one a late wake-up of its waiters loses the
/// slot for good, a burst of two costs one call of the limit in every window, and its quota cannot change
/// while it runs, which `feedback` and `set_rate` need.
#[derive(Debug)]
pub struct LocalLimiter {
    slots: Mutex<Slots>,
    changed: Notify,
}

impl LocalLimiter {
    /// A limiter at this rate, with nobody waiting.
    pub fn new(rate: Rate) -> Self {
        Self { slots: Mutex::new(Slots::new(rate)), changed: Notify::new() }
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Limiter for LocalLimiter {
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        let asked_at = Instant::now();
        let beyond = |slot: Instant| LimiterError::Deadline { wait_ms: millis_between(asked_at, slot) };
        let id = self.slots().reserve(asked_at, deadline).map_err(beyond)?;
        let mut reservation = Held { limiter: self, id, held: true };
        loop {
            // Registered before the look, so that no change between look and sleep is missed.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let turn = self.slots().take(id, Instant::now(), deadline);
            match turn {
                Turn::Granted => {
                    reservation.held = false;
                    return Ok(Permit::new(deadline));
                }
                Turn::Beyond(slot) => {
                    reservation.held = false;
                    self.changed.notify_waiters();
                    return Err(beyond(slot));
                }
                Turn::WaitUntil(slot) => tokio::select! {
                    () = tokio::time::sleep_until(slot) => {}
                    () = changed => {}
                },
            }
        }
    }

    fn feedback(&self, used: u32, limit: u32) {
        if self.slots().feedback(Instant::now(), used, limit) {
            tracing::debug!(used, limit, "the vendor's count changed the pace");
            self.changed.notify_waiters();
        }
    }

    fn block_for(&self, pause: Duration) {
        self.slots().block(Instant::now(), pause);
        tracing::info!(pause_ms = pause.as_millis(), "the vendor asked for a pause, everybody waits");
        self.changed.notify_waiters();
    }

    fn set_rate(&self, rate: Rate) {
        self.slots().set_rate(Instant::now(), rate);
        self.changed.notify_waiters();
    }

    fn snapshot(&self) -> LimiterSnapshot {
        self.slots().snapshot(Instant::now())
    }
}

/// A reservation that is given back when its caller stops waiting.
struct Held<'a> {
    limiter: &'a LocalLimiter,
    id: u64,
    held: bool,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.held && self.limiter.slots().release(self.id) {
            self.limiter.changed.notify_waiters();
        }
    }
}

fn millis_between(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
