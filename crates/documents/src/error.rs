//! What can go wrong with papers. A message names the file and the remedy, never a line's content.

use std::{io, path::PathBuf};

/// Why a paper could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder of the deliverables cannot be used.
    #[error("deliverables folder {} cannot be used ({source}); give one this user may write to in storage.reports", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A deliverable could not be stored.
    #[error(
        "deliverable {name} could not be stored ({source}); make room or mend the rights, then run again"
    )]
    Store {
        /// Its name.
        name: String,
        /// Why.
        source: object_store::Error,
    },
    /// A spool file could not be read or written.
    #[error("spool file {} could not be used ({source}); make room or mend the rights, then run again", path.display())]
    Spool {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A spool file holds a line that no version of this program wrote.
    #[error("spool file {} is damaged at line {line}; remove that line and run again, its record is copied already", path.display())]
    SpoolDamaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// A table has no form.
    #[error("a table could not be written as csv or json ({0}); report this, it is an error of the program")]
    Form(String),
}

impl From<::csv::Error> for Error {
    fn from(error: ::csv::Error) -> Self {
        Self::Form(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Form(error.to_string())
    }
}
