//! Section `[storage]`: where the ledger and the deliverables lie.

use std::path::PathBuf;

use super::reader::Reader;

/// Where things are kept.
#[derive(Debug, Clone)]
pub struct Storage {
    /// The ledger's file.
    pub ledger: PathBuf,
    /// Folder for reports and companion files.
    pub reports: PathBuf,
}

impl Storage {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { ledger: reader.path("storage.ledger"), reports: reader.path("storage.reports") }
    }
}
