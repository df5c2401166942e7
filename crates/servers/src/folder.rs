//! A scratch folder of a server. PostgreSQL refuses to work for root; root hands the folder to the user `postgres` the
//! package made, and starts the server as that user.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{Result, system};

/// A folder that goes with its handle, unless it was named by the caller.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _scratch: Option<TempDir>,
}

impl Folder {
    /// A scratch folder, removed with its handle.
    pub(crate) fn scratch() -> Result<Self> {
        let scratch = tempfile::Builder::new().prefix("flotilla-").tempdir();
        let scratch = scratch.map_err(system("making a scratch folder"))?;
        Ok(Self { path: scratch.path().to_owned(), _scratch: Some(scratch) })
    }

    /// This folder, made if it is not there, and kept.
    pub(crate) fn at(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).map_err(system(format!("making {}", path.display())))?;
        Ok(Self { path: path.to_owned(), _scratch: None })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the folder to another user, where this process may.
    pub(crate) fn give_to(&self, user: &str) -> Result<()> {
        let owner = format!("{user}:{user}");
        let given = Command::new("chown").arg("-R").arg(owner).arg(&self.path).status();
        given.map_err(system("giving the folder to the server's user"))?;
        Ok(())
    }
}
