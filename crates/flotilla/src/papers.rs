//! The papers of a run: reconciliation as text, JSON and CSV, and the companion files.

use std::path::PathBuf;

use bootstrap::Settings;
use documents::{Deliverables, Spool};
use protocol::report::Reconciliation;

use crate::failure::Failure;

/// Writes them into the folder of the settings, one folder per migration, and answers that folder.
///
/// # Errors
/// [`Failure`] when the folder cannot be written.
pub(crate) async fn write(settings: &Settings, report: &Reconciliation) -> Result<PathBuf, Failure> {
    let papers = folder(settings)?;
    papers.put_reconciliation("reconciliation", report).await?;
    Spool::merge(&spool(settings), &papers, "").await?;
    Ok(papers.root().to_owned())
}

/// The folder itself.
///
/// # Errors
/// [`Failure`] when it cannot be made.
pub(crate) fn folder(settings: &Settings) -> Result<Deliverables, Failure> {
    Ok(Deliverables::open(&settings.storage.reports.join(settings.migration.id.as_str()))?)
}

/// Where notes of batches under way are kept.
#[must_use]
pub(crate) fn spool(settings: &Settings) -> PathBuf {
    settings.storage.reports.join(settings.migration.id.as_str()).join("spool")
}
