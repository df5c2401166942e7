//! The log: lines for a person, or JSON for a machine, always on stderr. Started once, by the program's entry; never a
//! word of a customer passes here because nobody hands one over.

use std::io;

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{
    error::Error,
    settings::log::{Format, Log},
};

/// Starts the log of this process on stderr.
///
/// # Errors
/// [`Error::Log`] when the level cannot be read or a log runs already.
pub fn start(log: &Log) -> Result<(), Error> {
    start_on(log, io::stderr)
}

/// Starts the log on a given writer, so that a progress bar can make room for each line.
///
/// # Errors
/// [`Error::Log`] when the level cannot be read or a log runs already.
pub fn start_on<W>(log: &Log, writer: W) -> Result<(), Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = filter(&log.level)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let started = match log.format {
        Format::Text => lines.with_target(false).with_ansi(false).try_init(),
        Format::Json => lines.json().flatten_event(true).with_current_span(true).try_init(),
    };
    started.map_err(|error| Error::Log(error.to_string()))
}

/// Reads a level such as `info` or `info,worker=debug`.
pub(crate) fn filter(level: &str) -> Result<EnvFilter, Error> {
    EnvFilter::builder().parse(level).map_err(|error| Error::Log(error.to_string()))
}
