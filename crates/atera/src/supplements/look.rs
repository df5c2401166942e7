//! What a supplement file looks like beside what is in it: its columns against the declared ones, its encoding, its age,
//! and why it cannot be read where it cannot. For the check before a migration; no cell is kept.

use std::path::Path;

use super::error::SupplementError;
use super::reader::Table;

/// A supplement file as it lies there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupplementLook {
    /// Which one: `tags`, `technicians`, `sla_policies` or `integrations`.
    pub name: &'static str,
    /// Whether a file is named.
    pub named: bool,
    /// Rows read.
    pub rows: u64,
    /// When the file was last written, in milliseconds since 1970.
    pub modified_ms: Option<i64>,
    /// Why it cannot be read: what was expected where, never what stood there nor where the file lies.
    pub problem: Option<String>,
    /// Declared columns it does not have.
    pub missing: Vec<&'static str>,
    /// Columns nobody declared.
    pub extra: u64,
    /// Whether the declared columns stand in another order.
    pub shuffled: bool,
    /// `utf-8`, `utf-8 with mark`, `utf-16` or `windows-1252`.
    pub encoding: Option<&'static str>,
}

impl SupplementLook {
    /// A file that is not named.
    pub(super) fn none(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// A file that is named, before it is opened.
    pub(super) fn of(name: &'static str, path: &Path) -> Self {
        let written = std::fs::metadata(path).and_then(|about| about.modified()).ok();
        let since = written.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        let modified_ms = since.and_then(|since| i64::try_from(since.as_millis()).ok());
        Self { name, named: true, modified_ms, ..Self::default() }
    }

    /// Takes in what the opened table shows.
    pub(super) fn take(&mut self, table: &Table) {
        self.encoding = Some(table.encoding());
        (self.missing, self.extra, self.shuffled) = table.against_declared();
    }

    /// Takes in why the file cannot be read.
    pub(super) fn refuse(&mut self, error: &SupplementError) {
        let place = error.place.map(|at| format!("line {}, column {}: ", at.line, at.column));
        self.problem = Some(format!("{}{}", place.unwrap_or_default(), error.problem));
    }
}
