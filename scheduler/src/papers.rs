//! The papers of a migration: reconciliation as text, JSON and CSV, and the companion files. One folder per migration.

use std::path::{Path, PathBuf};

use documents::{Deliverables, Error, Spool};
use protocol::{MigrationId, report::Reconciliation};

/// Writes them into the folder of reports, and answers the migration's own folder in it.
///
/// # Errors
/// [`Error`] when the folder cannot be written.
pub async fn write(reports: &Path, report: &Reconciliation) -> Result<PathBuf, Error> {
    let papers = folder(reports, &report.migration)?;
    papers.put_reconciliation("reconciliation", report).await?;
    Spool::merge(&spool(reports, &report.migration), &papers, "").await?;
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
