//! A lease in hand: renewed in the background while the batch is worked on, and the time by which the last request of
//! this worker must have left.
//!
//! Gorgias knows no fence token, so the last metre is kept by time: every permit carries a deadline inside the lease,
//! on the monotonic clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ledger::Ledger;
use protocol::{Batch, BatchId, FenceToken, Lease};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::Trouble;

/// A claimed batch.
#[derive(Debug)]
pub struct Held {
    batch: Batch,
    now: Arc<Mutex<(Lease, Instant)>>,
    lost: CancellationToken,
    /// From the last request's end to the lease's own.
    slack: Duration,
    renewal: JoinHandle<()>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

impl Held {
    /// Takes a lease in hand. `asked_at` is the instant just before the claim was sent, so that our idea of the
    /// lease's end is never later than the ledger's.
    #[must_use]
    pub fn new(ledger: Arc<dyn Ledger>, lease: Lease, lease_ms: u64, asked_at: Instant) -> Self {
        let batch = lease.batch.clone();
        let lost = CancellationToken::new();
        let now = Arc::new(Mutex::new((lease, asked_at + safe_part(lease_ms))));
        let renewal = tokio::spawn(renew(ledger, Arc::clone(&now), lost.clone(), lease_ms));
        let slack = Duration::from_millis(lease_ms - safe_ms(lease_ms));
        Self { batch, now, lost, slack, renewal }
    }

    /// The batch, as it was when claimed.
    #[must_use]
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The lease as it stands.
    #[must_use]
    pub fn lease(&self) -> Lease {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// What tells this attempt at the batch from all others.
    pub(crate) fn attempt(&self) -> (BatchId, FenceToken) {
        (self.batch.id, self.lease().fence)
    }

    /// Comes to its end when nothing may be done under this lease any more: it is another's, or it was not renewed in
    /// time and has run out by any clock.
    pub(crate) async fn ran_out(&self) {
        loop {
            let over = self.deadline() + self.slack;
            tokio::select! {
                () = self.lost.cancelled() => return,
                () = tokio::time::sleep_until(over) => {}
            }
            if self.deadline() + self.slack <= Instant::now() {
                return;
            }
        }
    }

    /// The last instant at which a request made under this lease may leave.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Whether the batch is still ours.
    ///
    /// # Errors
    /// [`Trouble::LeaseLost`] when it is not.
    pub fn check(&self) -> Result<(), Trouble> {
        if self.lost.is_cancelled() || Instant::now() >= self.deadline() {
            return Err(Trouble::LeaseLost);
        }
        Ok(())
    }
}

/// The part of a lease within which requests may leave and be answered, in ms: by its end every one of them is given up.
pub(crate) fn safe_ms(lease_ms: u64) -> u64 {
    lease_ms / 4 * 3
}

fn safe_part(lease_ms: u64) -> Duration {
    Duration::from_millis(safe_ms(lease_ms))
}

async fn renew(
    ledger: Arc<dyn Ledger>,
    now: Arc<Mutex<(Lease, Instant)>>,
    lost: CancellationToken,
    lease_ms: u64,
) {
    loop {
        tokio::time::sleep(Duration::from_millis(lease_ms / 4)).await;
        let lease = now.lock().unwrap_or_else(PoisonError::into_inner).0.clone();
        let asked_at = Instant::now();
        match ledger.renew(&lease, lease_ms).await {
            Ok(renewed) => {
                *now.lock().unwrap_or_else(PoisonError::into_inner) =
                    (renewed, asked_at + safe_part(lease_ms));
            }
            Err(ledger::Error::LeaseLost { .. }) => return lost.cancel(),
            // Not renewed this time; the deadline stands where it was and ends the work if it stays so.
            Err(error) => tracing::warn!(batch = %lease.batch.id, %error, "lease not renewed"),
        }
    }
}
