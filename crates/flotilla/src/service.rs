//! What the services of a fleet have in common: they start although a server is away, they say when they are ready, and
//! they end when they are asked to, never because something else has ended.

use std::{fmt::Display, future::Future, sync::Arc, time::Duration};

use bootstrap::{FleetAccess, SystemClock};
use ledger::{Ledger, PostgresLedger};
use protocol::Clock as _;
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;

use crate::{failure::Failure, output::Output, service::ledger_clock::LedgerClock};

pub(crate) mod health;
pub(crate) mod ledger_clock;
pub(crate) mod outfit;
pub(crate) mod rates;

/// Name of the queue in Redis.
pub(crate) const QUEUE: &str = "flotilla:{jobs}";

/// First and longest pause between two tries to reach a server.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(5)];

/// This process's name in leases and terms: no other process has had it or will have it.
pub(crate) fn holder(role: &str, name: &str) -> String {
    format!("{name}-{role}-{}-{}", std::process::id(), SystemClock.now())
}

/// Tries until it succeeds; `None` when the service is asked to stop before.
pub(crate) async fn patiently<T, E, F>(
    what: &str,
    stop: &CancellationToken,
    mut attempt: impl FnMut() -> F,
) -> Option<T>
where
    E: Display,
    F: Future<Output = Result<T, E>>,
{
    let [mut pause, longest] = PAUSES;
    loop {
        let error = tokio::select! {
            () = stop.cancelled() => return None,
            done = attempt() => match done {
                Ok(done) => return Some(done),
                Err(error) => error,
            },
        };
        tracing::warn!(%error, retry_ms = pause.as_millis(), "{what} cannot be had yet");
        tokio::select! {
            () = stop.cancelled() => return None,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(longest);
    }
}

/// The ledger of the fleet and its clock, however long it takes to reach them; `None` when the service is asked to stop
/// before.
pub(crate) async fn ledger(
    access: &FleetAccess,
    stop: &CancellationToken,
) -> Option<(Arc<dyn Ledger>, Arc<LedgerClock>)> {
    let url = access.postgres_url.expose_secret();
    let ledger = patiently("the ledger", stop, || PostgresLedger::connect(url)).await?;
    let ledger: Arc<dyn Ledger> = Arc::new(ledger);
    let measure = || LedgerClock::of(&*ledger, Arc::new(SystemClock));
    let clock = patiently("the ledger's clock", stop, measure).await?;
    Some((ledger, Arc::new(clock)))
}

/// Says on stdout, once and in one line, that a service is ready and where it is asked.
///
/// # Errors
/// [`Failure`] when stdout cannot be written.
pub(crate) fn say_ready(output: Output, role: &str, url: &str) -> Result<(), Failure> {
    output.json(&serde_json::json!({ "ready": role, "url": url }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_away_is_waited_for_and_a_stop_ends_the_wait() {
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            let answer = if tries < 20 { Err("away") } else { Ok(tries) };
            async move { answer }
        };
        assert_eq!(patiently("it", &CancellationToken::new(), attempt).await, Some(20));

        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let attempt = move || {
            stopped.cancel();
            async { Err::<(), _>("away") }
        };
        assert_eq!(patiently("it", &stop, attempt).await, None);
    }
}
