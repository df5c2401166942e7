//! Where a setting's value came from, for `config show` and for messages. Never the value of a secret.

use std::{fmt, path::PathBuf};

use serde::Serialize;

/// The layer a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `deploy/default.toml`.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// A variable of the environment, by name.
    Environment(String),
    /// `--set` or another flag.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One setting as `config show` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingSource {
    /// The key, dotted.
    pub key: String,
    /// The value; `***` for a secret that is set.
    pub value: serde_json::Value,
    /// Where it came from.
    pub origin: Origin,
}
