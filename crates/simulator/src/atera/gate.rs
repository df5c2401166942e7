//! Who may read: the token or the legacy key, and the optional rate limit of the source.
//! A refusal by token has an empty body and no hint, as the real one has; nothing here looks at a record.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::account::Account;

/// The rate limit of the source, shared by all its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourceRate {
    /// Requests allowed in any window.
    pub(crate) limit: u32,
    /// Length of the window in milliseconds.
    pub(crate) window_ms: u64,
}

/// The requests of the running window.
#[derive(Debug)]
pub(crate) struct Window {
    rate: SourceRate,
    taken: VecDeque<Instant>,
}

impl Window {
    pub(super) fn new(rate: SourceRate) -> Self {
        Self { rate, taken: VecDeque::new() }
    }

    /// Takes one request, or says how long to wait.
    fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let length = Duration::from_millis(self.rate.window_ms);
        while self.taken.front().is_some_and(|first| length <= now.duration_since(*first)) {
            self.taken.pop_front();
        }
        if self.taken.len() < self.rate.limit as usize {
            self.taken.push_back(now);
            return Ok(());
        }
        let oldest = self.taken.front().copied().unwrap_or(now);
        Err(length.saturating_sub(now.duration_since(oldest)))
    }
}

/// Lets a request through that brings the Bearer token or the legacy key; 401 with an empty body otherwise.
pub(crate) async fn token(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    if account.behaviour().token_valid && is_known(&account, request.headers()) {
        return next.run(request).await;
    }
    StatusCode::UNAUTHORIZED.into_response()
}

/// Answers 429 with `Retry-After` in seconds when the window is full.
pub(crate) async fn rate(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    let verdict = account
        .window
        .as_ref()
        .map_or(Ok(()), |window| window.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now()));
    match verdict {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let seconds = wait.as_millis().div_ceil(1_000).max(1).to_string();
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)]).into_response()
        }
    }
}

/// Whether the headers hold any API credential, right or wrong.
pub(crate) fn brings_credential(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key("x-api-key")
}

fn is_known(account: &Account, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").and_then(|value| value.split_once(' '));
    let by_token = bearer.is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && token.trim() == account.token()
    });
    let key_fits =
        |key: &str| key == account.api_key() || (key == account.token() && account.behaviour().token_as_key);
    by_token || text("x-api-key").is_some_and(key_fits)
}
