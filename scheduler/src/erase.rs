//! The erasure of a migration that is over: everything the ledger and the reports hold of it, with the proof that nothing is
//! left. What stands at the destination is the customer's and stays.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ledger::Ledger;
use protocol::{
    MigrationId, MigrationState as S,
    erasure::{Erase, Erasure},
};

use crate::Error;

/// Erases it, its folders of `reports` included, where there are any.
///
/// # Errors
/// [`Error::NotYet`] where it is not over, or `confirm` is another name; [`Error::Papers`] when a folder cannot be removed;
/// [`Error::Ledger`] when the ledger refuses. What was erased until then is; asking again goes on.
pub async fn erase(
    ledger: &dyn Ledger,
    id: &MigrationId,
    reports: Option<&Path>,
    asked: &Erase,
) -> Result<Erasure, Error> {
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let not_yet =
        |what: &str| Error::NotYet { id: id.clone(), state: migration.state, what: what.to_owned() };
    let begun = migration.pass.0 > 0;
    let over = matches!(migration.state, S::Closed | S::Cancelled | S::RolledBack);
    if begun && !over {
        return Err(not_yet("close it, cancel it or roll it back before it is erased"));
    }
    if asked.confirm != id.as_str() {
        return Err(not_yet("give its name once more to confirm the erasure"));
    }
    let audit_head = ledger.audit(id).await?.pop().map(|line| line.hash).unwrap_or_default();
    let at = ledger.now().await?;
    // The papers first: after the ledger nobody would know whose they are.
    let (files, files_left) = match reports {
        Some(reports) => remove_papers(reports, id).await?,
        None => (0, 0),
    };
    let rows = ledger.erase(id).await?;
    Ok(Erasure { migration: id.clone(), by: asked.by.clone(), at, rows, files, files_left, audit_head })
}

/// Removes the migration's folders; how many files there were, and how many are left.
async fn remove_papers(reports: &Path, id: &MigrationId) -> Result<(u64, u64), Error> {
    let folders = [reports.join(id.as_str()), reports.join(format!("{id}.handoff"))];
    let removed = tokio::task::spawn_blocking(move || {
        let mut counted = (0, 0);
        for folder in &folders {
            let unusable = |source| documents::Error::Draft { path: folder.clone(), source };
            counted.0 += files(folder).map_err(unusable)?;
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
                _ => {}
            }
            counted.1 += files(folder).map_err(unusable)?;
        }
        Ok(counted)
    });
    removed
        .await
        .unwrap_or_else(|error| {
            let source = io::Error::other(error);
            Err(documents::Error::Draft { path: PathBuf::from(id.as_str()), source })
        })
        .map_err(Error::from)
}

/// Files below a folder; none where it is not there.
fn files(folder: &Path) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut count = 0;
    for entry in entries {
        let entry = entry?;
        count += if entry.file_type()?.is_dir() { files(&entry.path())? } else { 1 };
    }
    Ok(count)
}
