//! What can be wrong before a program begins. A message names the key and the remedy, never a value that could be a
//! secret.

use std::{fmt, io, path::PathBuf};

/// One thing wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, dotted: `source.base_url`.
    pub key: String,
    /// What is wrong, and where the value came from.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    pub(crate) fn new(key: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key: key.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.key, self.what, self.remedy)
    }
}

/// Why a program cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings are wrong; every problem found is listed.
    #[error("{}", listed(.0))]
    Settings(Vec<Problem>),
    /// The configuration file is not there or cannot be read.
    #[error("configuration file {} cannot be read ({source}); give an existing file with --config, or write one with `flotilla init`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The configuration file is not TOML.
    #[error("configuration file {} is not valid TOML ({place}); correct it, `flotilla init` writes a sound example", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Where, without the line's content.
        place: String,
    },
    /// The log cannot be started.
    #[error("the log cannot be started ({0}); correct log.level")]
    Log(String),
    /// The traces cannot be sent.
    #[error("traces cannot be sent ({0}); correct telemetry.otlp_endpoint, or empty it to send none")]
    Traces(String),
    /// The signals to stop cannot be listened to.
    #[error("signals cannot be listened to ({0}); run where SIGINT and SIGTERM can be handled")]
    Signals(#[source] io::Error),
}

impl Error {
    /// The problems with single settings, if that is what is wrong.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Settings(problems) => problems,
            _ => &[],
        }
    }
}

fn listed(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("\n  - {problem}"));
    let noun = if problems.len() == 1 { "problem" } else { "problems" };
    format!("the configuration has {} {noun}:{}", problems.len(), lines.collect::<String>())
}
