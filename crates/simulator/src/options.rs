//! How a simulator is started: seed, size, addresses, rate. Nothing here changes after the start; what may
//! change while it runs stands in `settings`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::settings::Settings;

/// What a simulator is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Everything random follows from this number; equal seeds give equal accounts.
    pub seed: u64,
    /// Tickets in the Atera account; the other kinds grow with it.
    pub tickets: u32,
    /// Where the Atera API listens; port 0 picks a free one.
    pub atera: SocketAddr,
    /// Where the Gorgias API and the admin routes listen; port 0 picks a free one.
    pub gorgias: SocketAddr,
    /// Gorgias' leaky bucket. The default is that of an API key: 40 requests in 20 s.
    pub rate: Rate,
    /// The limit of the Atera account; none by default, since the vendor publishes none.
    pub atera_rate: Option<Rate>,
    /// Every switch that may also be moved while the simulator runs.
    pub settings: Settings,
    /// Time each answer of either API is held back, in milliseconds.
    pub latency_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        let anywhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            seed: 7,
            tickets: 500,
            atera: anywhere,
            gorgias: anywhere,
            rate: Rate::default(),
            atera_rate: None,
            settings: Settings::default(),
            latency_ms: 0,
        }
    }
}

/// A limit of requests within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Requests the bucket holds.
    pub limit: u32,
    /// Time in which a full bucket empties, in milliseconds.
    pub window_ms: u64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { limit: 40, window_ms: 20_000 }
    }
}

impl Rate {
    /// Requests a second the bucket sustains.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        f64::from(self.limit) * 1000.0 / self.window_ms.max(1) as f64
    }
}
