//! What a request carries: a body of bounded size that is JSON of the documented shape, and a query of the documented
//! names. What cannot be read is told by its place, never by its content.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::{Api, problem::Refusal};

/// Bytes of a body that is too large that are still taken off the wire, so that the client gets to read the answer.
const DRAINED: usize = 64 << 20;

/// How long that may last.
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// A body that has to be there.
#[derive(Debug)]
pub(crate) struct Sent<T>(pub(crate) T);

/// A body that may be missing.
#[derive(Debug)]
pub(crate) struct MaySend<T>(pub(crate) T);

/// The query.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Api>> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let bytes = read(body, &parts.headers, api.config.body_limit).await?;
        is_json(&parts.headers)?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<Arc<Api>> for MaySend<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let bytes = read(body, &parts.headers, api.config.body_limit).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        is_json(&parts.headers)?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequestParts<Arc<Api>> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Result<Self, Refusal> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        let told = "the query has a name or a value that is not documented, see /v1/openapi.json";
        query.map(|Query(query)| Self(query)).map_err(|_| Refusal::malformed(told))
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Refusal::not_json()) }
}

/// Reads a body up to the limit; of a larger one nothing is kept.
async fn read(body: Body, headers: &HeaderMap, limit: usize) -> Result<Bytes, Refusal> {
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let mut pieces = body.into_data_stream();
    let mut read = Vec::new();
    let mut fits = announced.is_none_or(|length| length <= limit as u64);
    while fits {
        match pieces.next().await {
            None => return Ok(read.into()),
            Some(Err(_)) => return Err(Refusal::malformed("the body ended before its time")),
            Some(Ok(piece)) if read.len() + piece.len() > limit => fits = false,
            Some(Ok(piece)) => read.extend_from_slice(&piece),
        }
    }
    drop(read);
    let drain = async {
        let mut drained = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            drained += piece.len();
            if drained > DRAINED {
                break;
            }
        }
    };
    // Whether it was drained or not, the answer is the same.
    let _ = tokio::time::timeout(DRAIN_TIME, drain).await;
    Err(Refusal::too_large(limit))
}

/// Reads JSON; says where it does not fit and which names are known, and nothing of what was sent.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        match error.classify() {
            Category::Syntax | Category::Eof | Category::Io => {
                Refusal::malformed(format!("it is no JSON at {place}"))
            }
            Category::Data => Refusal::invalid(format!("{} at {place}", told(&error.to_string()))),
        }
    })
}

/// The part of a parser's message that is ours: after the quoted input comes what was expected.
fn told(message: &str) -> String {
    if message.contains(" is not a slug: ") {
        return "a name is not a slug of 1 to 63 a-z, 0-9 and '-', beginning with a letter or digit"
            .to_owned();
    }
    let what = ["unknown field", "missing field", "unknown variant", "invalid type", "duplicate field"];
    let what = what.into_iter().find(|what| message.starts_with(what)).unwrap_or("a value does not fit");
    let known = match what {
        "missing field" => message.split('`').nth(1).map(|name| format!(" {name}")),
        "duplicate field" => None,
        _ => message
            .rfind(", expected ")
            .and_then(|at| message[at..].split(" at line ").next())
            .map(str::to_owned),
    };
    format!("{what}{}", known.unwrap_or_default())
}
