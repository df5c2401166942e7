//! The papers of a migration: reconciliation as text, JSON and CSV, the companion files, and the index of all documents. One
//! folder per migration.

use std::path::{Path, PathBuf};

use documents::{Deliverables, Error, Spool, index};
use protocol::{MigrationId, report::Reconciliation};

/// Writes them into the folder of reports, and answers the migration's own folder in it. A pass that counted nothing, such
/// as one that writes the documents again, leaves the reconciliation of the one before it.
///
/// # Errors
/// [`Error`] when the folder cannot be written.
pub async fn write(reports: &Path, report: &Reconciliation) -> Result<PathBuf, Error> {
    let papers = folder(reports, &report.migration)?;
    let counted = report.records.values().any(|row| row.tally.source > 0);
    if counted || !papers.root().join("reconciliation.json").exists() {
        papers.put_reconciliation("reconciliation", report).await?;
    }
    let merged = Spool::merge(&spool(reports, &report.migration), &papers, "").await?;
    let companions = merged.iter().map(|one| {
        index::entry_of(papers.root(), one.document.file_name(), Some(one.lines), "records that were moved")
    });
    index::write(&papers, &report.migration, companions.collect::<Result<_, _>>()?).await?;
    Ok(papers.root().to_owned())
}

/// The migration's folder, made if need be.
///
/// # Errors
/// [`Error`] when it cannot be made.
pub fn folder(reports: &Path, id: &MigrationId) -> Result<Deliverables, Error> {
    Deliverables::open(&reports.join(id.as_str()))
}

/// Where notes of batches under way are kept.
#[must_use]
pub fn spool(reports: &Path, id: &MigrationId) -> PathBuf {
    reports.join(id.as_str()).join("spool")
}
