//! What an operator can set of the corridor, as the settings say it. Both homes work with the same.

use bootstrap::Settings;
use worker::{DoubtPolicy, Knobs};

/// The knobs. `holder` names this process in leases; `waits_for_ledger`: the ledger is a server that may go and come back.
#[must_use]
pub(crate) fn of(settings: &Settings, holder: String, waits_for_ledger: bool) -> Knobs {
    Knobs {
        holder,
        lease_ms: settings.run.lease_ms,
        read_ahead: settings.source.read_ahead,
        abreast: settings.run.abreast,
        max_attempts: settings.run.max_attempts,
        backoff_ms: settings.run.backoff_ms,
        agents_look_ms: settings.run.agents_look_ms,
        error_budget: settings.run.error_budget,
        doubt: DoubtPolicy { look_at_ages_ms: settings.destination.look_at_ages_ms.clone() },
        max_file_bytes: settings.destination.max_file_bytes,
        waits_for_ledger,
    }
}
