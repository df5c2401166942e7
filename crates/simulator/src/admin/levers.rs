//! Levers that do something to the account behind everyone's back: foreign traffic on the bucket, a corrupted field.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::records::find;
use super::refuse;
use crate::gorgias::Kind;
use crate::world::Shared;

#[derive(Debug, Deserialize)]
struct Foreign {
    /// Requests other users of the account make in one window, evenly spread.
    requests_per_window: f64,
}

#[derive(Debug, Deserialize)]
struct Corruption {
    kind: String,
    /// The record's `external_id`, or its id.
    external_id: String,
    /// Dotted path to the field.
    path: String,
    value: Value,
}

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/foreign", post(foreign)).route("/corrupt", post(corrupt))
}

async fn foreign(State(world): State<Shared>, Json(wanted): Json<Foreign>) -> Json<Value> {
    world.gorgias.bucket().set_foreign(wanted.requests_per_window, world.clock.micros());
    Json(json!({"requests_per_window": wanted.requests_per_window}))
}

async fn corrupt(State(world): State<Shared>, Json(wanted): Json<Corruption>) -> Response {
    let Some(kind) = Kind::named(&wanted.kind) else {
        return refuse(StatusCode::NOT_FOUND, "no such kind");
    };
    let mut state = world.gorgias.state();
    let Some(id) = find(&state, kind, &wanted.external_id) else {
        return refuse(StatusCode::NOT_FOUND, "no such record");
    };
    state.table_mut(kind).edit(id, |fields| {
        let mut record = Value::Object(std::mem::take(fields));
        set(&mut record, &wanted.path, wanted.value);
        if let Value::Object(record) = record {
            *fields = record;
        }
    });
    Json(json!({"kind": kind.name(), "id": id})).into_response()
}

/// Puts `value` at a dotted path, making objects on the way where there is nothing.
fn set(record: &mut Value, path: &str, value: Value) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let slot = match (record, name.parse::<usize>()) {
        (Value::Array(items), Ok(place)) => items.get_mut(place),
        (Value::Object(fields), _) => Some(fields.entry(name).or_insert(Value::Null)),
        _ => None,
    };
    match (slot, rest) {
        (Some(slot), Some(rest)) => {
            if slot.is_null() {
                *slot = json!({});
            }
            set(slot, rest, value);
        }
        (Some(slot), None) => *slot = value,
        (None, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::set;

    #[test]
    fn a_dotted_path_reaches_into_objects_and_lists() {
        let mut record = json!({"a": [{"b": 1}], "c": 2});
        set(&mut record, "a.0.b", json!(5));
        set(&mut record, "d.e", json!("new"));
        assert_eq!(record, json!({"a": [{"b": 5}], "c": 2, "d": {"e": "new"}}));
    }
}
