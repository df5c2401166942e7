//! The typed client of the destination. Every call waits for a permit of its account's limiter inside `send`,
//! nothing but history can be written, and an outcome nobody can know is said to be unknown. What to do about an
//! error is decided by the caller; no record is looked up, chosen or repeated behind its back.

mod auth;
mod call;
mod calls;
mod client;
mod config;
mod envelope;
mod error;
pub mod models;
mod paging;
mod policy;
mod stats;
#[cfg(test)]
mod tests;
mod transport;
mod watched;
mod wire_gate;

pub use calls::Deleted;
pub use client::Client;
pub use config::{Auth, Config, ImportedFlag, UploadField, UploadKind};
pub use error::{Error, ErrorKind, NotSentCause};
pub use models::*;
pub use paging::CursorPage;
pub use stats::Stats;
