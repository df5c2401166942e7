//! How a program is asked to stop: the first signal lets it drain, the second ends it at once. Never a file or a ledger
//! is touched here; whoever drains does that.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Exit code of a program that a signal ended.
pub const INTERRUPTED: i32 = 130;

/// The wish to stop, shared by everything that runs.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    drain: CancellationToken,
    signalled: Arc<AtomicBool>,
}

impl Shutdown {
    /// A wish that only the program itself can utter.
    #[must_use]
    pub fn by_hand() -> Self {
        Self::default()
    }

    /// Listens to SIGINT and SIGTERM from now on. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Signals`] when a handler cannot be installed.
    pub fn on_signals() -> Result<Self, Error> {
        let shutdown = Self::default();
        let mut signals = Signals::listen().map_err(Error::Signals)?;
        let heard = shutdown.clone();
        tokio::spawn(async move {
            signals.next().await;
            heard.signalled.store(true, Ordering::SeqCst);
            heard.drain.cancel();
            tracing::warn!("stopping: what is under way is finished first; a second signal stops at once");
            signals.next().await;
            process::exit(INTERRUPTED);
        });
        Ok(shutdown)
    }

    /// Cancelled as soon as no new work is to begin.
    #[must_use]
    pub fn drain(&self) -> &CancellationToken {
        &self.drain
    }

    /// Whether a signal (not the program itself) asked to stop.
    #[must_use]
    pub fn was_signalled(&self) -> bool {
        self.signalled.load(Ordering::SeqCst)
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
