//! What a client has done, counted where it happens. The certificate of silence is written from these figures and
//! from the vendor's own, so nothing here is derived or estimated.

use std::sync::atomic::{AtomicU64, Ordering};

/// Figures of one account's client since its start, all clones together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Requests that got a permit and set out, those for tokens included.
    pub requests: u64,
    /// Requests among them that write.
    pub writes: u64,
    /// Answers with status 429.
    pub responses_429: u64,
    /// Messages the vendor confirmed, notes included.
    pub messages_created: u64,
    /// Internal notes the vendor confirmed.
    pub notes_created: u64,
    /// Messages that left without the time they were sent; the wire gate keeps this 0.
    pub messages_without_sent_datetime: u64,
    /// Bodies the wire gate refused.
    pub refused_by_wire_gate: u64,
    /// Calls made again: after a 429, after a refreshed token, without the import flag, and reads after a hiccup.
    pub retries: u64,
}

/// The living counters behind [`Stats`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) requests: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) responses_429: AtomicU64,
    pub(crate) messages_created: AtomicU64,
    pub(crate) notes_created: AtomicU64,
    pub(crate) messages_without_sent_datetime: AtomicU64,
    pub(crate) refused_by_wire_gate: AtomicU64,
    pub(crate) retries: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            requests: read(&self.requests),
            writes: read(&self.writes),
            responses_429: read(&self.responses_429),
            messages_created: read(&self.messages_created),
            notes_created: read(&self.notes_created),
            messages_without_sent_datetime: read(&self.messages_without_sent_datetime),
            refused_by_wire_gate: read(&self.refused_by_wire_gate),
            retries: read(&self.retries),
        }
    }
}

/// Adds to one counter.
pub(crate) fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Ordering::Relaxed);
}
