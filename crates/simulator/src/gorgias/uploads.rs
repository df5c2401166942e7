//! Uploaded files: several in one multipart call, each answered with an address of its own. They cannot be deleted.
//! Source: Gorgias OpenAPI 1.5.1, upload; errors page for the 413.

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest};
use axum::extract::{Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::answer::{Answer, Outcome, Refusal};
use super::kind::{Kind, name_key};
use crate::world::Shared;

const TYPES: [&str; 4] = ["attachment", "public_attachment", "profile_picture", "widget_picture"];

struct Part {
    name: String,
    content_type: String,
    bytes: Bytes,
}

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/api/upload", post(upload).layer(DefaultBodyLimit::disable()))
}

/// The files themselves, served from another host in the vendor's house: no gate in front.
pub(super) fn open_routes() -> Router<Shared> {
    Router::new().route("/uploads/{folder}/{name}", get(download))
}

async fn upload(State(world): State<Shared>, request: Request) -> Outcome {
    let query = request.uri().query().unwrap_or_default().to_owned();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name != "type" || !TYPES.contains(&value.as_ref()) {
            return Err(Refusal::field(name, "Not a valid choice."));
        }
    }
    let not_multipart = |_| Refusal::new(400, "The body is not multipart/form-data");
    let mut form = Multipart::from_request(request, &()).await.map_err(not_multipart)?;
    let max = world.settings().max_upload_bytes;
    let mut parts = Vec::new();
    while let Some(field) =
        form.next_field().await.map_err(|_| Refusal::new(400, "The multipart body is broken"))?
    {
        let label = field.name().unwrap_or("file").to_owned();
        let name = field.file_name().map_or(label, str::to_owned);
        let content_type = field.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = field.bytes().await.map_err(|_| Refusal::new(400, "The multipart body is broken"))?;
        if max < bytes.len() as u64 {
            return Err(Refusal::new(413, "The file is too large"));
        }
        parts.push(Part { name, content_type, bytes });
    }
    if parts.is_empty() {
        return Err(Refusal::new(400, "No file in the body"));
    }
    Ok(Answer::created(parts.into_iter().map(|part| store(&world, part)).collect()))
}

fn store(world: &Shared, part: Part) -> Value {
    let hash = hex(&Sha256::digest(&part.bytes));
    let mut state = world.gorgias.state();
    let size = part.bytes.len();
    let mut fields = Map::new();
    fields.insert("name".to_owned(), part.name.clone().into());
    fields.insert("content_type".to_owned(), part.content_type.clone().into());
    fields.insert("size".to_owned(), size.into());
    fields.insert("sha256".to_owned(), hash.clone().into());
    let id = state.create(Kind::Upload, world.clock.millis(), fields);
    let safe: String = url::form_urlencoded::byte_serialize(part.name.as_bytes()).collect();
    let path = format!("/uploads/{id:x}-{}/{}", &hash[..12], safe.replace('+', "%20"));
    let address = format!("http://{}{path}", world.gorgias_address);
    state.table_mut(Kind::Upload).edit(id, |upload| {
        upload.insert("path".to_owned(), path.into());
        upload.insert("url".to_owned(), address.clone().into());
    });
    state.files.entry(hash).or_insert(part.bytes);
    json!({"url": address, "name": part.name, "content_type": part.content_type, "size": size})
}

async fn download(State(world): State<Shared>, request: Request) -> Response {
    let state = world.gorgias.state();
    let table = state.table(Kind::Upload);
    let found = table.find(&name_key(request.uri().path())).first().and_then(|id| table.get(*id));
    let Some(upload) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let text = |name: &str| upload.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match state.files.get(&text("sha256")) {
        Some(bytes) => ([(header::CONTENT_TYPE, text("content_type"))], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
