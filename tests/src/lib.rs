//! What the integration tests stand on: a [`Stack`] holds both vendors' stand-in, a folder, a configuration and the
//! program under test, started as a process of its own so that it can really be killed. Nothing here ships, and nothing
//! here knows how a record is mapped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod admin;
mod books;
mod collector;
mod configuration;
mod options;
mod ports;
mod probe;
mod process;
mod stack;

pub use admin::Admin;
pub use books::{Books, Line};
pub use collector::{Collector, SeenSpan};
pub use options::StackOptions;
pub use probe::{COUNTS_VARIABLE, CRASH_VARIABLE, CrashPoint, CrashingProbe};
pub use process::{Ended, Running};
pub use stack::Stack;
