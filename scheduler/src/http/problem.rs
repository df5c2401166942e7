//! Errors of the API as problem+json (RFC 9457). What was sent is never told back.

use assess::StepRefused;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::api::Problem;

use crate::Error;

/// A request that is not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    problems: Vec<String>,
}

impl Refusal {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into(), problems: Vec::new() }
    }

    pub(crate) fn no_such_place() -> Self {
        let detail = "see /v1/openapi.json for every place there is";
        Self::new(StatusCode::NOT_FOUND, "no_such_place", "there is nothing here", detail)
    }

    pub(crate) fn no_such_deed() -> Self {
        let detail = "see /v1/openapi.json for the methods of each place";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "no_such_method",
            "this place does not know the method",
            detail,
        )
    }

    pub(crate) fn no_such(what: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", what, "check the name, or create it")
    }

    pub(crate) fn no_token() -> Self {
        let detail = "send a token of scheduler.tokens as Authorization: Bearer TOKEN";
        Self::new(StatusCode::UNAUTHORIZED, "no_token", "no valid token came with the request", detail)
    }

    pub(crate) fn role_too_low(needed: &str) -> Self {
        let detail = format!("this needs the role {needed}");
        Self::new(StatusCode::FORBIDDEN, "role_too_low", "the token's role does not reach", detail)
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("at most {limit} bytes are read");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is too large", detail)
    }

    pub(crate) fn not_json() -> Self {
        let detail = "send Content-Type: application/json";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "the body is not said to be JSON", detail)
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "the request cannot be read", detail)
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "the request cannot be meant so", detail)
    }

    pub(crate) fn all_invalid(problems: Vec<String>) -> Self {
        Self { problems, ..Self::invalid("see problems, all of them have to be mended") }
    }

    pub(crate) fn not_ready(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "something it needs cannot be reached",
            detail,
        )
    }

    pub(crate) fn out_of_order(detail: impl Into<String>) -> Self {
        let title = "another step comes first";
        Self::new(StatusCode::CONFLICT, "out_of_order", title, detail)
    }

    pub(crate) fn conflict_for(detail: impl Into<String>, problems: Vec<String>) -> Self {
        Self { problems, ..Self::conflict(detail) }
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict",
            "the migration does not stand where this is possible",
            detail,
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem {
            r#type: format!("urn:flotilla:{}", self.kind),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: Some(self.detail),
            problems: self.problems,
        };
        let mut response = (self.status, serde_json::json!(problem).to_string()).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}

impl From<ledger::Error> for Refusal {
    fn from(error: ledger::Error) -> Self {
        use ledger::Error as E;
        match &error {
            E::NoSuchMigration(_) => Self::no_such("there is no such migration"),
            E::IllegalMove { .. } | E::WrongPass { .. } | E::MigrationExists(_) => {
                Self::conflict(error.to_string())
            }
            E::RequestReused { .. } => Self::invalid("the Idempotency-Key was used for another request"),
            _ => {
                tracing::error!(%error, "a request failed for want of the ledger");
                Self::not_ready(error.to_string())
            }
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Ledger(error) => error.into(),
            Error::Preflight { ref problems, .. } | Error::NotSignedOff { ref problems, .. } => {
                Self::conflict_for(error.to_string(), problems.clone())
            }
            // Where they differ, not in what: the map may have come with this very request.
            Error::MapUnconfirmed { ref problems, .. } | Error::TwoMaps { ref problems, .. } => {
                let places = problems.iter().filter_map(|line| line.split(": ").next()).map(str::to_owned);
                Self::conflict_for(error.to_string(), places.collect())
            }
            Error::BadMap { problems } => Self::all_invalid(problems),
            Error::CannotAcknowledge { .. } => Self::invalid(error.to_string()),
            Error::MapChanged { .. }
            | Error::NotAssessed { .. }
            | Error::Unsigned { .. }
            | Error::Refused { .. }
            | Error::NotYet { .. }
            | Error::Settings { .. } => Self::conflict(error.to_string()),
            Error::SeatsUnsaid { .. } | Error::SeatFactsOld { .. } | Error::SeatsMoved { .. } => {
                Self::conflict(error.to_string())
            }
            Error::SeatAccount { .. } => Self::invalid(error.to_string()),
            Error::NoSeatPlan { .. } => Self::no_such("no seat cycle was planned"),
            Error::SeatStep { why: StepRefused::OutOfOrder { .. } } => Self::out_of_order(error.to_string()),
            Error::SeatStep { why: StepRefused::NoSuchStep { .. } } => {
                Self::no_such("the seat cycle has no such step")
            }
            Error::NoDocuments { .. } => Self::no_such("no documents are written yet"),
            Error::NoArticle { .. } => Self::no_such("no article of this id asks for a look"),
            Error::Nested { .. } | Error::Schedule(_) => Self::invalid(error.to_string()),
            Error::Papers(
                documents::Error::HandoffIncomplete { .. }
                | documents::Error::HandoffFolder { .. }
                | documents::Error::Changed { .. },
            ) => Self::conflict(error.to_string()),
            Error::Queue(_) | Error::Papers(_) | Error::Stuck { .. } | Error::Dossier { .. } => {
                tracing::error!(%error, "a request failed");
                Self::not_ready(error.to_string())
            }
        }
    }
}
