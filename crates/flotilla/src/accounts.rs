//! The accounts of the configuration as a fleet knows them: by name, without any secret.

use bootstrap::Settings;
use protocol::{Account, AccountRate, At, Name};

use crate::failure::Failure;

/// Source and destination.
///
/// # Errors
/// [`Failure`] when the destination has no address, or a name is none.
pub(crate) fn of(settings: &Settings) -> Result<[Account; 2], Failure> {
    let (source, destination) = (&settings.source, &settings.destination);
    let source_name = name("source.account", settings, source.account.as_deref(), "atera")?;
    let destination_name = name("destination.account", settings, destination.account.as_deref(), "gorgias")?;
    let base_url = destination.base_url.as_ref().ok_or_else(|| {
        Failure::configuration("destination.base_url is not set: give https://ACCOUNT.gorgias.com/api")
    })?;
    let source_url = source.base_url.as_ref().ok_or_else(|| {
        Failure::configuration("source.base_url is not set: give https://app.atera.com/api/v3")
    })?;
    let rate = AccountRate {
        limit: destination.rate.limit,
        window_ms: destination.rate.window_ms,
        reserve: destination.rate.reserve,
        quiet: Vec::new(),
    };
    let zone = Some(source.zone.clone()).filter(|zone| zone != "UTC");
    Ok([
        Account {
            credential: source_name.clone(),
            name: source_name,
            base_url: source_url.to_string(),
            at: At::Atera { zone },
        },
        Account {
            credential: destination_name.clone(),
            name: destination_name,
            base_url: base_url.to_string(),
            at: At::Gorgias { rate },
        },
    ])
}

fn name(key: &str, settings: &Settings, given: Option<&str>, vendor: &str) -> Result<Name, Failure> {
    let name = given.map_or_else(|| format!("{}-{vendor}", settings.migration.id), str::to_owned);
    Name::new(name).map_err(|bad| Failure::configuration(format!("{key}: {bad}")))
}
