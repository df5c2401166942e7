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
pub async fn write(settings: &Settings, report: &Reconciliation) -> Result<PathBuf, Failure> {
    let folder = settings.storage.reports.join(settings.migration.id.as_str());
    let papers = Deliverables::open(&folder)?;
    papers.put_reconciliation("reconciliation", report).await?;
    Spool::merge(&spool(settings), &papers, "").await?;
    Ok(folder)
}

/// Where notes of batches under way are kept.
#[must_use]
pub fn spool(settings: &Settings) -> PathBuf {
    settings
        .storage
        .reports
        .join(settings.migration.id.as_str())
        .join("spool")
}
