//! The frame around lists, and the error bodies: `items` may be null, the last page's link is null on some
//! endpoints and empty on others, and a page past the end is an ordinary answer. Never 422s a page number.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::behaviour::UnknownId;
use super::query::Query;

/// The most rows a page has, however many were asked for.
pub(crate) const MOST_ROWS: i64 = 50;

/// The rows a page has when nothing was asked for.
const USUAL_ROWS: i64 = 20;

/// How an endpoint writes what is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nothing {
    /// Missing links and empty `items` are null.
    Null,
    /// Missing links are `""`, empty `items` is `[]`.
    Empty,
}

/// Answers one page of a list of `total` rows; `row` is asked for the rows of this page only.
pub(crate) fn page(
    query: &Query,
    path: &str,
    nothing: Nothing,
    total: usize,
    row: impl FnMut(usize) -> Option<Value>,
) -> Response {
    let page = query.number("page").unwrap_or(1).max(1);
    let rows = query.number("itemsInPage").unwrap_or(USUAL_ROWS).clamp(1, MOST_ROWS);
    let total_rows = i64::try_from(total).unwrap_or(i64::MAX);
    let pages = (total_rows + rows - 1) / rows;
    let first = usize::try_from((page - 1).saturating_mul(rows)).unwrap_or(usize::MAX).min(total);
    let past = first.saturating_add(usize::try_from(rows).unwrap_or(0)).min(total);
    let items: Vec<Value> = (first..past).filter_map(row).collect();

    let link = |to: i64, there: bool| match (there, nothing) {
        (true, _) => Value::String(link_to(query, path, to, rows)),
        (false, Nothing::Null) => Value::Null,
        (false, Nothing::Empty) => Value::String(String::new()),
    };
    let items = if items.is_empty() && nothing == Nothing::Null { Value::Null } else { Value::Array(items) };
    let body = json!({
        "items": items,
        "totalItemCount": total_rows,
        "page": page,
        "itemsInPage": rows,
        "totalPages": pages,
        "prevLink": link(page - 1, 1 < page),
        "nextLink": link(page + 1, page < pages),
    });
    Json(body).into_response()
}

/// A page of rows that are already made.
pub(crate) fn page_of(query: &Query, path: &str, nothing: Nothing, rows: &[Value]) -> Response {
    page(query, path, nothing, rows.len(), |at| rows.get(at).cloned())
}

fn link_to(query: &Query, path: &str, page: i64, rows: i64) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.without_paging());
    text.append_pair("page", &page.to_string()).append_pair("itemsInPage", &rows.to_string());
    format!("{}/api/v3{path}?{}", query.origin, text.finish())
}

/// An error with the `ProblemDetails` body some endpoints declare.
pub(crate) fn problem(status: StatusCode, title: &str) -> Response {
    let body = json!({
        "type": format!("https://tools.ietf.org/html/rfc9110#status-{}", status.as_u16()),
        "title": title,
        "status": status.as_u16(),
        "detail": null,
        "instance": null,
        "traceId": "00-00000000000000000000000000000000-0000000000000000-00",
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json; charset=utf-8")];
    (status, kind, body.to_string()).into_response()
}

/// 404 with `ProblemDetails`.
pub(crate) async fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "Not Found")
}

/// 400 for a filter date that cannot be read.
pub(crate) fn bad_date(name: &str) -> Response {
    problem(StatusCode::BAD_REQUEST, &format!("the value of {name} is not a date in the account's zone"))
}

/// One record, or what the account answers for an unknown id.
pub(crate) fn record(found: Option<Value>, unknown: UnknownId) -> Response {
    match (found, unknown) {
        (Some(value), _) => Json(value).into_response(),
        (None, UnknownId::NotFound) => StatusCode::NOT_FOUND.into_response(),
        (None, UnknownId::ServerError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        (None, UnknownId::Null) => Json(Value::Null).into_response(),
    }
}
