//! OAuth: one client, refresh tokens, access tokens that expire. Authorisation by a browser is not part of it;
//! the first refresh token is handed out with the endpoints.
//! Source: Gorgias, developers.gorgias.com/docs/oauth2-bearer-token.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use crate::door::Received;

/// Credentials of the only client and the tokens given so far.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) refresh_token: String,
    stem: String,
    given: u64,
    /// Access tokens with the millisecond of their death.
    alive: Vec<(String, u64)>,
}

impl Tokens {
    pub(crate) fn new(stem: &str) -> Self {
        Self {
            client_id: format!("client-{stem}"),
            client_secret: format!("client-secret-{stem}"),
            refresh_token: format!("refresh-{stem}-0"),
            stem: stem.to_owned(),
            given: 0,
            alive: Vec::new(),
        }
    }

    /// Whether an access token is good at `now_ms`.
    pub(crate) fn accepts(&self, token: &str, now_ms: u64) -> bool {
        self.alive.iter().any(|(known, dies_ms)| known == token && now_ms < *dies_ms)
    }

    /// Kills every access token; refresh tokens live on.
    pub(crate) fn expire_all(&mut self) {
        self.alive.clear();
    }

    fn give(&mut self, now_ms: u64, lifetime_s: u64, rotate: bool) -> String {
        self.given += 1;
        let token = format!("access-{}-{}", self.stem, self.given);
        self.alive.retain(|(_, dies_ms)| now_ms < *dies_ms);
        self.alive.push((token.clone(), now_ms + lifetime_s * 1000));
        if rotate {
            self.refresh_token = format!("refresh-{}-{}", self.stem, self.given);
        }
        token
    }
}

/// `POST /oauth/token` with `grant_type=refresh_token`, as a form or as JSON.
pub(super) async fn token(headers: HeaderMap, received: axum::Extension<Received>, call: Call) -> Outcome {
    let fields = fields_of(&received);
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let settings = call.settings();
    let now_ms = call.world.clock.millis();
    let mut tokens = call.world.gorgias.tokens();
    let by_header = client_of(&headers);
    let client = by_header.or_else(|| Some((field("client_id")?, field("client_secret")?)));
    if client != Some((tokens.client_id.clone(), tokens.client_secret.clone())) {
        return Err(Refusal::new(401, "invalid_client"));
    }
    if field("grant_type").as_deref() != Some("refresh_token") {
        return Err(Refusal::new(400, "unsupported_grant_type"));
    }
    if field("refresh_token").as_deref() != Some(tokens.refresh_token.as_str()) {
        return Err(Refusal::new(400, "invalid_grant"));
    }
    let access = tokens.give(now_ms, settings.token_lifetime_s, settings.refresh_token_rotates);
    Ok(Answer::ok(json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": settings.token_lifetime_s,
        "refresh_token": tokens.refresh_token,
        "scope": "openid email profile offline write:all",
    })))
}

fn fields_of(received: &Received) -> Vec<(String, String)> {
    match received.json().and_then(serde_json::Value::as_object) {
        Some(body) => {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            body.iter().map(|(key, value)| (key.clone(), text(value))).collect()
        }
        None => url::form_urlencoded::parse(received.bytes()).into_owned().collect(),
    }
}

/// User and password of a Basic `Authorization` header.
pub(super) fn client_of(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (user, password) = plain.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
