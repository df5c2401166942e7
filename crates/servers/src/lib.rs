//! A real Redis and a real PostgreSQL on loopback, started from installed packages in a scratch folder, and our own
//! services as processes: for the local fleet and for tests. Each is stopped, and its folder removed, by whoever started
//! it: when its handle goes.
//!
//! Never a container, never a server somebody else started, never an address outside loopback.

#![deny(missing_docs)]

mod folder;
mod port;
mod postgres;
mod process;
mod redis;
mod service;

pub use postgres::Postgres;
pub use redis::Redis;
pub use service::Service;

/// Why a server could not be started or told something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program is not installed.
    #[error("{program} is not installed: {remedy}")]
    Missing {
        /// The program.
        program: &'static str,
        /// How to get it.
        remedy: &'static str,
    },
    /// The system refused something.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A server ended, or did not answer, before it was ready.
    #[error("{program} did not become ready: {said}")]
    NotReady {
        /// The program.
        program: &'static str,
        /// Its last words.
        said: String,
    },
    /// A service ended, or said nothing, before it was ready.
    #[error("{name} did not become ready: {said}")]
    Ended {
        /// Its name.
        name: String,
        /// Its last words.
        said: String,
    },
}

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Error {
    let what = what.into();
    move |source| Error::System { what, source }
}
