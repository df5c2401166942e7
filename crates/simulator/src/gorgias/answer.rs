//! What leaves the Gorgias API: answers and refusals, the latter in the one error envelope.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What every handler gives.
pub(super) type Outcome = Result<Answer, Refusal>;

/// A request that was served.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Option<Value>,
}

impl Answer {
    /// 200 with a body.
    pub(super) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body) }
    }

    /// 201 with a body.
    pub(super) fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body) }
    }

    /// 201 with an empty body.
    pub(super) fn created_empty() -> Self {
        Self { status: StatusCode::CREATED, body: None }
    }

    /// 202 with a body.
    pub(super) fn accepted(body: Value) -> Self {
        Self { status: StatusCode::ACCEPTED, body: Some(body) }
    }

    /// 202 with an empty body.
    pub(super) fn accepted_empty() -> Self {
        Self { status: StatusCode::ACCEPTED, body: None }
    }

    /// 204.
    pub(super) fn gone() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self.body {
            Some(body) => (self.status, axum::Json(body)).into_response(),
            None => self.status.into_response(),
        }
    }
}

/// A request that was refused.
#[derive(Debug)]
pub(super) struct Refusal(Box<Reasons>);

#[derive(Debug)]
struct Reasons {
    status: u16,
    msg: String,
    data: Map<String, Value>,
    location: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: u16, msg: impl Into<String>) -> Self {
        Self(Box::new(Reasons { status, msg: msg.into(), data: Map::new(), location: None }))
    }

    /// 400 that names one field and why.
    pub(super) fn field(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::fields(vec![(path.into(), reason.into())])
    }

    /// 400 that names several fields.
    pub(super) fn fields(wrong: Vec<(String, String)>) -> Self {
        let mut refusal = Self::new(400, "Invalid request");
        for (path, reason) in wrong {
            let reasons = refusal.0.data.entry(path).or_insert_with(|| json!([]));
            if let Some(reasons) = reasons.as_array_mut() {
                reasons.push(Value::String(reason));
            }
        }
        refusal
    }

    /// Another status for the same reasons.
    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.0.status = status;
        self
    }

    /// 404.
    pub(super) fn missing(what: &str, id: i64) -> Self {
        Self::new(404, format!("{what} {id} does not exist"))
    }

    /// 301: the record was merged into another one.
    pub(super) fn merged(path: &str, code: &str, into: i64) -> Self {
        let mut refusal = Self::new(301, code);
        refusal.0.data.insert("id".to_owned(), json!([into]));
        refusal.0.location = Some(format!("{path}/{into}"));
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = json!({"msg": self.0.msg});
        if !self.0.data.is_empty() {
            error["data"] = Value::Object(self.0.data);
        }
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(json!({"error": error}))).into_response();
        if let Some(location) = self.0.location.and_then(|path| HeaderValue::from_str(&path).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}
