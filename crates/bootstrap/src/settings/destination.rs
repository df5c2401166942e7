//! Section `[destination]`: how Gorgias is reached, at what rate, and when a write without an answer is looked for.

use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::reader::Reader;

/// How to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DestinationAuth {
    /// E-mail and API key.
    Basic,
    /// An app's refresh token.
    OAuth,
}

/// Whether tickets are flagged as imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// Yes, unless the account refuses the flag.
    Auto,
    /// No.
    Never,
}

/// How Gorgias is reached.
#[derive(Debug, Clone)]
pub struct Destination {
    /// Address of the API, without a slash at its end.
    pub base_url: Option<Url>,
    /// Name of this account in a fleet; `None`: the migration's, with the vendor's behind it.
    pub account: Option<String>,
    /// How to sign in.
    pub auth: DestinationAuth,
    /// basic: the user's e-mail.
    pub email: Option<String>,
    /// basic: the API key.
    pub api_key: Option<SecretString>,
    /// oauth: id of the app.
    pub client_id: Option<String>,
    /// oauth: secret of the app.
    pub client_secret: Option<SecretString>,
    /// oauth: refresh token.
    pub refresh_token: Option<SecretString>,
    /// oauth: where a refresh token is traded; `None`: `/oauth/token` on the host of `base_url`.
    pub token_url: Option<Url>,
    /// Whether tickets are flagged as imported.
    pub imported: Imported,
    /// Files above this size are listed instead of moved, bytes.
    pub max_file_bytes: u64,
    /// Longest wait for one answer, ms.
    pub timeout_ms: u64,
    /// The account's limit.
    pub rate: Rate,
    /// Ages at which a write without an answer is looked for, ascending: ms since no request for it can be under way.
    pub look_at_ages_ms: Vec<u64>,
}

/// The account's limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Requests per window.
    pub limit: u32,
    /// Length of the window, ms.
    pub window_ms: u64,
    /// Share of the limit left to others, 0 to 0.9.
    pub reserve: f64,
}

impl Destination {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let auth = [("basic", DestinationAuth::Basic), ("oauth", DestinationAuth::OAuth)];
        let imported = [("auto", Imported::Auto), ("never", Imported::Never)];
        Self {
            base_url: reader.optional_url("destination.base_url"),
            account: reader.optional_text("destination.account"),
            auth: reader.choice("destination.auth", &auth, DestinationAuth::Basic),
            email: reader.optional_text("destination.email"),
            api_key: reader.secret("destination.api_key"),
            client_id: reader.optional_text("destination.client_id"),
            client_secret: reader.secret("destination.client_secret"),
            refresh_token: reader.secret("destination.refresh_token"),
            token_url: reader.optional_url("destination.token_url"),
            imported: reader.choice("destination.imported", &imported, Imported::Auto),
            max_file_bytes: reader.whole("destination.max_file_bytes", 1..=1_073_741_824),
            timeout_ms: reader.whole("destination.timeout_ms", 100..=600_000),
            rate: Rate {
                limit: reader.whole_u32("destination.rate.limit", 2..=100_000),
                window_ms: reader.whole("destination.rate.window_ms", 100..=3_600_000),
                reserve: reader.number("destination.rate.reserve", 0.0..=0.9),
            },
            look_at_ages_ms: ages(reader),
        }
    }
}

fn ages(reader: &mut Reader<'_>) -> Vec<u64> {
    let key = "destination.in_doubt.look_at_ages_ms";
    let given = reader.list(key);
    let ages: Vec<u64> = given.iter().filter_map(Value::as_u64).collect();
    if ages.is_empty() || ages.len() < given.len() || !ages.is_sorted() {
        reader.wrong(
            key,
            "these are no ascending ages",
            "give one or more whole numbers of milliseconds, ascending",
        );
    }
    ages
}
