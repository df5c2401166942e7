//! The ledger's clock in this process: leases end by it, so whoever reckons with their ends reckons by it too. The
//! machine's own clock gives the pace, the ledger corrects it at the start and every minute.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use ledger::Ledger;
use protocol::{Clock, UnixMs};
use tokio_util::sync::CancellationToken;

/// How often the difference is measured.
const EVERY: Duration = Duration::from_secs(60);

/// A difference worth a word in the log, ms.
const NOTABLE_MS: u64 = 1_000;

/// A clock corrected to the ledger's.
#[derive(Debug)]
pub(crate) struct LedgerClock {
    machine: Arc<dyn Clock>,
    ahead_ms: AtomicI64,
}

impl LedgerClock {
    /// Measures the difference.
    ///
    /// # Errors
    /// The ledger's, when it cannot be asked.
    pub(crate) async fn of(ledger: &dyn Ledger, machine: Arc<dyn Clock>) -> ledger::Result<Self> {
        let clock = Self { machine, ahead_ms: AtomicI64::new(0) };
        clock.measure(ledger).await?;
        Ok(clock)
    }

    /// Measures again every minute until `stop` is cancelled; while the ledger is away the last difference counts.
    pub(crate) async fn follow(&self, ledger: &dyn Ledger, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.measure(ledger).await {
                tracing::warn!(%error, "the ledger's clock cannot be asked: the last difference counts");
            }
        }
    }

    /// The answer was made half way between question and arrival, as far as one can tell.
    async fn measure(&self, ledger: &dyn Ledger) -> ledger::Result<()> {
        let asked = self.machine.now();
        let theirs = ledger.now().await?;
        let ours = asked.plus_ms(self.machine.now().since(asked) / 2);
        let ahead = theirs.0.saturating_sub(ours.0);
        if ahead.unsigned_abs() >= NOTABLE_MS {
            tracing::warn!(
                ahead_ms = ahead,
                "this machine's clock differs from the ledger's: the ledger's counts"
            );
        }
        self.ahead_ms.store(ahead, Ordering::Relaxed);
        Ok(())
    }
}

impl Clock for LedgerClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.machine.now().0.saturating_add(self.ahead_ms.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use ledger::SqliteLedger;

    use super::*;

    #[derive(Debug)]
    struct At(AtomicI64);

    impl Clock for At {
        fn now(&self) -> UnixMs {
            UnixMs(self.0.load(Ordering::Relaxed))
        }
    }

    #[tokio::test]
    async fn a_machine_whose_clock_is_off_reckons_by_the_ledgers() {
        let folder = tempfile::tempdir().unwrap();
        let of_ledger: Arc<dyn Clock> = Arc::new(At(AtomicI64::new(1_000_000)));
        let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), of_ledger).await.unwrap();
        let machine = Arc::new(At(AtomicI64::new(400)));
        let clock = LedgerClock::of(&ledger, Arc::<At>::clone(&machine)).await.unwrap();
        assert_eq!(clock.now(), UnixMs(1_000_000));
        machine.0.store(900, Ordering::Relaxed);
        assert_eq!(clock.now(), UnixMs(1_000_500));
    }
}
