//! What a request asks for: query names in any case, unknown names ignored without a word (as Atera does),
//! and the origin under which the caller reached us. Never rejects a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use url::form_urlencoded;

/// The query of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    /// `http://host:port` as the caller wrote it, for links and file URLs.
    pub(crate) origin: String,
}

impl Query {
    /// The value of a name, written in any case; an empty value counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A whole number; anything else counts as absent.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|value| value.trim().parse().ok())
    }

    /// A yes or no, with what holds when nothing is said.
    pub(crate) fn flag(&self, name: &str, default: bool) -> bool {
        match self.get(name) {
            Some(value) if value.eq_ignore_ascii_case("true") => true,
            Some(value) if value.eq_ignore_ascii_case("false") => false,
            _ => default,
        }
    }

    /// The pairs that belong in a link to a neighbouring page.
    pub(crate) fn without_paging(&self) -> impl Iterator<Item = (&str, &str)> {
        let paging = |key: &str| key.eq_ignore_ascii_case("page") || key.eq_ignore_ascii_case("itemsInPage");
        let pairs = self.pairs.iter().filter(move |(key, _)| !paging(key));
        pairs.map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let text = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
        Ok(Self { pairs, origin: format!("http://{host}") })
    }
}
