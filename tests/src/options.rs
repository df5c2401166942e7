//! What a stack is started with: the simulated account, and settings above those that make a small account quick.

use simulator::{Options, Rate};
use toml::Value;

/// What a stack is started with.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// The stand-in of both vendors.
    pub simulator: Options,
    /// Settings by dotted key, above the stack's own.
    pub settings: Vec<(String, Value)>,
    /// Scheduler processes of a fleet.
    pub schedulers: usize,
    /// Worker processes of a fleet.
    pub workers: usize,
    /// Lease of a batch and the longest request inside it, in a fleet, in ms.
    pub lease_ms: (u32, u32),
    /// Passwords that stand in the addresses of Redis and PostgreSQL, in a fleet.
    pub passwords: Option<[&'static str; 2]>,
}

impl StackOptions {
    /// A quick stack with this many tickets. Every kind of trap needs 60.
    #[must_use]
    pub fn tickets(tickets: u32) -> Self {
        let simulator =
            Options { tickets, rate: Rate { limit: 5_000, window_ms: 1_000 }, ..Options::default() };
        Self {
            simulator,
            settings: Vec::new(),
            schedulers: 1,
            workers: 3,
            lease_ms: (20_000, 8_000),
            passwords: None,
        }
    }

    /// Everything random follows from this number.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.simulator.seed = seed;
        self
    }

    /// The destination's limit, which the program is told too.
    #[must_use]
    pub fn rate(mut self, limit: u32, window_ms: u64) -> Self {
        self.simulator.rate = Rate { limit, window_ms };
        self
    }

    /// This many scheduler and worker processes, in a fleet.
    #[must_use]
    pub fn processes(mut self, schedulers: usize, workers: usize) -> Self {
        (self.schedulers, self.workers) = (schedulers, workers);
        self
    }

    /// Leases so short, in a fleet, that a takeover costs seconds.
    #[must_use]
    pub fn short_leases(mut self) -> Self {
        self.lease_ms = (5_000, 2_500);
        self
    }

    /// A fleet whose servers are reached with these passwords, of Redis and of PostgreSQL.
    #[must_use]
    pub fn passwords(mut self, redis: &'static str, postgres: &'static str) -> Self {
        self.passwords = Some([redis, postgres]);
        self
    }

    /// One setting of the program, by dotted key.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.settings.push((key.to_owned(), value.into()));
        self
    }
}
