//! What is wrong with a supplement file, and where. It says what was expected, never what stood there: cells
//! hold customers' text.

use std::fmt;
use std::path::PathBuf;

/// A supplement file that cannot be used as it is.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {problem}; correct the file or the column mapping and start again", file.display(), At(place.as_ref()))]
pub struct SupplementError {
    /// The file (or `columns` for the mapping itself).
    pub file: PathBuf,
    /// Where in the file.
    pub place: Option<Place>,
    /// What was expected.
    pub problem: String,
    /// What the operating system said.
    #[source]
    pub source: Option<std::io::Error>,
}

/// A place in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line on which the row starts.
    pub line: u64,
    /// Column of the table (a cell, not a character).
    pub column: u64,
}

struct At<'a>(Option<&'a Place>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(Place { line, column }) => write!(f, ", line {line}, column {column}"),
            None => Ok(()),
        }
    }
}
