//! Search over people, teams, tags and integrations, by substring. Tickets and messages cannot be searched.
//! Source: Gorgias OpenAPI 1.5.1, search.

use axum::Router;
use axum::routing::post;
use serde_json::{Value, json};

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::kind::Kind;
use super::render::View;
use super::schema::{Field, Leave, Shape, check, field, text};
use super::visible;
use crate::world::Shared;

const TYPES: [&str; 9] = [
    "agent",
    "customer",
    "customer_profile",
    "customer_channel",
    "customer_channel_email",
    "customer_channel_phone",
    "integration",
    "tag",
    "team",
];

static FIELDS: [Field; 3] = [
    field("type", Shape::OneOf(&TYPES)).required(),
    text("query", 1000).required(),
    field("size", Shape::Int),
];

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/api/search", post(find))
}

async fn find(call: Call) -> Outcome {
    let fields = check(call.body()?, &FIELDS, &Leave::default())?;
    let kind = match visible::text_at(&fields, "type") {
        "agent" => Kind::User,
        "tag" => Kind::Tag,
        "team" => Kind::Team,
        "integration" => Kind::Integration,
        _ => Kind::Customer,
    };
    let size = fields.get("size").and_then(Value::as_u64).unwrap_or(20).clamp(1, 50);
    let wanted = visible::text_at(&fields, "query").to_lowercase();
    let settings = call.settings();
    let state = call.state();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let holds = |id: &i64| {
        state.table(kind).record(*id).is_some_and(|record| record.text().to_lowercase().contains(&wanted))
    };
    let ids = visible::all(&call, &state, kind).into_iter().filter(holds);
    let rows: Vec<Value> =
        ids.take(usize::try_from(size).unwrap_or(50)).map(|id| view.draw(kind, id)).collect();
    Ok(Answer::ok(
        json!({"object": "list", "data": rows, "meta": {"next_cursor": null, "prev_cursor": null}}),
    ))
}
