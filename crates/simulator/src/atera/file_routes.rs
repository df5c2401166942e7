//! `/tickets/{id}/attachments` and the file hosts behind the URLs it lists. Each listing signs anew: the path of a
//! file stays, its query does not. The file hosts want no token and count every request that brings one.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::stream;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::account::Account;
use super::envelope;
use super::file_plan::{self, Content, FilePlan};
use super::gate;
use super::prng::{Draw, Stream};
use super::query::Query;
use super::ticket_plan::Inline;

pub(super) fn listing_routes() -> Router<Arc<Account>> {
    Router::new().route("/tickets/{id}/attachments", get(list))
}

pub(super) fn serving_routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/files/{ticket}/{number}/{name}", get(ordinary))
        .route("/foreign/{ticket}/{number}/{name}", get(foreign))
        .route("/files/inline/{ticket}/{name}", get(inline))
}

async fn list(State(account): State<Arc<Account>>, Path(id): Path<i64>, query: Query) -> Response {
    if account.ticket(id).is_none() {
        return envelope::problem(StatusCode::NOT_FOUND, "Not Found");
    }
    let listing = account.next_listing();
    let files = file_plan::files(account.scale(), id);
    let urls: Vec<String> =
        files.iter().filter_map(|file| url(&account, &query.origin, id, file, listing)).collect();
    Json(urls).into_response()
}

fn url(account: &Account, origin: &str, ticket: i64, file: &FilePlan, listing: u64) -> Option<String> {
    let mut url = Url::parse(origin).ok()?;
    let host = if file.foreign { "foreign" } else { "files" };
    let (ticket_text, number) = (ticket.to_string(), file.number.to_string());
    url.path_segments_mut().ok()?.extend([host, &ticket_text, &number, file.name]);
    let now_s = account.now_ms() / 1_000;
    let expires = if file.expired { now_s - 60 } else { now_s + account.behaviour().file_url_lifetime_s };
    let signature = sign(account, ticket, file.number, expires, listing);
    url.query_pairs_mut()
        .append_pair("expires", &expires.to_string())
        .append_pair("listing", &listing.to_string())
        .append_pair("sig", &signature);
    Some(url.into())
}

fn sign(account: &Account, ticket: i64, number: u32, expires: i64, listing: u64) -> String {
    let id = ticket.wrapping_mul(1_000).wrapping_add(i64::from(number)) ^ expires.rotate_left(20);
    format!("{:016x}", Draw::part(account.scale().seed, Stream::Signature, id, listing).bits())
}

type FilePath = Path<(i64, u32, String)>;

async fn ordinary(
    State(account): State<Arc<Account>>,
    path: FilePath,
    query: Query,
    headers: HeaderMap,
) -> Response {
    serve(&account, &path, &query, &headers, false)
}

async fn foreign(
    State(account): State<Arc<Account>>,
    path: FilePath,
    query: Query,
    headers: HeaderMap,
) -> Response {
    serve(&account, &path, &query, &headers, true)
}

async fn inline(
    State(account): State<Arc<Account>>,
    Path((ticket, _name)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Response {
    note_token(&account, &headers);
    let hosted = account.ticket(ticket).is_some_and(|plan| plan.inline == Inline::Hosted);
    if !hosted {
        return StatusCode::NOT_FOUND.into_response();
    }
    account.count_file();
    let bytes = file_plan::png(account.scale().seed, ticket);
    ([(header::CONTENT_TYPE, "image/png")], bytes).into_response()
}

fn serve(
    account: &Account,
    Path((ticket, number, name)): &FilePath,
    query: &Query,
    headers: &HeaderMap,
    foreign: bool,
) -> Response {
    note_token(account, headers);
    let files = file_plan::files(account.scale(), *ticket);
    let wanted = |file: &&FilePlan| file.number == *number && file.name == name && file.foreign == foreign;
    let Some(file) = files.iter().find(wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let signed = query.number("expires").zip(query.number("listing")).is_some_and(|(expires, listing)| {
        let signature = sign(account, *ticket, *number, expires, listing.cast_unsigned());
        account.now_ms() / 1_000 < expires && query.get("sig") == Some(signature.as_str())
    });
    if !signed {
        let body = "<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code></Error>";
        return (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/xml")], body).into_response();
    }
    account.count_file();
    let bytes = file_plan::bytes(account.scale().seed, *ticket, file);
    let headers = [
        (header::CONTENT_TYPE, file.content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(file)),
    ];
    if file.content == Content::Huge {
        let length: [(HeaderName, String); 1] = [(header::CONTENT_LENGTH, file_plan::HUGE_BYTES.to_string())];
        let chunks = (0..file_plan::CHUNKS).map(move |_| Ok::<_, Infallible>(bytes.clone()));
        return (headers, length, Body::from_stream(stream::iter(chunks))).into_response();
    }
    (headers, bytes).into_response()
}

/// The name twice: once for those who read ASCII only, once as RFC 6266 has it.
fn disposition(file: &FilePlan) -> String {
    let plain: String = file.name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let exact = byte_serialize(file.name.as_bytes()).collect::<String>().replace('+', "%20");
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

fn note_token(account: &Account, headers: &HeaderMap) {
    if gate::brings_credential(headers) {
        account.count_token_at_files();
    }
}
