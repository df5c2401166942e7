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
    /// A document or its draft could not be read or written.
    #[error("{} could not be read or written ({source}); make room or mend the rights, then run again", path.display())]
    Draft {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file this program wrote cannot be read any more.
    #[error("{} cannot be read ({source}); write the documents anew with `flotilla run`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A page could not be put together.
    #[error("a page could not be put together ({0}); this is a fault of the program")]
    Page(#[from] minijinja::Error),
    /// A bundle lacks what it cannot go without.
    #[error(
        "the handoff bundle would lack {missing}: run the migration to its end with documents.write = true, then gather it again"
    )]
    HandoffIncomplete {
        /// What is missing.
        missing: String,
    },
    /// A document is not as it was written.
    #[error(
        "document {name} is not as it was written: put it back, or run the migration again, which writes it anew"
    )]
    Changed {
        /// Its name.
        name: String,
    },
    /// A bundle cannot be gathered there.
    #[error("the handoff bundle cannot be gathered in {}: {why}; name an empty folder", path.display())]
    HandoffFolder {
        /// The folder.
        path: PathBuf,
        /// Why.
        why: &'static str,
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
