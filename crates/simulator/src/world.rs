//! Everything one simulator holds, shared by its routers. Only a room for the parts; each part guards itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use crate::atera;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::gorgias;
use crate::request_log::RequestLog;
use crate::settings::Settings;
use crate::snapshot::Saved;

/// The world as handlers hold it.
pub(crate) type Shared = Arc<World>;

/// Both accounts, the log, the faults and the switches.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) log: RequestLog,
    pub(crate) faults: Faults,
    pub(crate) gorgias: gorgias::Account,
    pub(crate) atera: Arc<atera::Account>,
    pub(crate) gorgias_address: SocketAddr,
    pub(crate) latency_ms: u64,
    pub(crate) settings: RwLock<Settings>,
    pub(crate) snapshots: Mutex<BTreeMap<String, Saved>>,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl World {
    /// The switches as they stand now.
    pub(crate) fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves the switches.
    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The saved snapshots by name.
    pub(crate) fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, Saved>> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits, but never longer than the simulator runs.
    pub(crate) async fn pause(&self, length: Duration) {
        if length.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(length) => {}
            () = self.stopped() => {}
        }
    }

    /// Completes once the simulator is being stopped.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // An error means that the simulator itself is gone, which is a stop too.
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}
