//! The probe of production: it counts how often the corridor passed each point, and does nothing else.

use std::sync::atomic::{AtomicU64, Ordering};

use protocol::{ObjectKind, Probe, StepPoint};

/// Counts per point.
#[derive(Debug, Default)]
pub struct Counting {
    counts: [AtomicU64; StepPoint::ALL.len()],
}

impl Counting {
    /// How often the point was passed.
    pub fn count(&self, point: StepPoint) -> u64 {
        self.counts[point as usize].load(Ordering::Relaxed)
    }
}

impl Probe for Counting {
    fn reached(&self, _: ObjectKind, point: StepPoint) {
        self.counts[point as usize].fetch_add(1, Ordering::Relaxed);
    }
}
