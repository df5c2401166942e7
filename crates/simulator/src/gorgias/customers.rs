//! Customers: people the account knows by e-mail, phone or `external_id`. There is no company and no link between
//! them. An e-mail belongs to one customer only. Source: Gorgias OpenAPI 1.5.1, customers; errors page for the 409.

use axum::Router;
use axum::routing::{get, put};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::field_values::{self, check_values};
use super::kind::{Kind, channel_key, customer_key, email_key};
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::schema::{Field, Leave, Shape, check, field, instant, open, text};
use super::state::State;
use super::{events, visible};
use crate::settings::Settings;
use crate::world::Shared;

static CHANNEL: [Field; 3] = [
    field("type", Shape::Text { min: 1, max: 100 }).required(),
    field("address", Shape::Text { min: 1, max: 320 }).required(),
    field("preferred", Shape::Bool).required(),
];
static CHANNEL_ROW: Shape = Shape::Object(&CHANNEL);

static FIELDS: [Field; 8] = [
    field("channels", Shape::List { of: &CHANNEL_ROW, min: 0, max: 100 }).required(),
    text("email", 320).or_null(),
    text("external_id", 255).or_null(),
    text("language", 5).or_null(),
    text("name", 1000).or_null(),
    text("timezone", 100).or_null(),
    text("note", 10_000).or_null(),
    field("custom_fields", Shape::List { of: &field_values::VALUE, min: 0, max: 1000 }).or_null(),
];

static DATA: [Field; 2] = [field("data", Shape::Any).required().or_null(), instant("version").or_null()];
static ID: Shape = Shape::Int;
static IDS: [Field; 1] = [field("ids", Shape::List { of: &ID, min: 1, max: 100_000 }).required()];
static NOTHING: [Field; 1] = [open("meta")];

pub(super) fn routes() -> Router<Shared> {
    let one = get(read).put(change).delete(delete);
    Router::new()
        .route("/api/customers", get(list).post(create).delete(delete_many))
        .route("/api/customers/merge", put(merge))
        .route("/api/customers/{id}", one)
        .route("/api/customers/{id}/data", put(put_data))
}

async fn list(call: Call) -> Outcome {
    let filters = [
        "email",
        "external_id",
        "name",
        "language",
        "timezone",
        "view_id",
        "channel_type",
        "channel_address",
        "id",
    ];
    call.allow_query(&[&PAGING[..], &filters[..]].concat())?;
    let odd = ["language", "timezone"].into_iter().find(|name| call.query(name).is_some());
    if let Some(name) = odd.filter(|_| PAGING.iter().any(|name| call.query(name).is_some())) {
        return Err(Refusal::field(name, "Cannot be combined with cursor, limit or order_by."));
    }
    let order = listing::order(&call, &["created_datetime", "updated_datetime"], Order::Descending)?;
    let settings = call.settings();
    let state = call.state();
    let mut ids = if let Some(external_id) = call.query("external_id") {
        visible::external(&call, &state, Kind::Customer, external_id)
    } else if let Some(email) = call.query("email") {
        visible::under(&call, &state, Kind::Customer, &email_key(email))
    } else if let (Some(kind), Some(address)) = (call.query("channel_type"), call.query("channel_address")) {
        visible::under(&call, &state, Kind::Customer, &channel_key(kind, address))
    } else if let Some(id) = call.query_id("id")? {
        visible::among(&call, &state, Kind::Customer, &[id])
    } else {
        visible::all(&call, &state, Kind::Customer)
    };
    let table = state.table(Kind::Customer);
    if let Some(email) = call.query("email").filter(|_| !settings.emails_fold_case) {
        ids.retain(|id| table.get(*id).is_some_and(|fields| visible::text_at(&fields, "email") == email));
    }
    for name in ["name", "language", "timezone"] {
        if let Some(wanted) = call.query(name) {
            ids.retain(|id| table.get(*id).is_some_and(|fields| visible::text_at(&fields, name) == wanted));
        }
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Customer, id))
}

