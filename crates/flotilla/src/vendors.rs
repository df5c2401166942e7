//! The vendors' clients as the settings describe them. Nothing is sent here.

use std::sync::Arc;

use bootstrap::{
    Access, Credentials, Settings,
    settings::{destination::Imported, source::SourceAuth},
};
use limiter::{Limiter, Rate};

use crate::failure::Failure;

/// What the destination's account allows, and what is left to others.
#[must_use]
pub(crate) fn rate(settings: &Settings) -> Rate {
    let rate = settings.destination.rate;
    Rate::new(rate.limit, rate.window_ms).with_reserve(rate.reserve)
}

/// The source's client.
///
/// # Errors
/// [`Failure`] when the zone is unknown or a setting cannot work.
pub(crate) fn source(settings: &Settings, access: &Access) -> Result<atera::Client, Failure> {
    let section = &settings.source;
    let mut config = atera::Config::new(access.source_url.clone(), access.source_token.clone());
    config.auth = match section.auth {
        SourceAuth::Auto => atera::AuthScheme::Auto,
        SourceAuth::Bearer => atera::AuthScheme::Bearer,
        SourceAuth::ApiKey => atera::AuthScheme::ApiKey,
    };
    config.zone = atera::zone_by_name(&section.zone)
        .map_err(|error| Failure::configuration(format!("source.zone: {error}")))?;
    config.page_size = section.page_size;
    config.timeout_ms = section.timeout_ms;
    config.rate_cap_per_s = section.rate_cap_per_s;
    config.rate_start_per_s = section.rate_start_per_s;
    config.max_file_bytes = settings.destination.max_file_bytes;
    atera::Client::new(config).map_err(Failure::configuration)
}

/// The supplement files of the settings.
#[must_use]
pub(crate) fn supplements(settings: &Settings) -> atera::SupplementFiles {
    let section = &settings.source.supplements;
    atera::SupplementFiles {
        tags: section.tags.clone(),
        technicians: section.technicians.clone(),
        sla_policies: section.sla_policies.clone(),
        integrations: section.integrations.clone(),
        columns: section.columns.clone(),
        tag_separator: section.tag_separator,
    }
}

/// The destination's client.
///
/// # Errors
/// [`Failure`] when a setting cannot work.
pub(crate) fn destination(
    settings: &Settings,
    access: &Access,
    limiter: Arc<dyn Limiter>,
) -> Result<gorgias::Client, Failure> {
    let auth = match access.credentials.clone() {
        Credentials::Basic { email, api_key } => gorgias::Auth::Basic { email, api_key },
        Credentials::OAuth { client_id, client_secret, refresh_token, token_url } => {
            gorgias::Auth::OAuth { client_id, client_secret, refresh_token, token_url }
        }
    };
    let mut config = gorgias::Config::new(access.destination_url.clone(), auth);
    config.timeout_ms = settings.destination.timeout_ms;
    config.imported = match settings.destination.imported {
        Imported::Auto => gorgias::ImportedFlag::Auto,
        Imported::Never => gorgias::ImportedFlag::Never,
    };
    gorgias::Client::new(config, limiter).map_err(Failure::configuration)
}
