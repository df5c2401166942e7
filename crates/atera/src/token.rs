//! When a token ends, as far as it says so: the newer ones are three parts joined by dots, and the middle one says. Nothing
//! is verified; only the source can do that.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    exp: Option<i64>,
}

/// The end the token names.
pub(crate) fn expires(token: &SecretString) -> Option<Timestamp> {
    let mut parts = token.expose_secret().trim().split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let bytes = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&bytes).ok()?;
    Timestamp::from_second(claims.exp?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_names_its_end_is_read_and_no_other() {
        let token = |claims: &str| SecretString::from(format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims)));
        let ends = Timestamp::from_second(1_800_000_000).unwrap();
        assert_eq!(expires(&token(r#"{"sub":"a","exp":1800000000}"#)), Some(ends));
        assert_eq!(expires(&token(r#"{"sub":"a"}"#)), None);
        assert_eq!(expires(&SecretString::from("0123456789abcdef")), None);
        assert_eq!(expires(&SecretString::from("a.b.c.d")), None);
    }
}
