//! What every program needs before it can begin: settings, clock, log, and the way to stop.
//!
//! The only room that reads the process environment and the machine's clock. No network, no vendor, no business rule
//! ever enters here.

pub mod clock;
pub mod environment;
pub mod error;
pub mod settings;
pub mod shutdown;
pub mod telemetry;

pub use clock::SystemClock;
pub use environment::Environment;
pub use error::{Error, Problem};
pub use settings::{Access, Credentials, FleetAccess, Role, Settings};
pub use shutdown::Shutdown;
