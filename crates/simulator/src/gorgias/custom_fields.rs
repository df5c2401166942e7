//! Definitions of custom fields. They cannot be deleted, only deactivated, and only so many may be active.
//! Source: Gorgias OpenAPI 1.5.1, custom-fields; docs.gorgias.com "Ticket fields 101" for the limit of 25.

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::Kind;
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::schema::{Field, Leave, Shape, check, check_list, field, instant, open, text};
use super::state::State;
use super::visible;
use crate::settings::Settings;
use crate::world::Shared;

const MANAGED: [&str; 11] = [
    "contact_reason",
    "product",
    "resolution",
    "ai_intent",
    "ai_outcome",
    "ai_sales",
    "ai_discount",
    "ai_journey",
    "managed_sentiment",
    "call_status",
    "customer_type",
];

static DEFINITION: [Field; 2] = [
    field("data_type", Shape::OneOf(&["text", "number", "boolean"])).required(),
    open("input_settings").required(),
];

static FIELDS: [Field; 9] = [
    field("object_type", Shape::OneOf(&["Ticket", "Customer"])).required(),
    field("label", Shape::Text { min: 1, max: 255 }).required(),
    field("definition", Shape::Object(&DEFINITION)).required(),
    text("description", 1024).or_null(),
    text("external_id", 255).or_null(),
    field("priority", Shape::Int),
    field("required", Shape::Bool),
    field("managed_type", Shape::OneOf(&MANAGED)).or_null(),
    instant("deactivated_datetime").or_null(),
];

static ROW: Shape = Shape::Open;
static ROWS: Shape = Shape::List { of: &ROW, min: 1, max: 100 };

pub(super) fn routes() -> Router<Shared> {
    let one = get(|call: Call| async move { visible::one(&call, Kind::CustomField, call.id(0)) }).put(change);
    Router::new()
        .route("/api/custom-fields", get(list).post(create).put(change_many))
        .route("/api/custom-fields/{id}", one)
}

/// Whether a definition is in use.
pub(super) fn is_active(fields: &Map<String, Value>) -> bool {
    fields.get("deactivated_datetime").is_none_or(Value::is_null)
}

async fn list(call: Call) -> Outcome {
    call.allow_query(&[PAGING[0], PAGING[1], PAGING[2], "object_type", "search", "archived"])?;
    let object_type = match call.query("object_type") {
        Some(given @ ("Ticket" | "Customer")) => given.to_owned(),
        Some(_) => return Err(Refusal::field("object_type", "Not a valid choice.")),
        None => return Err(Refusal::field("object_type", "Missing data for required field.")),
    };
    let archived = call.query_bool("archived")?;
    let search = call.query("search").map(str::to_lowercase);
    let order = listing::order(&call, &["priority", "created_datetime"], Order::Ascending)?;
    let settings = call.settings();
    let state = call.state();
    let fits = |fields: &Map<String, Value>| {
        let label = visible::text_at(fields, "label").to_lowercase();
        visible::text_at(fields, "object_type") == object_type
            && archived.is_none_or(|archived| archived != is_active(fields))
            && search.as_deref().is_none_or(|part| label.contains(part))
    };
    let table = state.table(Kind::CustomField);
    let ids = visible::all(&call, &state, Kind::CustomField);
    let ids = ids.into_iter().filter(|id| table.get(*id).is_some_and(|fields| fits(&fields))).collect();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::CustomField, id))
}

async fn create(call: Call) -> Outcome {
    let mut fields = check(call.body()?, &FIELDS, &Leave::default())?;
    check_definition(&fields["definition"])?;
    let settings = call.settings();
    let mut state = call.state();
    if is_active(&fields) {
        check_room(&state, &settings, visible::text_at(&fields, "object_type"))?;
    }
    fields.entry("priority").or_insert(json!(0));
    fields.entry("required").or_insert(json!(false));
    let id = state.create(Kind::CustomField, call.world.clock.millis(), fields);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::CustomField, id)))
}

