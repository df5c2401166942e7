//! What every program needs before it can begin: settings, clock, log, traces, metrics, and the way to stop.
//!
//! The only room that reads the process environment and the machine's clock, and the only one that knows OpenTelemetry and
//! Prometheus. No vendor, no business rule ever enters here; the one address ever called is the traces' collector.

pub mod clock;
pub mod environment;
pub mod error;
pub mod metrics;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod trace;

pub use clock::SystemClock;
pub use environment::Environment;
pub use error::{Error, Problem};
pub use settings::{Access, Credentials, FleetAccess, Role, Settings};
pub use shutdown::Shutdown;
