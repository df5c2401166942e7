//! What an assessment is judged under and no vendor says: the rate, the map, the seats, the day, and what was
//! acknowledged.

use protocol::{MapSpec, UnixMs, facts::Acknowledged};
use serde::{Deserialize, Serialize};

/// How often the destination may be called.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Requests per window.
    pub limit: u32,
    /// Length of a window in milliseconds.
    pub window_ms: u64,
    /// Share left to others.
    pub reserve: f64,
}

impl Rate {
    /// Requests per second that are ours: the limiter stays one below the limit in every window.
    #[must_use]
    pub fn per_s(&self) -> f64 {
        let share = (1.0 - self.reserve).clamp(0.01, 1.0);
        let ours = (f64::from(self.limit) * share - 1.0).max(0.5);
        ours * 1_000.0 / self.window_ms.max(1) as f64
    }
}

/// What an assessment is judged under.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// The destination's rate.
    pub rate: Rate,
    /// The source's highest rate, in requests per second.
    pub source_per_s: f64,
    /// The map as it stands.
    pub spec: MapSpec,
    /// Seats of the destination's plan, which no call tells.
    pub seats: Option<u64>,
    /// What was acknowledged.
    pub acknowledged: Acknowledged,
    /// The day.
    pub now: UnixMs,
}
