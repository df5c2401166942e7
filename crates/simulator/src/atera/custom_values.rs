//! The values of custom fields. A row does not say its type: numbers are 0 and flags false where they mean nothing,
//! which is the trap for a reader that does not look the definition up. Definitions stand in `custom_fields`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::account::{Account, Scale};
use super::calendar::{self, SPAN_MS, START_MS, Shape};
use super::custom_fields::{self, DataType, Definition, Target, UNLISTED_OPTION, WITH_UNLISTED_OPTION};
use super::prng::{Draw, Stream};
use super::traps::{self, Trap};

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/customvalues/customfields", get(definitions))
        .route("/customvalues/{kind}/{id}", get(all_of_record))
        .route("/customvalues/{kind}/{id}/{name}", get(one_by_name))
}

/// What one field of one record holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Held {
    Text(String),
    Number(f64),
    Flag(bool),
    /// Milliseconds since 1970, at midnight.
    Day(i64),
    Option(String),
    /// A row is there, and nothing in it.
    Blank,
}

/// What a field of a record holds; `None` where there is no row at all.
pub(crate) fn held(scale: Scale, definition: &Definition, id: i64) -> Option<Held> {
    let trap = if definition.target == Target::Ticket { traps::trap(id) } else { Trap::None };
    let key = definition
        .name
        .bytes()
        .fold(definition.target as u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let mut draw = Draw::part(scale.seed, Stream::Value, id, key);
    let set = draw.chance(35);
    let unlisted = trap == Trap::UnlistedOption && definition.name == WITH_UNLISTED_OPTION;
    match trap {
        Trap::NoFieldSet => return None,
        Trap::AllFieldsSet => {}
        _ if unlisted => return Some(Held::Option(UNLISTED_OPTION.to_owned())),
        _ if !set => return None,
        _ => {}
    }
    let number = [0.0, 12.5, -3.0, 1_234_567.89, 42.0, 0.25];
    let typed = matches!(definition.data_type, DataType::Numeric | DataType::Boolean);
    if !typed && trap != Trap::AllFieldsSet && draw.chance(10) {
        return Some(Held::Blank);
    }
    Some(match definition.data_type {
        DataType::Text => Held::Text(match draw.below(5) {
            0 => format!("A-{:05}", draw.below(100_000)),
            1 => "כן, בקומה 3".to_owned(),
            2 => "0".to_owned(),
            3 => "line one\nline two; \"quoted\"".to_owned(),
            _ => format!("Reference {}", draw.below(1_000)),
        }),
        DataType::Numeric => Held::Number(number.get(draw.small(6) as usize).copied().unwrap_or(0.0)),
        DataType::Boolean => Held::Flag(draw.chance(50)),
        DataType::Date => {
            let at_ms = START_MS + draw.below(SPAN_MS.cast_unsigned()).cast_signed();
            Held::Day(calendar::start_of_day_ms(at_ms))
        }
        DataType::Options | DataType::OptionsWithDependencies => {
            Held::Option(draw.pick(definition.options).to_owned())
        }
    })
}

async fn definitions() -> Json<Vec<Value>> {
    Json(custom_fields::all().map(|definition| custom_fields::row(&definition)).collect())
}

/// The kinds the API names; those without definitions here are known and always empty.
fn target(kind: &str, suffix: &str) -> Result<Option<Target>, StatusCode> {
    match kind.strip_suffix(suffix).ok_or(StatusCode::NOT_FOUND)?.to_ascii_lowercase().as_str() {
        "ticket" => Ok(Some(Target::Ticket)),
        "customer" => Ok(Some(Target::Customer)),
        "contact" => Ok(Some(Target::Contact)),
        "contract" => Ok(Some(Target::Contract)),
        "agent" => Ok(Some(Target::Agent)),
        "sla" | "snmp" | "tcp" | "http" | "generic" => Ok(None),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

/// The number of a record within its kind, if the account holds it.
fn number(account: &Account, target: Target, id: i64) -> Option<i64> {
    let scale = account.scale();
    match target {
        Target::Ticket => account.ticket(id).map(|plan| plan.id),
        Target::Customer => super::customers::number(scale, id),
        Target::Contact => super::contacts::number(scale, id),
        Target::Contract => super::contracts::number(scale, id),
        Target::Agent => super::inventory::agent_number(id),
    }
}

async fn all_of_record(
    State(account): State<Arc<Account>>,
    Path((kind, id)): Path<(String, i64)>,
) -> Response {
    let target = match target(&kind, "fields") {
        Ok(target) => target,
        Err(status) => return status.into_response(),
    };
    let known = target.filter(|target| number(&account, *target, id).is_some());
    let definitions = known.map(custom_fields::of).unwrap_or_default();
    let rows = definitions.iter().filter_map(|definition| row(&account, definition, id));
    Json(rows.collect::<Vec<Value>>()).into_response()
}

/// An unset field answers 404 for even ids and an empty array for odd ones: both were seen.
async fn one_by_name(
    State(account): State<Arc<Account>>,
    Path((kind, id, name)): Path<(String, i64, String)>,
) -> Response {
    let target = match target(&kind, "field") {
        Ok(target) => target,
        Err(status) => return status.into_response(),
    };
    let known = target.filter(|target| number(&account, *target, id).is_some());
    let definitions = known.map(custom_fields::of).unwrap_or_default();
    let found = definitions.iter().find(|definition| definition.name == name);
    match found.and_then(|definition| row(&account, definition, id)) {
        Some(row) => Json(vec![row]).into_response(),
        None if id % 2 == 0 => StatusCode::NOT_FOUND.into_response(),
        None => Json(Vec::<Value>::new()).into_response(),
    }
}

fn row(account: &Account, definition: &Definition, id: i64) -> Option<Value> {
    let scale = account.scale();
    let held = held(scale, definition, id)?;
    let mut draw = Draw::part(scale.seed, Stream::Value, id, definition.name.len() as u64);
    let mut row = json!({
        "ItemId": id,
        "Id": draw.uuid(),
        "FieldName": definition.name,
        "ValueAsString": null,
        "ValueAsDecimal": 0.0,
        "ValueAsDateTime": null,
        "ValueAsBool": false,
        "OptionId": null,
    });
    // Some fields repeat their value as text, some do not.
    let as_text = definition.name.len().is_multiple_of(2);
    match held {
        Held::Text(text) => row["ValueAsString"] = json!(text),
        Held::Number(number) => {
            row["ValueAsDecimal"] = json!(number);
            row["ValueAsString"] = json!(as_text.then(|| number.to_string()));
        }
        Held::Flag(flag) => {
            row["ValueAsBool"] = json!(flag);
            row["ValueAsString"] = json!(as_text.then_some(if flag { "True" } else { "False" }));
        }
        Held::Day(at_ms) => {
            let zoneless = account.behaviour().zoneless;
            row["ValueAsDateTime"] = json!(calendar::write(at_ms, Shape::Bare, zoneless));
        }
        Held::Option(text) => {
            row["OptionId"] = json!(draw.uuid());
            row["ValueAsString"] = json!(text);
        }
        Held::Blank => {}
    }
    Some(row)
}
