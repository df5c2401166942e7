//! The documents of one kind while they are written: drafts in a folder of their own, issued all together, so that no
//! reader meets a half-written one and an attempt that is killed leaves nothing to be believed. With them goes their part
//! of the index.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use protocol::{DocumentEntry, DocumentTotal, ObjectKind};

use crate::{
    deliverables::Deliverables,
    error::Error,
    index,
    row::Row,
    sheet::{Draft, Measured, Sheet},
};

/// The folder of drafts below that of the papers.
pub(crate) const FOLDER: &str = "drafts";

/// Where a document's content comes from, and what it was held against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    source: String,
    counted: Option<u64>,
    rows: Option<u64>,
    totals: Vec<DocumentTotal>,
}

impl Origin {
    /// An endpoint, a supplement, or a word why there is none.
    #[must_use]
    pub fn of(source: impl Into<String>) -> Self {
        Self { source: source.into(), ..Self::default() }
    }

    /// Records the source itself counts.
    #[must_use]
    pub fn counted(mut self, counted: u64) -> Self {
        self.counted = Some(counted);
        self
    }

    /// Rows of a document that is no table.
    #[must_use]
    pub fn rows(mut self, rows: u64) -> Self {
        self.rows = Some(rows);
        self
    }

    /// Sums that were added again.
    #[must_use]
    pub fn totals(mut self, totals: Vec<DocumentTotal>) -> Self {
        self.totals = totals;
        self
    }
}

/// Documents of one kind, being written.
#[derive(Debug)]
pub struct Drafts {
    kind: ObjectKind,
    folder: PathBuf,
    listed: Vec<(Draft, DocumentEntry)>,
    unlisted: Vec<Draft>,
}

impl Drop for Drafts {
    fn drop(&mut self) {
        // What stays is taken away by the next attempt.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Drafts {
    /// Begins the documents of a kind; `attempt` tells this writer from all others.
    ///
    /// # Errors
    /// [`Error::Draft`] when the folder cannot be made.
    pub fn begin(papers: &Path, kind: ObjectKind, attempt: &str) -> Result<Self, Error> {
        let all = papers.join(FOLDER);
        let folder = all.join(format!("{kind}-{attempt}"));
        let made = || {
            fs::create_dir_all(&all)?;
            // What an attempt that was killed has left: nobody issues it any more.
            for left in fs::read_dir(&all)? {
                let left = left?;
                if left.file_name().to_string_lossy().starts_with(&format!("{kind}-")) {
                    fs::remove_dir_all(left.path())?;
                }
            }
            fs::create_dir_all(&folder)
        };
        made().map_err(|source| Error::Draft { path: folder.clone(), source })?;
        Ok(Self { kind, folder, listed: Vec::new(), unlisted: Vec::new() })
    }

    /// Begins a table.
    ///
    /// # Errors
    /// [`Error::Draft`] when the file cannot be made.
    pub fn sheet<R: Row>(&self) -> Result<Sheet<R>, Error> {
        Sheet::begin(&self.folder)
    }

    /// Ends a table and lists it.
    ///
    /// # Errors
    /// [`Error::Form`] or [`Error::Draft`] when the rest cannot be written.
    pub fn keep<R: Row>(&mut self, sheet: Sheet<R>, origin: Origin) -> Result<Draft, Error> {
        let draft = sheet.end()?;
        self.list(draft.clone(), origin);
        Ok(draft)
    }

    /// Lists a draft of [`Drafts::end`].
    pub fn list(&mut self, draft: Draft, origin: Origin) {
        let entry = DocumentEntry {
            name: draft.name.clone(),
            kind: Some(self.kind),
            rows: origin.rows.or(draft.rows),
            bytes: draft.bytes,
            sha256: draft.sha256.clone(),
            source: origin.source,
            counted: origin.counted,
            totals: origin.totals,
        };
        self.listed.push((draft, entry));
    }

    /// Ends a table that is listed later, once its sums are known.
    ///
    /// # Errors
    /// [`Error::Form`] or [`Error::Draft`] when the rest cannot be written.
    pub fn end<R: Row>(sheet: Sheet<R>) -> Result<Draft, Error> {
        sheet.end()
    }

    /// Writes a document that is no table, and lists it.
    ///
    /// # Errors
    /// [`Error::Draft`] when it cannot be written.
    pub fn write(&mut self, name: &str, content: &str, origin: Origin) -> Result<(), Error> {
        let draft = self.put(name, content)?;
        self.list(draft, origin);
        Ok(())
    }

    /// Writes a file that another document lists, and answers what it is.
    ///
    /// # Errors
    /// [`Error::Draft`] when it cannot be written.
    pub fn write_unlisted(&mut self, name: &str, content: &str) -> Result<Draft, Error> {
        let draft = self.put(name, content)?;
        self.unlisted.push(draft.clone());
        Ok(draft)
    }

    fn put(&self, name: &str, content: &str) -> Result<Draft, Error> {
        let path = self.folder.join(name);
        let write = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut to = Measured::new(File::create(&path)?);
            to.write_all(content.as_bytes())?;
            to.end()
        };
        let (bytes, sha256) = write().map_err(|source| Error::Draft { path: path.clone(), source })?;
        Ok(Draft { name: name.to_owned(), path, rows: None, bytes, sha256 })
    }

    /// Puts all of them where they belong, then their part of the index.
    ///
    /// # Errors
    /// [`Error::Store`] or [`Error::Draft`]; what was put by then lies there already, the index does not name it.
    pub async fn issue(self, out: &Deliverables) -> Result<Vec<DocumentEntry>, Error> {
        for draft in self.unlisted.iter().chain(self.listed.iter().map(|(draft, _)| draft)) {
            out.put_file(&draft.name, &draft.path).await?;
        }
        let mut entries: Vec<DocumentEntry> = self.listed.iter().map(|(_, entry)| entry.clone()).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        index::put_part(out, self.kind, &entries).await?;
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_attempt_has_left_goes_with_the_next_one_of_its_kind_alone() {
        let papers = tempfile::tempdir().unwrap();
        for left in ["contract-1-1", "device-2-1"] {
            let folder = papers.path().join(FOLDER).join(left);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("half.csv"), "half").unwrap();
        }
        let drafts = Drafts::begin(papers.path(), ObjectKind::Contract, "1-2").unwrap();
        let there = || {
            let names = fs::read_dir(papers.path().join(FOLDER)).unwrap();
            let mut names: Vec<_> =
                names.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(there(), ["contract-1-2", "device-2-1"]);
        drop(drafts);
        assert_eq!(there(), ["device-2-1"]);
    }
}
