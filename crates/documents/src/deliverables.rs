//! Where papers are kept: an object store, today a local folder. Each is written whole or not at all, so that a reader
//! never sees half of one.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, local::LocalFileSystem, path::Path as Name,
};
use protocol::report::Reconciliation;
use tokio::io::AsyncReadExt;

use crate::{error::Error, reconciliation};

/// Bytes read from a file at a time on their way into the store.
const CHUNK_BYTES: usize = 1 << 20;

/// The store of one migration's papers.
#[derive(Debug, Clone)]
pub struct Deliverables {
    store: Arc<dyn ObjectStore>,
    root: PathBuf,
}

impl Deliverables {
    /// Opens a local folder, making it if need be.
    ///
    /// # Errors
    /// [`Error::Folder`] when it cannot be made or used.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let unusable = |source| Error::Folder { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(unusable)?;
        let root = fs::canonicalize(folder).map_err(unusable)?;
        let store = LocalFileSystem::new_with_prefix(&root)
            .map_err(|error| unusable(std::io::Error::other(error)))?
            .with_fsync(true);
        Ok(Self { store: Arc::new(store), root })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Stores a paper under a name that may hold `/`, and answers where it lies.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn put(&self, name: &str, content: impl Into<Bytes>) -> Result<PathBuf, Error> {
        let content: Bytes = content.into();
        let at = Name::from(name);
        self.store.put(&at, PutPayload::from(content)).await.map_err(|source| store_error(name, source))?;
        Ok(self.path_of(&at))
    }

    /// Stores a file of this machine under a name, a piece at a time.
    ///
    /// # Errors
    /// [`Error::Store`], or [`Error::Spool`] when the file cannot be read.
    pub async fn put_file(&self, name: &str, file: &Path) -> Result<PathBuf, Error> {
        let unreadable = |source| Error::Spool { path: file.to_owned(), source };
        let at = Name::from(name);
        let mut from = tokio::fs::File::open(file).await.map_err(unreadable)?;
        let upload = self.store.put_multipart(&at).await.map_err(|source| store_error(name, source))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, CHUNK_BYTES);
        let mut piece = vec![0; CHUNK_BYTES];
        loop {
            let read = from.read(&mut piece).await.map_err(unreadable)?;
            if read == 0 {
                break;
            }
            upload.wait_for_capacity(1).await.map_err(|source| store_error(name, source))?;
            upload.write(&piece[..read]);
        }
        upload.finish().await.map_err(|source| store_error(name, source))?;
        Ok(self.path_of(&at))
    }

    /// Takes a paper away; one that is not there is away already.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn remove(&self, name: &str) -> Result<(), Error> {
        match self.store.delete(&Name::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(store_error(name, source)),
        }
    }

    /// Stores a reconciliation as `{stem}.txt`, `{stem}.json` and `{stem}.csv`, and answers where they lie.
    ///
    /// # Errors
    /// [`Error::Store`] or [`Error::Form`].
    pub async fn put_reconciliation(
        &self,
        stem: &str,
        report: &Reconciliation,
    ) -> Result<Vec<PathBuf>, Error> {
        Ok(vec![
            self.put(&format!("{stem}.txt"), reconciliation::text(report)).await?,
            self.put(&format!("{stem}.json"), reconciliation::json(report)?).await?,
            self.put(&format!("{stem}.csv"), reconciliation::csv(report)?).await?,
        ])
    }

    fn path_of(&self, name: &Name) -> PathBuf {
        self.root.join(name.as_ref())
    }
}

fn store_error(name: &str, source: object_store::Error) -> Error {
    Error::Store { name: name.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_paper_lies_where_it_is_said_to_lie_and_replaces_the_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let papers = Deliverables::open(&folder.path().join("new/reports")).unwrap();
        papers.put("pass-1/a.txt", "first, and longer").await.unwrap();
        let path = papers.put("pass-1/a.txt", "second").await.unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "second");
    }

    #[tokio::test]
    async fn a_file_of_several_pieces_arrives_whole() {
        let folder = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..CHUNK_BYTES * 2 + 17).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let from = folder.path().join("big");
        fs::write(&from, &content).unwrap();
        let papers = Deliverables::open(&folder.path().join("reports")).unwrap();
        let path = papers.put_file("big.csv", &from).await.unwrap();
        assert!(fs::read(path).unwrap() == content);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = Deliverables::open(&file.join("reports")).unwrap_err();
        assert!(error.to_string().contains("file/reports"));
    }
}
