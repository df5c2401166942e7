//! Values of custom fields on tickets and customers, strict by the definition's type.
//! Source: Gorgias OpenAPI 1.5.1; PipedreamHQ's update-ticket-field-values for the strictness.

use axum::Router;
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::custom_fields::is_active;
use super::kind::Kind;
use super::listing;
use super::render::View;
use super::schema::{Field, Shape, check_list, field};
use super::state::State;
use super::visible;
use crate::world::Shared;

static ENTRY: [Field; 2] =
    [field("id", Shape::Int).required(), field("value", Shape::Any).required().or_null()];

/// One value with the id of its definition.
pub(super) static VALUE: Shape = Shape::Object(&ENTRY);
static VALUES: Shape = Shape::List { of: &VALUE, min: 0, max: 1000 };

pub(super) fn routes() -> Router<Shared> {
    let on = |kind: Kind, stem: &str| {
        let many = get(move |call: Call| async move { list(kind, &call) })
            .put(move |call: Call| async move { replace(kind, &call) });
        let one = put(move |call: Call| async move { set(kind, &call) })
            .delete(move |call: Call| async move { clear(kind, &call) });
        Router::new()
            .route(&format!("/api/{stem}/{{id}}/custom-fields"), many)
            .route(&format!("/api/{stem}/{{id}}/custom-fields/{{field}}"), one)
    };
    on(Kind::Ticket, "tickets").merge(on(Kind::Customer, "customers"))
}

/// Every reason why `values` cannot stand on a record of `kind`.
pub(super) fn check_values(state: &State, kind: Kind, path: &str, values: &[Value]) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for (place, entry) in values.iter().enumerate() {
        if let Err(reason) = check_value(state, kind, entry) {
            wrong.push((format!("{path}.{place}"), reason));
        }
    }
    wrong
}

fn check_value(state: &State, kind: Kind, entry: &Value) -> Result<(), String> {
    let id = entry["id"].as_i64().unwrap_or_default();
    let object_type = if kind == Kind::Ticket { "Ticket" } else { "Customer" };
    let definition = state.table(Kind::CustomField).get(id);
    let definition = definition.filter(|fields| visible::text_at(fields, "object_type") == object_type);
    let Some(fields) = definition else {
        return Err(format!("Custom field {id} does not exist."));
    };
    if !is_active(&fields) {
        return Err(format!("Custom field {id} is archived."));
    }
    let value = &entry["value"];
    if value.is_null() {
        return Ok(());
    }
    let input = &fields["definition"]["input_settings"];
    let choices = input["choices"].as_array();
    let fits = match (
        fields["definition"]["data_type"].as_str().unwrap_or_default(),
        input["input_type"].as_str(),
    ) {
        ("text", Some("dropdown")) => choices.is_some_and(|choices| choices.contains(value)),
        ("text", _) => value.is_string(),
        ("boolean", _) => {
            value.is_boolean() && choices.is_none_or(|choices| choices.is_empty() || choices.contains(value))
        }
        _ => {
            // The vendor stores whatever type is sent for a number and minds the bounds only.
            let bound = |name: &str| input[name].as_f64().or_else(|| input[name].as_str()?.parse().ok());
            let number = value.as_f64();
            let low = bound("min").zip(number).is_some_and(|(min, number)| number < min);
            let high = bound("max").zip(number).is_some_and(|(max, number)| max < number);
            !low && !high
        }
    };
    if fits { Ok(()) } else { Err(format!("Not a valid value for custom field {id}.")) }
}

fn list(kind: Kind, call: &Call) -> Outcome {
    let settings = call.settings();
    let state = call.state();
    state.demand(kind, call.id(0))?;
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::whole(view.values(kind, call.id(0)))
}

fn replace(kind: Kind, call: &Call) -> Outcome {
    let values = check_list(call.body()?, &VALUES)?;
    let settings = call.settings();
    let mut state = call.state();
    state.demand(kind, call.id(0))?;
    let wrong = check_values(&state, kind, "custom_fields", &values);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    write(&mut state, kind, call, |stored| *stored = values);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let data = view.values(kind, call.id(0));
    Ok(Answer::accepted(json!({"id": call.id(0), "data": data})))
}

fn set(kind: Kind, call: &Call) -> Outcome {
    let body = call.body()?;
    let value = if body.is_object() { body["value"].clone() } else { body.clone() };
    let entry = json!({"id": call.id(1), "value": value});
    let settings = call.settings();
    let mut state = call.state();
    state.demand(kind, call.id(0))?;
    let wrong = check_values(&state, kind, "custom_fields", std::slice::from_ref(&entry));
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    write(&mut state, kind, call, |stored| {
        stored.retain(|known| known["id"] != entry["id"]);
        stored.push(entry);
    });
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let data = view.values(kind, call.id(0));
    Ok(Answer::accepted(json!({"id": call.id(1), "data": data})))
}

fn clear(kind: Kind, call: &Call) -> Outcome {
    let mut state = call.state();
    state.demand(kind, call.id(0))?;
    let field = json!(call.id(1));
    write(&mut state, kind, call, |stored| {
        stored.retain(|known| known["id"] != field);
    });
    Ok(Answer::gone())
}

fn write(state: &mut State, kind: Kind, call: &Call, change: impl FnOnce(&mut Vec<Value>)) {
    let now = call.world.clock.now();
    state.table_mut(kind).edit(call.id(0), |fields| {
        let mut values = fields.get("custom_fields").and_then(Value::as_array).cloned().unwrap_or_default();
        change(&mut values);
        fields.insert("custom_fields".to_owned(), values.into());
        fields.insert("_updated".to_owned(), now.into());
    });
}
