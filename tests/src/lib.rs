//! What the integration tests stand on: a [`Stack`] holds both vendors' stand-in, a folder, a configuration and the
//! program under test, started as a process of its own so that it can really be killed; a [`FleetStack`] holds the same
//! in a fleet's form: Redis, PostgreSQL, schedulers and workers. A story told about a [`Home`] is told about both.
//! Nothing here ships, and nothing here knows how a record is mapped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod admin;
mod books;
mod collector;
mod configuration;
mod desk;
mod fleet;
mod home;
mod options;
mod ports;
mod probe;
mod process;
mod processor;
mod stack;
mod stand_in;

pub use admin::Admin;
pub use books::{Books, Line};
pub use collector::{Collector, SeenSpan};
pub use fleet::{Answer, Api, FleetStack, Servers, Which};
pub use home::{Home, Passages};
pub use options::StackOptions;
pub use probe::{COUNTS_VARIABLE, CRASH_VARIABLE, CrashPoint, CrashingProbe, ORDER_VARIABLE};
pub use process::{Ended, Running};
pub use processor::{cpu_seconds, cpu_seconds_with_children};
pub use stack::Stack;
pub use stand_in::StandIn;
