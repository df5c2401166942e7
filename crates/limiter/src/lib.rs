//! Leave to call a vendor: one trait, the limiter of one process and the one a fleet shares. Whoever wants to call a
//! rate-limited account asks here first and waits for a [`Permit`]. Nothing is ever sent from this room, no call is
//! counted twice, and waiting is never an error by itself: only a deadline that cannot be kept is.

#![deny(missing_docs)]

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod foreign;
mod local;
mod quiet;
mod rate;
mod shared;
mod slots;

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

pub use local::LocalLimiter;
pub use quiet::{Quiet, reserve_at};
pub use rate::Rate;
pub use shared::{AccountFigures, RedisLimiters};

/// Gives out permits to call one account, no faster than the account allows.
///
/// The contract every backend keeps (`conformance` checks it):
/// - in any sliding window of [`Rate::window_ms`] at most [`Rate::limit`] permits are given;
/// - callers are served in the order of their asking; where several migrations share an account, the turns go round
///   those that wait, and the order is that within each;
/// - after [`Limiter::block_for`] nobody gets a permit until the block is over, whoever asked before or after;
/// - a caller who stops waiting (drops the future) holds nobody else up;
/// - when a shared backend cannot be reached nobody gets a permit.
#[async_trait]
pub trait Limiter: Send + Sync + Debug {
    /// Waits for leave to make one call. The deadline is the last instant the call's bytes may leave.
    ///
    /// # Errors
    /// [`LimiterError::Deadline`] as soon as it is clear that the slot lies beyond the deadline (without waiting
    /// for it), [`LimiterError::Unavailable`] when a shared limiter is out of reach.
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError>;

    /// Tells what the vendor counts: `used` of `limit` calls, by whomever (`X-Gorgias-Account-Api-Call-Limit`).
    fn feedback(&self, used: u32, limit: u32);

    /// Pauses everybody who shares this limiter for `pause` from now (`Retry-After`).
    fn block_for(&self, pause: Duration);

    /// Changes the rate while calls are waiting; they are re-ordered to the new pace at once.
    fn set_rate(&self, rate: Rate);

    /// The figures of this moment, for reports and for tests.
    fn snapshot(&self) -> LimiterSnapshot;
}

/// Leave to make exactly one call. It cannot be copied: one permit, one call.
#[derive(Debug)]
#[must_use = "a permit that is not used is a call the account could have made"]
pub struct Permit {
    deadline: Instant,
}

impl Permit {
    /// A permit for a call whose bytes must leave before `deadline`. For backends of [`Limiter`] only.
    pub fn new(deadline: Instant) -> Self {
        Self { deadline }
    }

    /// The last instant the call's bytes may leave.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// True while the call may still leave.
    pub fn is_valid_at(&self, now: Instant) -> bool {
        now < self.deadline
    }
}

/// Why no permit was given. Neither is a failure of the call that wanted one: it was never made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimiterError {
    /// The next free slot lies beyond the caller's deadline.
    #[error("the next free slot is {wait_ms} ms away, beyond the deadline; take the work up again later")]
    Deadline {
        /// How long the wait for the slot would have been, in milliseconds.
        wait_ms: u64,
    },
    /// A shared limiter cannot be reached; nobody sends until it is back.
    #[error("the shared limiter cannot be reached ({reason}); nobody sends until it is back")]
    Unavailable {
        /// What went wrong, without addresses or credentials.
        reason: String,
    },
}

/// The figures of a limiter at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct LimiterSnapshot {
    /// Permits given since the start.
    pub granted: u64,
    /// Callers waiting now.
    pub waiting: usize,
    /// Since when the longest waiting caller waits.
    pub waiting_since: Option<Instant>,
    /// Time all callers together spent waiting for the permits they got, in milliseconds.
    pub waited_ms_total: u64,
    /// How often [`Limiter::block_for`] was called.
    pub blocks: u64,
    /// The sum of the pauses asked for by [`Limiter::block_for`], in milliseconds.
    pub blocked_ms_total: u64,
    /// The end of the present block; `None` when calls may be made.
    pub blocked_until: Option<Instant>,
    /// Calls of others within the window, as far as the vendor's feedback shows them.
    pub foreign: u32,
    /// The rate in force, as configured.
    pub rate: Rate,
    /// The time between two permits at this moment, after reserve and foreign traffic.
    pub interval: Duration,
    /// Since when a shared limiter is out of reach; `None` when it answers, and for the limiter of one process.
    pub unavailable_since: Option<Instant>,
}
