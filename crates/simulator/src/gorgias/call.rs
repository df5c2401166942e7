//! One call as a handler sees it: the ids in its path, its query, its body, and the world. An unknown query
//! parameter is refused here, since the vendor refuses every unknown parameter.

use axum::extract::FromRequest;
use axum::extract::{FromRequestParts, Request};
use axum::http::Method;
use serde_json::Value;

use super::answer::Refusal;
use super::state::Guard;
use crate::door::Received;
use crate::settings::Settings;
use crate::world::Shared;

/// A call on its way to a handler.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) world: Shared,
    pub(super) path: String,
    ids: Vec<i64>,
    query: Vec<(String, String)>,
    received: Option<Received>,
}

impl FromRequest<Shared> for Call {
    type Rejection = Refusal;

    async fn from_request(request: Request, world: &Shared) -> Result<Self, Refusal> {
        let (mut parts, _) = request.into_parts();
        let extension = axum::Extension::<Received>::from_request_parts(&mut parts, world).await;
        let path = parts.uri.path().to_owned();
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let query: Vec<_> =
            query.map(|(name, value)| (name.trim_end_matches("[]").to_owned(), value.into_owned())).collect();
        let received = extension.ok().map(|extension| extension.0);
        let empty = received.as_ref().is_none_or(|received| received.bytes().is_empty());
        let not_json = received.as_ref().is_some_and(|received| received.json().is_none());
        let is_form = path.ends_with("/upload") || path.starts_with("/oauth");
        if !empty && not_json && !is_form && parts.method != Method::GET {
            return Err(Refusal::new(400, "The body is not valid JSON"));
        }
        let ids = path.split('/').filter_map(|part| part.parse().ok()).collect();
        Ok(Self { world: world.clone(), path, ids, query, received })
    }
}

impl Call {
    /// The switches as they stand now.
    pub(super) fn settings(&self) -> Settings {
        self.world.settings()
    }

    /// The account's records.
    pub(super) fn state(&self) -> Guard<'_> {
        self.world.gorgias.state()
    }

    /// The `n`th id in the path.
    pub(super) fn id(&self, n: usize) -> i64 {
        self.ids.get(n).copied().unwrap_or(-1)
    }

    /// The body as JSON.
    pub(super) fn body(&self) -> Result<&Value, Refusal> {
        let json = self.received.as_ref().and_then(Received::json);
        json.ok_or_else(|| Refusal::new(400, "A JSON body is required"))
    }

    /// Refuses every query parameter but these.
    pub(super) fn allow_query(&self, names: &[&str]) -> Result<(), Refusal> {
        let unknown = self.query.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        let wrong: Vec<_> = unknown.map(|(name, _)| (name.clone(), "Unknown field.".to_owned())).collect();
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::fields(wrong)) }
    }

    /// The first value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a repeated query parameter, as ids.
    pub(super) fn query_ids(&self, name: &str) -> Result<Vec<i64>, Refusal> {
        let values = self.query.iter().filter(|(key, _)| key == name);
        values
            .map(|(_, value)| value.parse().map_err(|_| Refusal::field(name, "Not a valid integer.")))
            .collect()
    }

    /// A query parameter that must be an id if it is there.
    pub(super) fn query_id(&self, name: &str) -> Result<Option<i64>, Refusal> {
        Ok(self.query_ids(name)?.first().copied())
    }

    /// A query parameter that must be true or false if it is there.
    pub(super) fn query_bool(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.query(name).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(Refusal::field(name, "Not a valid boolean.")),
        }
    }
}
