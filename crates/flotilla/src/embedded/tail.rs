//! What a run leaves behind beside the ledger: figures of what this process sent.

use serde::{Deserialize, Serialize};

/// What this process did at the vendors, by its own count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFigures {
    /// Requests to the destination.
    pub requests: u64,
    /// Of them, those that write.
    pub writes: u64,
    /// Answers 429.
    pub responses_429: u64,
    /// Messages posted.
    pub messages: u64,
    /// Of them, internal notes.
    pub notes: u64,
    /// Messages that left without the time they were sent: the wire gate keeps this 0.
    pub messages_without_sent_datetime: u64,
    /// Reads at the source.
    pub source_requests: u64,
}

pub(crate) fn figures(gorgias: &gorgias::Client, atera: &atera::Client) -> RunFigures {
    let stats = gorgias.stats();
    RunFigures {
        requests: stats.requests,
        writes: stats.writes,
        responses_429: stats.responses_429,
        messages: stats.messages_created,
        notes: stats.notes_created,
        messages_without_sent_datetime: stats.messages_without_sent_datetime,
        source_requests: atera.requests(),
    }
}
