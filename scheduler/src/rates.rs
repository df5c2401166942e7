//! What the shared limiter says of an account, as far as deciding needs it. Whoever puts the program together hands over
//! a watch on the real limiter; nothing is asked for leave here.

use std::fmt::Debug;

use async_trait::async_trait;
use protocol::{Account, api::RateView};

/// The limiter cannot be reached; nobody sends until it is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shared limiter cannot be reached: bring Redis back, nobody sends until then")]
pub struct LimiterDown;

/// Figures of destination accounts.
#[async_trait]
pub trait RateWatch: Send + Sync + Debug {
    /// The figures of an account now.
    ///
    /// # Errors
    /// [`LimiterDown`] when they cannot be had.
    async fn figures(&self, account: &Account) -> Result<RateView, LimiterDown>;
}
