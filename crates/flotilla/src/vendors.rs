//! The vendors' clients as the settings describe them. Nothing is sent here.

use std::sync::Arc;

use bootstrap::{
    Access, Credentials, Settings,
    settings::{destination::Imported, source::SourceAuth},
};
use limiter::{Limiter, Rate};
use secrecy::SecretString;
use url::Url;

use crate::failure::Failure;

/// What the destination's account allows, and what is left to others.
#[must_use]
pub(crate) fn rate(settings: &Settings) -> Rate {
    let rate = settings.destination.rate;
    Rate::new(rate.limit, rate.window_ms).with_reserve(rate.reserve)
}

/// The source, as far as one account differs from another.
pub(crate) struct SourceSide<'a> {
    /// Address of the API.
    pub url: Url,
    /// The token.
    pub token: SecretString,
    /// How it is sent.
    pub auth: atera::AuthScheme,
    /// Zone of timestamps that carry none.
    pub zone: &'a str,
}

/// The source's client, for the one account of the settings.
///
/// # Errors
/// [`Failure`] when the zone is unknown or a setting cannot work.
pub(crate) fn source(settings: &Settings, access: &Access) -> Result<atera::Client, Failure> {
    let auth = match settings.source.auth {
        SourceAuth::Auto => atera::AuthScheme::Auto,
        SourceAuth::Bearer => atera::AuthScheme::Bearer,
        SourceAuth::ApiKey => atera::AuthScheme::ApiKey,
    };
    let (url, token) = (access.source_url.clone(), access.source_token.clone());
    source_of(settings, SourceSide { url, token, auth, zone: &settings.source.zone })
}

/// The client of an account of the source.
///
/// # Errors
/// [`Failure`] when the zone is unknown or a setting cannot work.
pub(crate) fn source_of(settings: &Settings, side: SourceSide<'_>) -> Result<atera::Client, Failure> {
    let section = &settings.source;
    let mut config = atera::Config::new(side.url, side.token);
    config.auth = side.auth;
    config.zone = atera::zone_by_name(side.zone)
        .map_err(|error| Failure::configuration(format!("source.zone: {error}")))?;
    config.page_size = section.page_size;
    config.timeout_ms = section.timeout_ms;
    config.rate_cap_per_s = section.rate_cap_per_s;
    config.rate_start_per_s = section.rate_start_per_s;
    config.max_file_bytes = settings.destination.max_file_bytes;
    atera::Client::new(config).map_err(Failure::configuration)
}

/// Whether a secret may be sent there: over TLS, or to this machine itself, and not beside another secret.
pub(crate) fn may_carry_secrets(url: &Url) -> bool {
    let here = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && here);
    safe && url.username().is_empty() && url.password().is_none()
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
        automations: section.automations.clone(),
        macros: section.macros.clone(),
        field_visibility: section.field_visibility.clone(),
        columns: section.columns.clone(),
        tag_separator: section.tag_separator,
    }
}

/// The destination's client, for the one account of the settings.
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
    destination_of(settings, access.destination_url.clone(), auth, limiter)
}

/// The client of an account of the destination.
///
/// # Errors
/// [`Failure`] when a setting cannot work.
pub(crate) fn destination_of(
    settings: &Settings,
    url: Url,
    auth: gorgias::Auth,
    limiter: Arc<dyn Limiter>,
) -> Result<gorgias::Client, Failure> {
    let mut config = gorgias::Config::new(url, auth);
    config.timeout_ms = settings.destination.timeout_ms;
    config.imported = match settings.destination.imported {
        Imported::Auto => gorgias::ImportedFlag::Auto,
        Imported::Never => gorgias::ImportedFlag::Never,
    };
    gorgias::Client::new(config, limiter).map_err(Failure::configuration)
}
