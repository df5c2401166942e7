//! Lines for the companion files while a batch is worked on: one file per attempt at a batch, append only, safe against
//! a kill at any instant.
//!
//! An attempt is named by its fence token, which no other attempt at the batch has: so two workers that share the folder
//! never write one file, and what a dead one kept is still merged. One entry holds all lines of one record. A record that
//! is copied again gets another entry, and the latest (highest batch, then highest fence token, then lowest in the file)
//! is the one that counts: so nothing is lost when an entry is kept before the record is committed, and nothing is
//! doubled when the attempt is repeated. Whoever keeps an entry does so before the commit.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use protocol::{BatchId, FenceToken, Key};
use serde::{Deserialize, Serialize};

use crate::{error::Error, line::Line};

mod merge;
mod runs;
#[cfg(test)]
mod tests;

pub use merge::Merged;

/// All lines of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    lines: Vec<Line>,
}

/// The spool file of one attempt at a batch, open for appending.
#[derive(Debug)]
pub struct Spool {
    file: File,
    path: PathBuf,
}

impl Spool {
    /// Opens the file of an attempt, making it and the folder if need be. A half-written last line is cut off. Blocks
    /// shortly.
    ///
    /// # Errors
    /// [`Error::Spool`].
    pub fn for_attempt(folder: &Path, batch: BatchId, fence: FenceToken) -> Result<Self, Error> {
        let path = folder.join(file_name(batch, fence));
        let open = || {
            fs::create_dir_all(folder)?;
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
            cut_torn_line(&mut file)?;
            Ok(file)
        };
        let file = open().map_err(|source| Error::Spool { path: path.clone(), source })?;
        Ok(Self { file, path })
    }

    /// Keeps all lines of a record, in place of any kept for it before. Call it with no lines only for a record that may
    /// have had some. The entry survives a kill of the process when this returns. Blocks shortly.
    ///
    /// # Errors
    /// [`Error::Spool`].
    pub fn keep(&mut self, key: &Key, lines: &[Line]) -> Result<(), Error> {
        let entry = Entry { key: key.clone(), lines: lines.to_vec() };
        let mut json = serde_json::to_vec(&entry)?;
        json.push(b'\n');
        self.file.write_all(&json).map_err(|source| Error::Spool { path: self.path.clone(), source })
    }

    /// Makes everything kept survive a power failure too. Blocks.
    ///
    /// # Errors
    /// [`Error::Spool`].
    pub fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(|source| Error::Spool { path: self.path.clone(), source })
    }
}

fn file_name(batch: BatchId, fence: FenceToken) -> String {
    format!("batch-{:012}-{:012}.jsonl", batch.0, fence.0)
}

/// The batch and the fence token a file belongs to, if it is a spool file. One without a token is of an older version.
fn attempt_of(path: &Path) -> Option<(i64, i64)> {
    let name = path.file_name()?.to_str()?.strip_prefix("batch-")?.strip_suffix(".jsonl")?;
    let (batch, fence) = name.split_once('-').unwrap_or((name, "0"));
    Some((batch.parse().ok()?, fence.parse().ok()?))
}

fn cut_torn_line(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let mut end = length;
    let mut block = [0; 4096];
    while end > 0 {
        let start = end.saturating_sub(4096);
        let wanted = usize::try_from(end - start).unwrap_or(block.len());
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut block[..wanted])?;
        if let Some(at) = block[..wanted].iter().rposition(|byte| *byte == b'\n') {
            end = start + at as u64 + 1;
            break;
        }
        end = start;
    }
    if end < length { file.set_len(end) } else { Ok(()) }
}
