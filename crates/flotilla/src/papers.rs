//! The papers of a run, in the folder of the settings.

use std::path::PathBuf;

use bootstrap::Settings;
use documents::Deliverables;
use protocol::report::Reconciliation;

use crate::failure::Failure;

/// Writes them, and answers the migration's folder.
///
/// # Errors
/// [`Failure`] when the folder cannot be written.
pub(crate) async fn write(settings: &Settings, report: &Reconciliation) -> Result<PathBuf, Failure> {
    Ok(scheduler::papers::write(&settings.storage.reports, report).await?)
}

/// The folder itself.
///
/// # Errors
/// [`Failure`] when it cannot be made.
pub(crate) fn folder(settings: &Settings) -> Result<Deliverables, Failure> {
    Ok(scheduler::papers::folder(&settings.storage.reports, &settings.migration.id)?)
}

/// Where notes of batches under way are kept.
#[must_use]
pub(crate) fn spool(settings: &Settings) -> PathBuf {
    scheduler::papers::spool(&settings.storage.reports, &settings.migration.id)
}