async fn read(call: Call) -> Outcome {
    call.allow_query(&["relationships"])?;
    let answer = visible::one(&call, Kind::Customer, call.id(0));
    if call.query("relationships").is_none_or(|wanted| !wanted.contains("custom_fields")) {
        return answer;
    }
    answer?;
    let settings = call.settings();
    let state = call.state();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let mut customer = view.draw(Kind::Customer, call.id(0));
    customer["custom_fields"] = view.values(Kind::Customer, call.id(0)).into();
    Ok(Answer::ok(customer))
}

async fn create(call: Call) -> Outcome {
    let settings = call.settings();
    let mut fields = check(call.body()?, &FIELDS, &leave(&settings, &[]))?;
    let mut state = call.state();
    admit(&state, &settings, &mut fields, None)?;
    let id = state.create(Kind::Customer, call.world.clock.millis(), fields);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::Customer, id)))
}

async fn change(call: Call) -> Outcome {
    let settings = call.settings();
    let mut fields = check(call.body()?, &FIELDS, &leave(&settings, &["channels"]))?;
    let mut state = call.state();
    let id = call.id(0);
    let stored = state.demand(Kind::Customer, id)?.fields();
    if !fields.contains_key("channels") {
        let kept = stored.get("channels").cloned().unwrap_or_else(|| json!([]));
        fields.insert("channels".to_owned(), kept);
    }
    if !fields.contains_key("email") {
        let kept = stored.get("email").cloned().unwrap_or(Value::Null);
        fields.insert("email".to_owned(), kept);
    }
    admit(&state, &settings, &mut fields, Some(id))?;
    fields.insert("_updated".to_owned(), call.world.clock.now().into());
    state.table_mut(Kind::Customer).edit(id, |stored| stored.extend(fields));
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::Customer, id)))
}

fn leave(settings: &Settings, optional: &'static [&'static str]) -> Leave<'static> {
    let unknown: &[&str] = match (settings.customer_note_accepted, settings.customer_fields_on_create) {
        (true, true) => &[],
        (true, false) => &["custom_fields"],
        (false, true) => &["note"],
        (false, false) => &["note", "custom_fields"],
    };
    Leave { unknown, optional }
}

/// Whether a customer may be so; gives it the e-mail channel that follows from its e-mail.
fn admit(
    state: &State,
    settings: &Settings,
    fields: &mut Map<String, Value>,
    own: Option<i64>,
) -> Result<(), Refusal> {
    let email = visible::text_at(fields, "email").trim().to_owned();
    if !email.is_empty() && !email.contains('@') {
        return Err(Refusal::field("email", "Not a valid e-mail address."));
    }
    let language = visible::text_at(fields, "language");
    let is_code = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
    if !(language.is_empty() || is_code) {
        return Err(Refusal::field("language", "Not a valid choice."));
    }
    let timezone = visible::text_at(fields, "timezone");
    if !timezone.is_empty() && jiff::tz::TimeZone::get(timezone).is_err() {
        return Err(Refusal::field("timezone", "Not a valid choice."));
    }
    if let Some(values) = fields.get("custom_fields").and_then(Value::as_array) {
        let wrong = check_values(state, Kind::Customer, "custom_fields", values);
        if !wrong.is_empty() {
            return Err(Refusal::fields(wrong));
        }
    }
    let channels = fields.get_mut("channels").and_then(Value::as_array_mut);
    let Some(channels) = channels else { return Ok(()) };
    let is_email = |channel: &Value| channel["type"] == "email";
    if !email.is_empty()
        && !channels.iter().any(|channel| is_email(channel) && same(&channel["address"], &email))
    {
        channels.push(json!({"type": "email", "address": email, "preferred": true}));
    }
    for channel in channels.iter() {
        let address = channel["address"].as_str().unwrap_or_default();
        let kind = channel["type"].as_str().unwrap_or_default();
        if !matches!(kind, "email" | "phone") || (kind == "phone" && !settings.phone_conflict) {
            continue;
        }
        let key = if kind == "email" { email_key(address) } else { channel_key(kind, address) };
        let table = state.table(Kind::Customer);
        let holds = |id: &i64| {
            Some(*id) != own && (settings.emails_fold_case || holds_exactly(table.get(*id), address))
        };
        if table.find(&key).iter().any(holds) {
            let at = if kind == "email" { "email" } else { "channels" };
            return Err(Refusal::field(at, "Already in use by another customer.").with_status(409));
        }
    }
    let external_id = visible::text_at(fields, "external_id");
    let taken = state.table(Kind::Customer).find(&super::kind::external_key(external_id));
    if settings.unique_external_ids && !external_id.is_empty() && taken.iter().any(|id| Some(*id) != own) {
        return Err(Refusal::field("external_id", "Already in use.").with_status(409));
    }
    Ok(())
}

