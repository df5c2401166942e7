//! Section `[log]`: the form and the level of the log.

use super::reader::Reader;
use crate::telemetry;

/// Form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person.
    Text,
    /// For a machine.
    Json,
}

/// The log.
#[derive(Debug, Clone)]
pub struct Log {
    /// Form of a line.
    pub format: Format,
    /// Level, also per part: `info,worker=debug`.
    pub level: String,
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let level = reader.text("log.level");
        if level.is_empty() || telemetry::filter(&level).is_err() {
            reader.wrong(
                "log.level",
                "this is no level",
                "give off, error, warn, info, debug or trace, also per part: info,worker=debug",
            );
        }
        let words = [("text", Format::Text), ("json", Format::Json)];
        Self { format: reader.choice("log.format", &words, Format::Text), level }
    }
}
