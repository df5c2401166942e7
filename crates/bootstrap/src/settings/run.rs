//! Section `[run]`: how many hands, how long a lease, how many attempts.

use super::reader::Reader;

/// How the work is done.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Batches worked on at the same time.
    pub workers: usize,
    /// Records of one batch written at the same time.
    pub abreast: usize,
    /// Life of a lease without renewal, ms.
    pub lease_ms: u64,
    /// Pages of a listing per batch.
    pub batch_pages: u32,
    /// Failed attempts of one batch before it is given up.
    pub max_attempts: u32,
    /// Failed records before the migration halts.
    pub error_budget: u64,
    /// Wait before a second attempt, ms; it doubles with each further one.
    pub backoff_ms: u64,
    /// Pause between two looks for users that the map says to wait for, ms.
    pub agents_look_ms: u64,
    /// How far before the beginning of the pass before the change feeds are asked, ms; none: a delta reads everything.
    pub delta_overlap_ms: Option<u64>,
}

impl Run {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let changed = reader.choice("run.delta_reads", &[("everything", false), ("changed", true)], false);
        let overlap_ms = reader.whole("run.delta_overlap_ms", 0..=31_536_000_000);
        Self {
            delta_overlap_ms: changed.then_some(overlap_ms),
            workers: usize::try_from(reader.whole("run.workers", 1..=256)).unwrap_or(1),
            abreast: usize::try_from(reader.whole("run.abreast", 1..=256)).unwrap_or(1),
            lease_ms: reader.whole("run.lease_ms", 1_000..=3_600_000),
            batch_pages: reader.whole_u32("run.batch_pages", 1..=1_000),
            max_attempts: reader.whole_u32("run.max_attempts", 1..=1_000),
            error_budget: reader.whole("run.error_budget", 0..=1_000_000_000),
            backoff_ms: reader.whole("run.backoff_ms", 1..=3_600_000),
            agents_look_ms: reader.whole("run.agents_look_ms", 1..=3_600_000),
        }
    }
}
