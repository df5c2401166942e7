//! Who asks, and what they may do. A token is compared by its hash, in constant time, with every one there is.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::header, http::request::Parts};
use bootstrap::settings::scheduler::ApiRole;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Api, problem::Refusal};

/// Whoever may look.
#[derive(Debug)]
pub(crate) struct Viewer;

/// Whoever may act, by name.
#[derive(Debug)]
pub(crate) struct Operator(pub(crate) String);

/// Whoever may make accounts, by name.
#[derive(Debug)]
pub(crate) struct Admin(pub(crate) String);

/// The hash of a token as the configuration has it: SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn token_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl FromRequestParts<Arc<Api>> for Viewer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Refusal> {
        caller(parts, api, ApiRole::Viewer).map(|_| Self)
    }
}

impl FromRequestParts<Arc<Api>> for Operator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Refusal> {
        caller(parts, api, ApiRole::Operator).map(Self)
    }
}

impl FromRequestParts<Arc<Api>> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Refusal> {
        caller(parts, api, ApiRole::Admin).map(Self)
    }
}

/// The name of whoever asks, if their role reaches.
fn caller(parts: &Parts, api: &Api, needed: ApiRole) -> Result<String, Refusal> {
    let given = parts.headers.get(header::AUTHORIZATION).ok_or_else(Refusal::no_token)?;
    let given = given.as_bytes();
    let (scheme, token) = given.split_at_checked("Bearer ".len()).ok_or_else(Refusal::no_token)?;
    if !scheme.eq_ignore_ascii_case(b"Bearer ") {
        return Err(Refusal::no_token());
    }
    let hash: String = Sha256::digest(token.trim_ascii()).iter().map(|byte| format!("{byte:02x}")).collect();
    let (mut found, mut at) = (Choice::from(0), 0_u64);
    for (place, known) in (0_u64..).zip(&api.config.tokens) {
        let same = known.sha256.as_bytes().ct_eq(hash.as_bytes());
        at.conditional_assign(&place, same);
        found |= same;
    }
    let known = usize::try_from(at).ok().and_then(|at| api.config.tokens.get(at));
    match known.filter(|_| bool::from(found)) {
        None => Err(Refusal::no_token()),
        Some(known) if known.role < needed => Err(Refusal::role_too_low(name(needed))),
        Some(known) => Ok(known.name.clone()),
    }
}

fn name(role: ApiRole) -> &'static str {
    match role {
        ApiRole::Viewer => "viewer",
        ApiRole::Operator => "operator",
        ApiRole::Admin => "admin",
    }
}
