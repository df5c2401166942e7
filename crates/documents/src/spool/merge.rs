//! All spool files of a migration become the four companion files: sorted by kind and id, one entry per record, headers
//! even where there is no line. Memory stays flat whatever the number of records. The spool itself is left as it is, so
//! that merging again gives the same files.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
};

use protocol::Key;

use super::{Spool, attempt_of, runs};
use crate::{
    csv::CsvTable,
    deliverables::Deliverables,
    error::Error,
    line::{Document, Line},
};

/// Size of a piece that is sorted in memory, bytes. Each piece is an open file while they are merged.
const PIECE_BYTES: usize = 2 << 20;

/// A companion file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Which.
    pub document: Document,
    /// Lines below its header.
    pub lines: u64,
    /// Where it lies.
    pub path: PathBuf,
}

impl Spool {
    /// Merges all spool files of `folder` into the four companion files, stored as `{prefix}{file name}`.
    ///
    /// # Errors
    /// [`Error`] when a file cannot be read or stored; the former companion files then stay.
    pub async fn merge(folder: &Path, out: &Deliverables, prefix: &str) -> Result<Vec<Merged>, Error> {
        Self::merge_in_pieces(folder, out, prefix, PIECE_BYTES).await
    }

    pub(super) async fn merge_in_pieces(
        folder: &Path,
        out: &Deliverables,
        prefix: &str,
        piece_bytes: usize,
    ) -> Result<Vec<Merged>, Error> {
        let spool = folder.to_owned();
        let drafts = tokio::task::spawn_blocking(move || Drafts::write(&spool, piece_bytes));
        let drafts = drafts.await.map_err(|error| Error::Form(error.to_string()))??;
        let mut merged = Vec::new();
        for (document, lines) in drafts.lines {
            let name = format!("{prefix}{}", document.file_name());
            let path = out.put_file(&name, &drafts.folder.join(document.file_name())).await?;
            merged.push(Merged { document, lines, path });
        }
        fs::remove_dir_all(&drafts.folder)
            .map_err(|source| Error::Spool { path: drafts.folder.clone(), source })?;
        Ok(merged)
    }
}

/// The companion files before they are stored.
struct Drafts {
    folder: PathBuf,
    lines: Vec<(Document, u64)>,
}

impl Drafts {
    fn write(spool: &Path, piece_bytes: usize) -> Result<Self, Error> {
        let folder = spool.join("drafts");
        let unusable = |source| Error::Spool { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(unusable)?;
        let files = spool_files(spool)?;
        let pieces = runs::sort_into_pieces(&files, &folder, piece_bytes)?;
        let mut entries = runs::Runs::of(pieces).map_err(unusable)?;
        let mut tables = Vec::new();
        for document in Document::ALL {
            let file = File::create(folder.join(document.file_name())).map_err(unusable)?;
            tables.push((document, CsvTable::begin(BufWriter::new(file), document.header())?));
        }
        let mut done: Option<Key> = None;
        while let Some(mut entry) = entries.next().map_err(unusable)? {
            if done.as_ref() == Some(&entry.key) {
                continue;
            }
            entry.lines.sort_unstable();
            entry.lines.dedup();
            for line in &entry.lines {
                write_line(&mut tables, line)?;
            }
            done = Some(entry.key);
        }
        let mut lines = Vec::new();
        for (document, table) in tables {
            let (file, rows) = table.end()?;
            file.into_inner().map_err(|error| unusable(error.into_error()))?;
            lines.push((document, rows));
        }
        Ok(Self { folder, lines })
    }
}

fn write_line(tables: &mut [(Document, CsvTable<BufWriter<File>>)], line: &Line) -> Result<(), Error> {
    let document = line.document();
    match tables.iter_mut().find(|(of, _)| *of == document) {
        Some((_, table)) => table.row(line.cells()),
        None => Ok(()),
    }
}

/// The spool files there are; none when the folder is not there.
fn spool_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unusable = |source| Error::Spool { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for found in fs::read_dir(folder).map_err(unusable)? {
        let path = found.map_err(unusable)?.path();
        if attempt_of(&path).is_some() {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}
