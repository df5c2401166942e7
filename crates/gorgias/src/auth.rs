//! Who we are to the vendor. Keeps the bearer token of an account and knows when it has run out; fetching a new one is
//! a call like any other and is made by the client. Secrets leave this file only as a request's credentials.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use tokio::time::Instant;

use crate::call::Call;
use crate::config::Auth;

/// A token is renewed this long before it runs out.
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// The credentials one request carries.
#[derive(Debug, Clone)]
pub(crate) enum Credentials {
    Basic { user: String, password: SecretString },
    Bearer { token: SecretString, generation: u64 },
}

/// The account's way in, with its present token.
#[derive(Debug)]
pub(crate) struct Identity {
    auth: Auth,
    token: Mutex<Token>,
    /// Held while a token is fetched, so that only one caller fetches.
    pub(crate) fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Token {
    access: Option<SecretString>,
    refresh: Option<SecretString>,
    expires_at: Option<Instant>,
    generation: u64,
}

/// The vendor's answer to a refresh.
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    access_token: SecretString,
    #[serde(default)]
    refresh_token: Option<SecretString>,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl Identity {
    pub(crate) fn new(auth: Auth) -> Self {
        let refresh = match &auth {
            Auth::Basic { .. } => None,
            Auth::OAuth { refresh_token, .. } => Some(refresh_token.clone()),
        };
        let token = Token { refresh, ..Token::default() };
        Self { auth, token: Mutex::new(token), fetching: tokio::sync::Mutex::new(()) }
    }

    /// The credentials to use now; none when a token must be fetched first.
    pub(crate) fn credentials(&self, now: Instant) -> Option<Credentials> {
        match &self.auth {
            Auth::Basic { email, api_key } => {
                Some(Credentials::Basic { user: email.clone(), password: api_key.clone() })
            }
            Auth::OAuth { .. } => {
                let token = self.token();
                let fresh = token.expires_at.is_none_or(|at| now < at);
                let access = token.access.clone().filter(|_| fresh)?;
                Some(Credentials::Bearer { token: access, generation: token.generation })
            }
        }
    }

    /// Gives up the token of this generation after the vendor refused it; a newer one stays.
    pub(crate) fn refused(&self, generation: u64) {
        let mut token = self.token();
        if token.generation == generation {
            token.access = None;
        }
    }

    /// The call that fetches a token, with the app's own credentials.
    pub(crate) fn refresh_call(&self) -> Option<(Call, Credentials)> {
        let Auth::OAuth { client_id, client_secret, token_url, .. } = &self.auth else {
            return None;
        };
        let refresh = self.token().refresh.clone()?;
        let app = Credentials::Basic { user: client_id.clone(), password: client_secret.clone() };
        Some((Call::refresh(token_url.clone(), refresh), app))
    }

    /// Keeps a fetched token, and the new refresh token when the vendor rotates it.
    pub(crate) fn accept(&self, answer: TokenAnswer, now: Instant) {
        let mut token = self.token();
        let lifetime = answer.expires_in.map(|s| Duration::from_secs(s.min(365 * 24 * 3600)));
        token.expires_at = lifetime.map(|lifetime| now + lifetime - RENEW_BEFORE.min(lifetime / 2));
        token.access = Some(answer.access_token);
        if answer.refresh_token.is_some() {
            token.refresh = answer.refresh_token;
        }
        token.generation += 1;
    }

    /// The refresh token as it stands, so that a rotated one can be kept.
    pub(crate) fn refresh_token(&self) -> Option<SecretString> {
        self.token().refresh.clone()
    }

    fn token(&self) -> MutexGuard<'_, Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