fn same(address: &Value, email: &str) -> bool {
    address.as_str().is_some_and(|address| address.trim().eq_ignore_ascii_case(email))
}

fn holds_exactly(fields: Option<Map<String, Value>>, address: &str) -> bool {
    let fields = fields.unwrap_or_default();
    let channels = fields.get("channels").and_then(Value::as_array).into_iter().flatten();
    visible::text_at(&fields, "email") == address
        || channels.into_iter().any(|channel| channel["address"] == address)
}

async fn put_data(call: Call) -> Outcome {
    let body = check(call.body()?, &DATA, &Leave::default())?;
    let mut state = call.state();
    let stored = state.demand(Kind::Customer, call.id(0))?.fields();
    let version = visible::text_at(&body, "version");
    // An older version than the stored one is ignored without a word.
    if version.is_empty() || visible::text_at(&stored, "_data_version") <= version {
        state.table_mut(Kind::Customer).edit(call.id(0), |customer| {
            customer.insert("data".to_owned(), body.get("data").cloned().unwrap_or(Value::Null));
            if !version.is_empty() {
                customer.insert("_data_version".to_owned(), version.into());
            }
        });
    }
    Ok(Answer::accepted_empty())
}

async fn merge(call: Call) -> Outcome {
    call.allow_query(&["source_id", "target_id"])?;
    let missing = |name: &str| Refusal::field(name, "Missing data for required field.");
    let source = call.query_id("source_id")?.ok_or_else(|| missing("source_id"))?;
    let target = call.query_id("target_id")?.ok_or_else(|| missing("target_id"))?;
    if let Ok(body) = call.body() {
        check(body, &NOTHING, &Leave::default())?;
    }
    let now_ms = call.world.clock.millis();
    let settings = call.settings();
    let mut state = call.state();
    state.demand(Kind::Customer, source)?;
    state.demand(Kind::Customer, target)?;
    for ticket in state.table(Kind::Ticket).find(&customer_key(source)).to_vec() {
        state.table_mut(Kind::Ticket).edit(ticket, |fields| {
            fields.insert("customer".to_owned(), json!(target));
        });
    }
    state.table_mut(Kind::Customer).merge(source, target);
    events::note(&mut state, now_ms, "customer-merged", "Customer", target);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::Customer, target)))
}

async fn delete(call: Call) -> Outcome {
    let settings = call.settings();
    let mut state = call.state();
    state.demand(Kind::Customer, call.id(0))?;
    remove(&mut state, &settings, call.id(0));
    Ok(Answer::gone())
}

async fn delete_many(call: Call) -> Outcome {
    let settings = call.settings();
    let body = check(call.body()?, &IDS, &Leave::default())?;
    let ids: Vec<i64> = body["ids"].as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    if settings.max_bulk_ids < ids.len() {
        return Err(Refusal::field("ids", format!("At most {} ids.", settings.max_bulk_ids)));
    }
    let mut state = call.state();
    for id in ids {
        remove(&mut state, &settings, id);
    }
    Ok(Answer::gone())
}

fn remove(state: &mut State, settings: &Settings, id: i64) {
    if settings.customer_delete_cascades {
        for ticket in state.table(Kind::Ticket).find(&customer_key(id)).to_vec() {
            state.delete_ticket(ticket);
        }
    }
    state.table_mut(Kind::Customer).remove(id);
}
