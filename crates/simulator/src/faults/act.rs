//! What a fault does to an answer. Cutting and holding are only marked here; the door, which owns the line, does
//! them once the request stands in the log.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::Stream;

use super::{Action, Cut, Held};
use crate::request_log::Api;
use crate::world::World;

/// What is done to an answer after the request was applied.
#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Status(u16),
    Cut { hang_ms: u64 },
    Half,
    Garbage,
    Hold { ms: u64 },
    Nothing,
}

impl After {
    pub(super) fn of(action: &Action) -> Self {
        match action {
            Action::AppliedThenStatus { status } => Self::Status(*status),
            Action::AppliedThenTimeout { hang_ms } => Self::Cut { hang_ms: *hang_ms },
            Action::HalfBody => Self::Half,
            Action::BadBytes => Self::Garbage,
            Action::Slow { ms } => Self::Hold { ms: *ms },
            Action::Status { .. } | Action::Drop | Action::ExpireToken => Self::Nothing,
        }
    }
}

/// The answer of a fault that keeps the request from being applied.
pub(super) fn before(action: &Action, world: &World, api: Api) -> Option<Response> {
    match action {
        Action::Status { status, retry_after, body } => {
            let mut answer = refusal(*status, body.as_deref());
            if let Some(seconds) = retry_after {
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Some(answer)
        }
        Action::Drop => Some(marked(StatusCode::OK.into_response(), Cut { hang_ms: 0 })),
        Action::ExpireToken => {
            world.gorgias.tokens().expire_all();
            Some(match api {
                Api::Atera => StatusCode::UNAUTHORIZED.into_response(),
                Api::Gorgias => refusal(401, None),
            })
        }
        _ => None,
    }
}

/// Does to an answer what the fault asks for.
pub(super) async fn after(after: After, answer: Response) -> Response {
    match after {
        After::Status(status) => code(status).into_response(),
        After::Cut { hang_ms } => marked(answer, Cut { hang_ms }),
        After::Half => half(answer).await,
        After::Garbage => garbage(),
        After::Hold { ms } => {
            let mut answer = answer;
            answer.extensions_mut().insert(Held { ms });
            answer
        }
        After::Nothing => answer,
    }
}

fn refusal(status: u16, body: Option<&str>) -> Response {
    let fallback = r#"{"error":{"msg":"a fault was asked for"}}"#;
    let body = body.unwrap_or(fallback).to_owned();
    (code(status), [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn marked(mut answer: Response, cut: Cut) -> Response {
    answer.extensions_mut().insert(cut);
    answer
}

fn garbage() -> Response {
    let bytes: &[u8] = b"{\"data\":[\xff\xfe\xc3\x28,,\x00";
    ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}

/// The same head and length, but the body breaks off in the middle.
async fn half(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if bytes.is_empty() {
        return marked(HttpResponse::from_parts(parts, Body::empty()), Cut { hang_ms: 0 });
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let first = bytes.slice(..bytes.len() / 2);
    HttpResponse::from_parts(parts, Body::from_stream(Broken::Start(first)))
}

/// A body that yields its first half, lets it be flushed, and fails.
#[derive(Debug)]
enum Broken {
    Start(Bytes),
    Flush,
    Fail,
}

impl Stream for Broken {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match std::mem::replace(&mut *self, Self::Fail) {
            Self::Start(bytes) => {
                *self = Self::Flush;
                Poll::Ready(Some(Ok(bytes)))
            }
            Self::Flush => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Fail => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset)))),
        }
    }
}
