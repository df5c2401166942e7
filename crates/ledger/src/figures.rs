//! What a ledger counts, whatever it is kept in.

use std::time::Duration;

use protocol::{ObjectKind, Outcome};

/// A record is accounted for.
pub(crate) fn settled(kind: ObjectKind, outcome: Outcome) {
    metrics::counter!("flotilla_records_total", "kind" => kind.name(), "outcome" => outcome.name())
        .increment(1);
}

/// One durable move of a record, from the call to the answer.
pub(crate) fn written(call: &'static str, took: Duration) {
    metrics::histogram!("flotilla_ledger_write_seconds", "call" => call).record(took);
}
