//! Starts a migration of the fleet, whose map and signature stand in its settings in the ledger.

use ledger::Ledger;
use protocol::{MigrationId, MigrationSettings, api::StartMigration};

use crate::{Error, Signature, Started, start};

/// The settings of a fleet's migration.
///
/// # Errors
/// [`Error::Settings`] when the migration was not made by the API, [`Error::Ledger`] when the ledger refuses.
pub async fn settings_of(ledger: &dyn Ledger, id: &MigrationId) -> Result<MigrationSettings, Error> {
    let settings = ledger.settings(id).await?;
    serde_json::from_value(settings).map_err(|_| Error::Settings { id: id.clone() })
}

/// Starts a migration, or lets one that is paused or halted go on, under the signature of the request or of the settings.
/// What the request brings is kept as the migration's settings once the signature holds.
///
/// # Errors
/// [`Error::Unsigned`] when nobody signs, else as [`start`].
pub async fn begin(
    ledger: &dyn Ledger,
    id: &MigrationId,
    asked: &StartMigration,
    who: &str,
) -> Result<Started, Error> {
    let former = settings_of(ledger, id).await?;
    let mut settings = former.clone();
    if let Some(map) = &asked.map {
        settings.map = map.at_rest();
        settings.signed_map = None;
    }
    settings.signed_off_by = asked.signed_off_by.clone().or(settings.signed_off_by);
    settings.signed_map = asked.signed_map.clone().or(settings.signed_map);
    let by = settings.signed_off_by.clone().ok_or_else(|| Error::Unsigned { id: id.clone() })?;
    let signature =
        Signature { by, map: settings.signed_map.clone(), scope: crate::sign_off::scope_of(&settings) };
    crate::start::check(ledger, id, &settings.map, &signature).await?;
    if settings != former {
        ledger.set_settings(id, serde_json::json!(settings), who, "given at the start").await?;
    }
    start(ledger, id, &settings.map, &signature).await
}
