//! Every figure there is. No label ever holds an id, an address or a customer's word: each has few values.

/// What a figure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counted by size; times are in seconds and end in `_seconds`.
    Histogram,
}

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub kind: Kind,
    /// What it says, and its unit.
    pub help: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
}

const fn row(name: &'static str, kind: Kind, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind, help, labels }
}

/// The table, by name.
pub const TABLE: &[Metric] = &[
    row(
        "flotilla_api_requests_total",
        Kind::Counter,
        &["method", "class"],
        "Requests to the API, by method and class of the answer.",
    ),
    row(
        "flotilla_batches_total",
        Kind::Counter,
        &["step", "kind", "outcome"],
        "Attempts at batches, by how they ended: done, retried, waiting, dead, halted, handed_back or lost.",
    ),
    row("flotilla_desired_workers", Kind::Gauge, &[], "Workers wanted, as an autoscaler is told."),
    row(
        "flotilla_freeze_alarms_total",
        Kind::Counter,
        &[],
        "Deltas that found the source changed after its freeze.",
    ),
    row(
        "flotilla_leader",
        Kind::Gauge,
        &[],
        "1 while this process holds the office of the dispatcher, else 0.",
    ),
    row(
        "flotilla_ledger_write_seconds",
        Kind::Histogram,
        &["call"],
        "Time of one durable move of a record in the ledger (intend or settle), in seconds.",
    ),
    row(
        "flotilla_limiter_acquire_seconds",
        Kind::Histogram,
        &[],
        "Time of one question to the shared limiter, in seconds.",
    ),
    row(
        "flotilla_limiter_blocks_total",
        Kind::Counter,
        &[],
        "Pauses a vendor asked for, heard by this process.",
    ),
    row("flotilla_limiter_outages_total", Kind::Counter, &[], "Times the shared limiter went out of reach."),
    row(
        "flotilla_limiter_unavailable",
        Kind::Gauge,
        &[],
        "1 while the shared limiter is out of reach and nobody sends, else 0.",
    ),
    row(
        "flotilla_limiter_wait_seconds",
        Kind::Histogram,
        &[],
        "Wait for a permit that was granted, in seconds.",
    ),
    row("flotilla_limiter_waiting", Kind::Gauge, &[], "Callers of this process that wait for a permit."),
    row(
        "flotilla_queue_handed_over_total",
        Kind::Counter,
        &[],
        "Jobs handed over to a handler of this process.",
    ),
    row("flotilla_queue_pushed_total", Kind::Counter, &[], "Jobs pushed by this process."),
    row(
        "flotilla_queue_reconnects_total",
        Kind::Counter,
        &[],
        "Times the connection to the queue was made anew.",
    ),
    row("flotilla_queue_wait_seconds", Kind::Histogram, &[], "Time a job waited on the queue, in seconds."),
    row("flotilla_ready_jobs", Kind::Gauge, &[], "Batches that could be worked on now."),
    row(
        "flotilla_reconcile_errors_total",
        Kind::Counter,
        &[],
        "Looks at a migration that failed; the next tick looks again.",
    ),
    row(
        "flotilla_records_total",
        Kind::Counter,
        &["kind", "outcome"],
        "Records accounted for by this process, by outcome.",
    ),
    row(
        "flotilla_request_seconds",
        Kind::Histogram,
        &["api", "route"],
        "Time of one request to a vendor without the wait for its permit, in seconds.",
    ),
    row(
        "flotilla_requests_total",
        Kind::Counter,
        &["api", "route", "status"],
        "Requests to a vendor, by class of the answer (2xx to 5xx, or none).",
    ),
    row(
        "flotilla_spans_total",
        Kind::Counter,
        &["outcome"],
        "Spans, by whether the collector took them: sent, refused or queue_full.",
    ),
    row("flotilla_throttled_total", Kind::Counter, &["api"], "Answers 429 of a vendor."),
];
