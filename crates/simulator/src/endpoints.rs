//! What a client needs to reach a running simulator. Credentials printed here belong to an invented account
//! that lives on loopback only.

use serde::Serialize;

/// Addresses and credentials of a running simulator, as `flotilla simulate` prints them.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoints {
    /// The source.
    pub atera: AteraEndpoint,
    /// The destination.
    pub gorgias: GorgiasEndpoint,
    /// The admin routes, ending in `/_sim`.
    pub admin_url: String,
}

/// How to reach the Atera stand-in.
#[derive(Debug, Clone, Serialize)]
pub struct AteraEndpoint {
    /// Base address, ending in `/api/v3`.
    pub url: String,
    /// Bearer token, shaped like a JWT; also taken as `X-API-KEY`.
    pub token: String,
}

/// How to reach the Gorgias stand-in.
#[derive(Debug, Clone, Serialize)]
pub struct GorgiasEndpoint {
    /// Base address, ending in `/api`.
    pub url: String,
    /// The e-mail of the user who owns the API key.
    pub email: String,
    /// The API key for Basic authentication.
    pub api_key: String,
    /// Where an OAuth client trades its refresh token for an access token.
    pub token_url: String,
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    pub client_secret: String,
    /// The first refresh token.
    pub refresh_token: String,
}
