//! A document while it is written: rows go to a draft on disk one by one, and are counted, measured and hashed on their
//! way. Memory stays flat whatever their number.

use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Write},
    marker::PhantomData,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{csv::CsvTable, error::Error, row::Row};

/// A draft that is complete: what it is called, where it lies, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name below the folder of papers.
    pub name: String,
    /// Where it lies until it is issued.
    pub path: PathBuf,
    /// Rows below its header, for a table.
    pub rows: Option<u64>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// A table being written.
#[derive(Debug)]
pub struct Sheet<R: Row> {
    table: CsvTable<Measured<BufWriter<File>>>,
    path: PathBuf,
    rows: PhantomData<R>,
}

impl<R: Row> Sheet<R> {
    /// Begins a table in a folder; its header is written at once.
    ///
    /// # Errors
    /// [`Error::Draft`] when the file cannot be made.
    pub(crate) fn begin(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(R::FILE);
        let file = File::create(&path).map_err(|source| Error::Draft { path: path.clone(), source })?;
        let table = CsvTable::begin(Measured::new(BufWriter::new(file)), R::HEADER)?;
        Ok(Self { table, path, rows: PhantomData })
    }

    /// Adds a row. Blocks shortly.
    ///
    /// # Errors
    /// [`Error::Form`] when it cannot be written.
    pub fn row(&mut self, row: &R) -> Result<(), Error> {
        self.table.row(row.cells())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// [`Error::Form`] when the rest cannot be written.
    pub(crate) fn end(self) -> Result<Draft, Error> {
        let (measured, rows) = self.table.end()?;
        let (bytes, sha256) =
            measured.end().map_err(|source| Error::Draft { path: self.path.clone(), source })?;
        Ok(Draft { name: R::FILE.to_owned(), path: self.path, rows: Some(rows), bytes, sha256 })
    }
}

/// A writer that measures and hashes what passes.
pub(crate) struct Measured<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W> fmt::Debug for Measured<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measured({} bytes)", self.bytes)
    }
}

impl<W: Write> Measured<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Size and hash of what has passed.
    pub(crate) fn end(mut self) -> io::Result<(u64, String)> {
        self.inner.flush()?;
        Ok((self.bytes, hex(&self.hash.finalize())))
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(piece)?;
        self.hash.update(&piece[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// SHA-256 of a file, in hex, and its size.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn measured(path: &Path) -> io::Result<(u64, String)> {
    let mut to = Measured::new(io::sink());
    io::copy(&mut File::open(path)?, &mut to)?;
    to.end()
}

/// SHA-256 of a text, in hex.
#[must_use]
pub fn sha256_of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::sla_policies::SlaPolicy;

    #[test]
    fn a_table_is_counted_measured_and_hashed_as_it_lies_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut sheet = Sheet::begin(folder.path()).unwrap();
        for number in 0..5_000 {
            sheet.row(&SlaPolicy::filled(&format!("word, {number}"))).unwrap();
        }
        let draft = sheet.end().unwrap();
        let lies = fs::read(&draft.path).unwrap();
        assert_eq!((draft.rows, draft.bytes), (Some(5_000), lies.len() as u64));
        assert_eq!(draft.sha256, hex(&Sha256::digest(&lies)));
        assert_eq!(measured(&draft.path).unwrap(), (draft.bytes, draft.sha256));
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
