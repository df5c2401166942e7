//! What a client is built from. Every unknown of the source's behaviour is a setting here; nothing is read
//! from the environment.

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// Settings of a [`crate::Client`]. Build with [`Config::new`] and change what differs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Base of the API, such as `https://app.atera.com/api/v3`; a final slash does not matter.
    pub base_url: Url,
    /// The token, a JWT or a legacy key.
    pub token: SecretString,
    /// How the token is presented.
    pub auth: AuthScheme,
    /// Zone of values without one. Not documented at the source; UTC is likely.
    pub zone: TimeZone,
    /// The account's zone, in which the change filters of customers and contacts are written. See
    /// [`crate::Account::time_zone_name`].
    pub account_zone: TimeZone,
    /// Rows asked for per page. The source documents 50 as its maximum.
    pub page_size: u32,
    /// Longest time for one whole API answer, and for one silence within a file, in milliseconds.
    pub timeout_ms: u64,
    /// Ceiling of the learned rate, in requests per second.
    pub rate_cap_per_s: f64,
    /// Rate to start with, in requests per second.
    pub rate_start_per_s: f64,
    /// Tries of one read, the first included. Waiting after a 429 is not a try.
    pub max_attempts: u32,
    /// Wait before the second try in milliseconds; it doubles from there, with jitter.
    pub retry_base_ms: u64,
    /// Longest time one read spends waiting after 429s, in milliseconds, before it gives up as `RateLimited`.
    pub max_rate_wait_ms: u64,
    /// Pause after a 429 that names no `Retry-After`, in milliseconds.
    pub unnamed_pause_ms: u64,
    /// `User-Agent`; the source's front door may refuse a library's default.
    pub user_agent: String,
    /// Largest file that is fetched, in bytes.
    pub max_file_bytes: u64,
}

/// How the token is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthScheme {
    /// By the token's shape: three parts joined by dots, or more than 100 characters, is a JWT.
    #[default]
    Auto,
    /// `Authorization: Bearer`, the current scheme.
    Bearer,
    /// `X-API-KEY`, the legacy scheme.
    ApiKey,
}

impl Config {
    /// Settings that suit an account nothing is known about: slow start, both zones UTC.
    #[must_use]
    pub fn new(base_url: Url, token: SecretString) -> Self {
        Self {
            base_url,
            token,
            auth: AuthScheme::Auto,
            zone: TimeZone::UTC,
            account_zone: TimeZone::UTC,
            page_size: 50,
            timeout_ms: 60_000,
            rate_cap_per_s: 10.0,
            rate_start_per_s: 3.0,
            max_attempts: 5,
            retry_base_ms: 250,
            max_rate_wait_ms: 600_000,
            unnamed_pause_ms: 10_000,
            user_agent: concat!("Flotilla/", env!("CARGO_PKG_VERSION"), " (helpdesk migration)").to_owned(),
            max_file_bytes: 50 * 1024 * 1024,
        }
    }

    /// The scheme in force, `Auto` resolved.
    #[must_use]
    pub fn scheme(&self) -> AuthScheme {
        match self.auth {
            AuthScheme::Auto => {
                let token = self.token.expose_secret();
                let parts: Vec<&str> = token.split('.').collect();
                let jwt = parts.len() == 3 && parts.iter().all(|p| !p.is_empty());
                if jwt || token.len() > 100 { AuthScheme::Bearer } else { AuthScheme::ApiKey }
            }
            fixed => fixed,
        }
    }
}
