//! What is needed to call both vendors, with nothing optional left: commands that only look into the ledger do without.

use secrecy::SecretString;
use url::Url;

use super::{
    Settings,
    destination::{Destination, DestinationAuth},
    schema,
};
use crate::error::{Error, Problem};

/// Addresses and credentials of both vendors.
#[derive(Debug, Clone)]
pub struct Access {
    /// Address of the Atera API.
    pub source_url: Url,
    /// Atera token.
    pub source_token: SecretString,
    /// Address of the Gorgias API.
    pub destination_url: Url,
    /// How to sign in at Gorgias.
    pub credentials: Credentials,
}

/// How to sign in at Gorgias.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// E-mail and API key.
    Basic {
        /// The user's e-mail.
        email: String,
        /// The user's API key.
        api_key: SecretString,
    },
    /// An app with a refresh token.
    OAuth {
        /// Id of the app.
        client_id: String,
        /// Secret of the app.
        client_secret: SecretString,
        /// Refresh token.
        refresh_token: SecretString,
        /// Where the refresh token is traded for an access token.
        token_url: Url,
    },
}

impl Access {
    pub(super) fn of(settings: &Settings) -> Result<Self, Error> {
        let mut missing = Missing::default();
        let source_url = missing.or_blame("source.base_url", settings.source.base_url.clone());
        let source_token = missing.or_blame("source.token", settings.source.token.clone());
        let destination_url = missing.or_blame("destination.base_url", settings.destination.base_url.clone());
        let credentials = Credentials::of(&settings.destination, &mut missing);
        match (source_url, source_token, destination_url, credentials) {
            (Some(source_url), Some(source_token), Some(destination_url), Some(credentials)) => {
                Ok(Self { source_url, source_token, destination_url, credentials })
            }
            _ => Err(Error::Settings(missing.0)),
        }
    }
}

impl Credentials {
    fn of(destination: &Destination, missing: &mut Missing) -> Option<Self> {
        match destination.auth {
            DestinationAuth::Basic => {
                let email = missing.or_blame("destination.email", destination.email.clone());
                let api_key = missing.or_blame("destination.api_key", destination.api_key.clone());
                Some(Self::Basic { email: email?, api_key: api_key? })
            }
            DestinationAuth::OAuth => {
                let client_id = missing.or_blame("destination.client_id", destination.client_id.clone());
                let client_secret =
                    missing.or_blame("destination.client_secret", destination.client_secret.clone());
                let refresh_token =
                    missing.or_blame("destination.refresh_token", destination.refresh_token.clone());
                let beside = || destination.base_url.as_ref()?.join("/oauth/token").ok();
                Some(Self::OAuth {
                    client_id: client_id?,
                    client_secret: client_secret?,
                    refresh_token: refresh_token?,
                    token_url: destination.token_url.clone().or_else(beside)?,
                })
            }
        }
    }
}

/// What is not set, collected.
#[derive(Default)]
pub(super) struct Missing(pub(super) Vec<Problem>);

impl Missing {
    pub(super) fn or_blame<T>(&mut self, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let variable = schema::variable(key);
            let or_file = if schema::is_secret(key) { format!(" or {variable}_FILE") } else { String::new() };
            let remedy = format!("set it in the configuration file, or by {variable}{or_file}");
            self.0.push(Problem::new(key, "is not set", remedy));
        }
        value
    }
}