async fn change(call: Call) -> Outcome {
    let settings = call.settings();
    let mut state = call.state();
    apply(&mut state, &settings, call.id(0), call.body()?)?;
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::CustomField, call.id(0))))
}

async fn change_many(call: Call) -> Outcome {
    let rows = check_list(call.body()?, &ROWS)?;
    let settings = call.settings();
    let mut state = call.state();
    let mut drawn = Vec::new();
    for row in rows {
        let id =
            row["id"].as_i64().ok_or_else(|| Refusal::field("id", "Missing data for required field."))?;
        let mut body = row;
        if let Some(fields) = body.as_object_mut() {
            fields.remove("id");
        }
        apply(&mut state, &settings, id, &body)?;
        drawn.push(id);
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let data: Vec<Value> = drawn.into_iter().map(|id| view.draw(Kind::CustomField, id)).collect();
    Ok(Answer::accepted(json!({"data": data})))
}

fn apply(state: &mut State, settings: &Settings, id: i64, body: &Value) -> Result<(), Refusal> {
    let leave = Leave { optional: &["object_type", "label", "definition"], ..Leave::default() };
    let fields = check(body, &FIELDS, &leave)?;
    if let Some(definition) = fields.get("definition") {
        check_definition(definition)?;
    }
    let stored = state.demand(Kind::CustomField, id)?.fields();
    if fields.get("object_type").is_some_and(|wanted| Some(wanted) != stored.get("object_type")) {
        return Err(Refusal::field("object_type", "May not be changed."));
    }
    let wakes = fields.get("deactivated_datetime").is_some_and(Value::is_null) && !is_active(&stored);
    if wakes {
        check_room(state, settings, visible::text_at(&stored, "object_type"))?;
    }
    state.table_mut(Kind::CustomField).edit(id, |stored| stored.extend(fields));
    Ok(())
}

fn check_room(state: &State, settings: &Settings, object_type: &str) -> Result<(), Refusal> {
    let max = if object_type == "Ticket" { settings.max_ticket_fields } else { settings.max_customer_fields };
    let same = |fields: &Map<String, Value>| {
        visible::text_at(fields, "object_type") == object_type && is_active(fields)
    };
    let active =
        state.table(Kind::CustomField).records().filter(|(_, record)| same(&record.fields())).count();
    if active < max {
        return Ok(());
    }
    let reason = format!("At most {max} active {object_type} fields.");
    Err(Refusal::field("object_type", reason).with_status(settings.over_field_limit_status))
}

/// The settings of an input must fit its data type.
fn check_definition(definition: &Value) -> Result<(), Refusal> {
    let at = "definition.input_settings";
    let input = &definition["input_settings"];
    let kind = input["input_type"].as_str().unwrap_or_default();
    let allowed: &[&str] = match (definition["data_type"].as_str().unwrap_or_default(), kind) {
        ("text", "input") => &["input_type", "placeholder"],
        ("text" | "boolean", "dropdown") => &["input_type", "choices", "default", "placeholder"],
        ("number", "input_number") => &["input_type", "min", "max", "placeholder"],
        _ => {
            return Err(Refusal::field(format!("{at}.input_type"), "Does not fit the data type."));
        }
    };
    let unknown = input.as_object().into_iter().flatten().map(|(name, _)| name);
    if let Some(name) = unknown.into_iter().find(|name| !allowed.contains(&name.as_str())) {
        return Err(Refusal::field(format!("{at}.{name}"), "Unknown field."));
    }
    let Some(choices) = input.get("choices").filter(|choices| !choices.is_null()) else {
        return Ok(());
    };
    let fits = |choice: &Value| {
        if definition["data_type"] == "boolean" { choice.is_boolean() } else { choice.is_string() }
    };
    match choices.as_array() {
        Some(list) if list.iter().all(fits) => Ok(()),
        _ => Err(Refusal::field(format!("{at}.choices"), "Not a valid list of choices.")),
    }
}
