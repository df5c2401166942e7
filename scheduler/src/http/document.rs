//! The API's own description. Places and methods come from the handlers, the shapes from `components.json`, which a test
//! holds against real answers.

use std::sync::Arc;

use axum::{extract::State, http::header, response::IntoResponse};
use serde_json::{Map, Value, json};

use super::{Api, auth::Viewer};

/// The shapes of bodies.
pub(crate) const COMPONENTS: &str = include_str!("components.json");

/// Answers every place behind a token may give.
const REFUSALS: [(&str, &str); 3] = [
    ("401", "No valid token came with the request"),
    ("403", "The token's role does not reach"),
    ("503", "The ledger cannot be reached"),
];

/// Answers of places with a body.
const BODY_REFUSALS: [(&str, &str); 4] = [
    ("400", "It is no JSON"),
    ("413", "The body is too large"),
    ("415", "The body is not said to be JSON"),
    ("422", "A field is unknown, or the values cannot be meant so"),
];

/// This description
#[utoipa::path(get, path = "/v1/openapi.json", operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(crate) async fn show(State(api): State<Arc<Api>>, _: Viewer) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], api.document.clone())
}

/// The document, with what all places have in common written at each.
pub(crate) fn of(paths: &utoipa::openapi::OpenApi) -> String {
    let mut document = json!(paths);
    document["info"] = json!({
        "title": "Flotilla, internal API",
        "version": "1",
        "description": "Moves many helpdesks at once. Credentials are named, never carried.",
    });
    let schemas: Value = serde_json::from_str(COMPONENTS).unwrap_or_default();
    document["components"] = json!({
        "schemas": schemas,
        "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
    });
    let places = document["paths"].as_object_mut().into_iter().flat_map(Map::iter_mut);
    for (place, methods) in places {
        for (method, deed) in methods.as_object_mut().into_iter().flat_map(Map::iter_mut) {
            complete(place, method, deed);
        }
    }
    document.to_string()
}

fn complete(place: &str, method: &str, deed: &mut Value) {
    if !place.starts_with("/v1/") {
        return;
    }
    deed["security"] = json!([{ "token": [] }]);
    let mut refusals = REFUSALS.to_vec();
    if method == "post" {
        refusals.extend(BODY_REFUSALS);
    }
    if place.contains('{') {
        refusals.push(("404", "There is nothing of this name"));
    }
    if place.ends_with("/report") || place.ends_with("/events") || place.ends_with("/failures") {
        refusals.push(("400", "The query cannot be read"));
    }
    if place.contains("{id}/") && method == "post" {
        refusals.push(("409", "The migration does not stand where this is possible"));
    }
    for (status, description) in refusals {
        let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        if deed["responses"][status].is_null() {
            deed["responses"][status] =
                json!({ "description": description, "content": { "application/problem+json": problem } });
        }
    }
}
