//! Who may call and how often: authentication first, then the bucket, whose state goes out on every answer.
//! Nothing here looks at what is asked.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::answer::Refusal;
use super::tokens::client_of;
use crate::door::{Door, Drained};
use crate::settings::UnauthorizedShape;
use crate::world::World;

const CALL_LIMIT: HeaderName = HeaderName::from_static("x-gorgias-account-api-call-limit");

/// The middleware in front of everything under `/api`.
pub(crate) async fn keep(State(door): State<Door>, request: Request, next: Next) -> Response {
    let world = &door.world;
    let now_us = world.clock.micros();
    if !is_known(world, request.headers()) {
        let verdict = world.gorgias.bucket().look(now_us);
        return dressed(unauthorized(world), verdict.used, verdict.limit);
    }
    let verdict = world.gorgias.bucket().take(now_us);
    let Some(seconds) = verdict.retry_after_s else {
        return dressed(next.run(request).await, verdict.used, verdict.limit);
    };
    if world.settings().throttled_write_applied {
        next.run(request).await;
    }
    let mut answer = Refusal::new(429, "Too many requests").into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    dressed(answer, verdict.used, verdict.limit)
}

fn dressed(mut answer: Response, used: u32, limit: u32) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("{used}/{limit}")) {
        answer.headers_mut().insert(CALL_LIMIT, value);
    }
    answer.extensions_mut().insert(Drained { used, limit });
    answer
}

fn is_known(world: &World, headers: &HeaderMap) -> bool {
    if let Some((email, key)) = client_of(headers) {
        let owner = &world.gorgias.email;
        return email.eq_ignore_ascii_case(owner) && key == world.gorgias.api_key;
    }
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, token)) = value.and_then(|value| value.split_once(' ')) else {
        return false;
    };
    scheme.eq_ignore_ascii_case("bearer")
        && world.gorgias.tokens().accepts(token.trim(), world.clock.millis())
}

fn unauthorized(world: &World) -> Response {
    match world.settings().unauthorized_shape {
        UnauthorizedShape::Error => Refusal::new(401, "Unauthorized").into_response(),
        UnauthorizedShape::Message => {
            (StatusCode::UNAUTHORIZED, axum::Json(json!({"message": "Unauthorized"}))).into_response()
        }
    }
}
