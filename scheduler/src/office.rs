//! The office of the dispatcher: one process of the fleet holds it for a term and renews it, the others stand by.
//!
//! A term is counted on this process's own clock from before it was asked for, so that the holder leaves office before the
//! ledger gives it to somebody else. The ledger stays the truth all the same: two who decide at once would only say twice
//! what is said once, as every deed of the dispatcher may be repeated.

use std::{future::Future, sync::Arc, time::Duration};

use ledger::Ledger;
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

/// Name of the office in the ledger.
pub const DISPATCHER: &str = "dispatcher";

/// A candidate for the office, and its holder from time to time.
#[derive(Debug)]
pub(crate) struct Office {
    ledger: Arc<dyn Ledger>,
    holder: String,
    term: Duration,
    leads: watch::Sender<bool>,
}

impl Office {
    pub(crate) fn new(ledger: Arc<dyn Ledger>, holder: String, term_ms: u64) -> Self {
        let (leads, _) = watch::channel(false);
        Self { ledger, holder, term: Duration::from_millis(term_ms.max(3)), leads }
    }

    /// Tells whether this process holds the office.
    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.leads.subscribe()
    }

    /// Stands by until the office is free, holds it while `duties` lasts, and resigns when `stop` is cancelled. When the
    /// office is lost the duties are dropped where they stand, and it stands by again.
    pub(crate) async fn hold<D, F>(&self, stop: &CancellationToken, mut duties: D)
    where
        D: FnMut() -> F,
        F: Future<Output = ()>,
    {
        while !stop.is_cancelled() {
            if let Some(ends) = self.take().await {
                tracing::info!(holder = %self.holder, "this process dispatches now");
                self.leads.send_replace(true);
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.keep(ends) => tracing::warn!(holder = %self.holder, "the office of the dispatcher is lost: standing by"),
                    () = duties() => {}
                }
                self.leads.send_replace(false);
            } else {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(self.term / 6) => {}
                }
            }
        }
        if let Err(error) = self.ledger.resign(DISPATCHER, &self.holder).await {
            tracing::warn!(%error, "the office cannot be given up: it ends with its term");
        }
    }

    /// Takes or renews the office; answers until when it is held.
    async fn take(&self) -> Option<Instant> {
        let asked = Instant::now();
        let ttl = u64::try_from(self.term.as_millis()).unwrap_or(u64::MAX);
        match self.ledger.lead(DISPATCHER, &self.holder, ttl).await {
            Ok(leader) => leader.map(|_| asked + self.term),
            Err(error) => {
                tracing::warn!(%error, "the office of the dispatcher cannot be asked for");
                None
            }
        }
    }

    /// Renews the office each third of its term; ends when it is lost, or when it was not renewed in time.
    async fn keep(&self, mut ends: Instant) {
        loop {
            tokio::time::sleep(self.term / 3).await;
            match tokio::time::timeout_at(ends, self.take()).await {
                Ok(Some(later)) => ends = later,
                Ok(None) if Instant::now() < ends && !self.is_anothers().await => {}
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// Whether the ledger says that somebody else holds it; a ledger that cannot be asked says nothing.
    async fn is_anothers(&self) -> bool {
        matches!(self.ledger.leader(DISPATCHER).await, Ok(Some(leader)) if leader.holder != self.holder)
    }
}
