//! Tags. Names are case sensitive: `VIP` and `vip` are two tags, though the search folds case.
//! Source: Gorgias OpenAPI 1.5.1, tags.

use axum::Router;
use axum::routing::{get, put};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::{Kind, name_key, tag_key};
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::schema::{Field, Leave, Shape, check, field, text};
use super::state::State;
use super::visible;
use crate::world::Shared;

static DECORATION: [Field; 1] = [text("color", 20).required()];
static FIELDS: [Field; 3] = [
    field("name", Shape::Text { min: 1, max: 256 }).required(),
    text("description", 1024).or_null(),
    field("decoration", Shape::Object(&DECORATION)).or_null(),
];

static ID: Shape = Shape::Int;
static IDS: [Field; 1] = [field("ids", Shape::List { of: &ID, min: 1, max: 10_000 }).required()];
static SOURCE: [Field; 1] = [field("source_tags_ids", Shape::List { of: &ID, min: 1, max: 1000 }).required()];

pub(super) fn routes() -> Router<Shared> {
    let one = get(|call: Call| async move { visible::one(&call, Kind::Tag, call.id(0)) })
        .put(change)
        .delete(delete);
    Router::new()
        .route("/api/tags", get(list).post(create).delete(delete_many))
        .route("/api/tags/{id}", one)
        .route("/api/tags/{id}/merge", put(merge))
}

/// The tag of exactly this name.
pub(super) fn named(state: &State, name: &str) -> Option<i64> {
    state.table(Kind::Tag).find(&name_key(name)).first().copied()
}

/// The tag of exactly this name, made if it is not there.
pub(super) fn named_or_new(state: &mut State, name: &str, now_ms: u64) -> i64 {
    if let Some(id) = named(state, name) {
        return id;
    }
    let fields = Map::from_iter([("name".to_owned(), json!(name))]);
    state.create(Kind::Tag, now_ms, fields)
}

async fn list(call: Call) -> Outcome {
    call.allow_query(&[PAGING[0], PAGING[1], PAGING[2], "search"])?;
    let by_usage_alone =
        call.query("order_by").is_some_and(|by| by.starts_with("usage:") && !by.contains(",name:"));
    if by_usage_alone {
        return Err(Refusal::field("order_by", "usage needs name as its second key."));
    }
    let order = listing::order(&call, &["name", "usage", "created_datetime"], Order::Ascending)?;
    let settings = call.settings();
    let state = call.state();
    let wanted = call.query("search").map(str::to_lowercase);
    let table = state.table(Kind::Tag);
    let name = |id: i64| {
        table.get(id).map(|fields| visible::text_at(&fields, "name").to_owned()).unwrap_or_default()
    };
    let mut ids = visible::all(&call, &state, Kind::Tag);
    if let Some(part) = wanted {
        ids.retain(|id| name(*id).to_lowercase().contains(&part));
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Tag, id))
}

async fn create(call: Call) -> Outcome {
    let fields = check(call.body()?, &FIELDS, &Leave::default())?;
    let settings = call.settings();
    let mut state = call.state();
    let known = named(&state, visible::text_at(&fields, "name"));
    if known.is_some() && settings.duplicate_tag_conflict {
        return Err(Refusal::field("name", "A tag of this name exists already.").with_status(409));
    }
    let id = known.unwrap_or_else(|| state.create(Kind::Tag, call.world.clock.millis(), fields));
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::Tag, id)))
}

async fn change(call: Call) -> Outcome {
    let leave = Leave { optional: &["name"], ..Leave::default() };
    let fields = check(call.body()?, &FIELDS, &leave)?;
    let settings = call.settings();
    let mut state = call.state();
    let id = call.id(0);
    state.demand(Kind::Tag, id)?;
    if fields.contains_key("name")
        && named(&state, visible::text_at(&fields, "name")).is_some_and(|other| other != id)
    {
        return Err(Refusal::field("name", "A tag of this name exists already.").with_status(409));
    }
    state.table_mut(Kind::Tag).edit(id, |tag| tag.extend(fields));
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::Tag, id)))
}

async fn delete(call: Call) -> Outcome {
    let mut state = call.state();
    state.demand(Kind::Tag, call.id(0))?;
    retag(&mut state, call.id(0), None);
    Ok(Answer::gone())
}

async fn delete_many(call: Call) -> Outcome {
    let body = check(call.body()?, &IDS, &Leave::default())?;
    let ids: Vec<i64> = body["ids"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    let max = call.settings().max_bulk_ids;
    if max < ids.len() {
        return Err(Refusal::field("ids", format!("At most {max} ids.")));
    }
    let mut state = call.state();
    for id in ids {
        retag(&mut state, id, None);
    }
    Ok(Answer::gone())
}

async fn merge(call: Call) -> Outcome {
    let body = check(call.body()?, &SOURCE, &Leave::default())?;
    let settings = call.settings();
    let mut state = call.state();
    let target = call.id(0);
    state.demand(Kind::Tag, target)?;
    for source in body["source_tags_ids"].as_array().into_iter().flatten().filter_map(Value::as_i64) {
        retag(&mut state, source, Some(target));
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::Tag, target)))
}

/// Takes a tag away from every ticket, puts another in its place if there is one, and removes it.
fn retag(state: &mut State, id: i64, target: Option<i64>) {
    for ticket in state.table(Kind::Ticket).find(&tag_key(id)).to_vec() {
        state.table_mut(Kind::Ticket).edit(ticket, |fields| {
            let Some(tags) = fields.get_mut("tags").and_then(Value::as_array_mut) else {
                return;
            };
            tags.retain(|tag| tag.as_i64() != Some(id));
            if let Some(target) = target.filter(|target| !tags.contains(&json!(target))) {
                tags.push(json!(target));
            }
        });
    }
    state.table_mut(Kind::Tag).remove(id);
}
