//! Section `[worker]`: the service that does the work. Where its health is asked, how many hands it has, how long it may
//! take to stop.

use std::net::SocketAddr;

use super::reader::Reader;

/// The worker service.
#[derive(Debug, Clone, Copy)]
pub struct Worker {
    /// Where health and metrics are served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Batches worked on at the same time, of whatever migration.
    pub jobs: usize,
    /// Records written at the same time, of all batches together.
    pub requests: usize,
    /// How long jobs in hand may take to end once the service is asked to stop, ms.
    pub drain_ms: u64,
}

impl Worker {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            listen: reader.socket("worker.listen"),
            jobs: usize::try_from(reader.whole("worker.jobs", 1..=256)).unwrap_or(1),
            requests: usize::try_from(reader.whole("worker.requests", 1..=4_096)).unwrap_or(1),
            drain_ms: reader.whole("worker.drain_ms", 0..=3_600_000),
        }
    }
}
