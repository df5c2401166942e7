//! One call, described and not yet made: endpoint, path, query, body, and the record it is about.

use reqwest::Method;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

use crate::models::UploadFile;

/// A call to be made.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Name for errors and logs, without ids: `GET /tickets/{id}`.
    pub(crate) endpoint: &'static str,
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) payload: Payload,
    /// The record for errors: an id or external id.
    pub(crate) record: Option<String>,
}

/// Where a call goes.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// Below the account's base address.
    Path(String),
    /// The token address.
    Token(url::Url),
}

/// What a call carries.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    Nothing,
    Json(Value),
    Files(Vec<UploadFile>),
    Refresh(SecretString),
}

impl Call {
    pub(crate) fn get(endpoint: &'static str, path: impl Into<String>) -> Self {
        Self::of(endpoint, Method::GET, Target::Path(path.into()), Payload::Nothing)
    }

    pub(crate) fn delete(endpoint: &'static str, path: impl Into<String>) -> Self {
        Self::of(endpoint, Method::DELETE, Target::Path(path.into()), Payload::Nothing)
    }

    pub(crate) fn post(endpoint: &'static str, path: impl Into<String>, body: &impl Serialize) -> Self {
        Self::of(endpoint, Method::POST, Target::Path(path.into()), Payload::json(body))
    }

    pub(crate) fn put(endpoint: &'static str, path: impl Into<String>, body: &impl Serialize) -> Self {
        Self::of(endpoint, Method::PUT, Target::Path(path.into()), Payload::json(body))
    }

    pub(crate) fn upload(endpoint: &'static str, path: impl Into<String>, files: Vec<UploadFile>) -> Self {
        Self::of(endpoint, Method::POST, Target::Path(path.into()), Payload::Files(files))
    }

    pub(crate) fn refresh(token_url: url::Url, refresh_token: SecretString) -> Self {
        Self::of("POST /oauth/token", Method::POST, Target::Token(token_url), Payload::Refresh(refresh_token))
    }

    pub(crate) fn query(mut self, key: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.query.push((key, value.to_string()));
        self
    }

    pub(crate) fn about(mut self, record: impl Into<String>) -> Self {
        self.record = Some(record.into());
        self
    }

    pub(crate) fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    fn of(endpoint: &'static str, method: Method, target: Target, payload: Payload) -> Self {
        Self { endpoint, method, target, query: Vec::new(), payload, record: None }
    }
}

impl Payload {
    /// Our own bodies always serialise; should one not, the null is refused before it leaves.
    fn json(body: &impl Serialize) -> Self {
        Self::Json(serde_json::to_value(body).unwrap_or(Value::Null))
    }
}
