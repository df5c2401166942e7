//! Tickets: made whole with up to 500 messages, found by `external_id`, changed in part, deleted for good.
//! Lists include trashed ones unless told otherwise. Source: Gorgias OpenAPI 1.5.1, tickets.

use axum::Router;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::{Kind, customer_key};
use super::listing::{self, Order, PAGING};
use super::message_body::{self, Moment};
use super::outbox::{self, Happening};
use super::render::View;
use super::schema::{Leave, check};
use super::state::State;
use super::{events, people, tags, ticket_body, visible};
use crate::settings::Settings;
use crate::world::Shared;

pub(super) fn routes() -> Router<Shared> {
    let one = get(read).put(change).delete(delete);
    Router::new().route("/api/tickets", get(list).post(create)).route("/api/tickets/{id}", one)
}

async fn list(call: Call) -> Outcome {
    let filters = ["customer_id", "external_id", "view_id", "rule_id", "ticket_ids", "trashed"];
    call.allow_query(&[&PAGING[..], &filters[..]].concat())?;
    let order = listing::order(&call, &["created_datetime", "updated_datetime"], Order::Descending)?;
    let wanted = call.query_ids("ticket_ids")?;
    if 100 < wanted.len() {
        return Err(Refusal::field("ticket_ids", "Length must be between 1 and 100."));
    }
    let with_trashed = call.query_bool("trashed")?.unwrap_or(true);
    let customer = call.query_id("customer_id")?;
    let settings = call.settings();
    let state = call.state();
    let mut ids = if !wanted.is_empty() {
        let mut wanted = wanted;
        wanted.sort_unstable();
        wanted.dedup();
        visible::among(&call, &state, Kind::Ticket, &wanted)
    } else if let Some(external_id) = call.query("external_id") {
        visible::external(&call, &state, Kind::Ticket, external_id)
    } else if let Some(customer) = customer {
        visible::under(&call, &state, Kind::Ticket, &customer_key(customer))
    } else {
        visible::all(&call, &state, Kind::Ticket)
    };
    let table = state.table(Kind::Ticket);
    if !with_trashed {
        ids.retain(|id| table.get(*id).is_some_and(|ticket| !ticket.contains_key("trashed_datetime")));
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Ticket, id))
}

async fn read(call: Call) -> Outcome {
    call.allow_query(&["relationships"])?;
    visible::one(&call, Kind::Ticket, call.id(0))
}

async fn create(call: Call) -> Outcome {
    let settings = call.settings();
    let mut ticket = check(call.body()?, &ticket_body::CREATE, &message_body::leave(&settings))?;
    let now = Moment { ms: call.world.clock.millis(), text: call.world.clock.now() };
    let mut state = call.state();
    let wrong = ticket_body::refusals(&state, &settings, &ticket, None);
    if !wrong.is_empty() {
        let taken = wrong.iter().all(|(path, _)| path == "external_id");
        return Err(Refusal::fields(wrong).with_status(if taken { 409 } else { 400 }));
    }
    let messages = match ticket.remove("messages") {
        Some(Value::Array(messages)) => messages,
        _ => Vec::new(),
    };
    let messages: Vec<Map<String, Value>> =
        messages.iter().filter_map(|message| message.as_object().cloned()).collect();
    fill(&mut state, &settings, &mut ticket, &messages, &now);
    let imported = ticket.get("imported").and_then(Value::as_bool).unwrap_or(false);
    let channel = visible::text_at(&ticket, "channel").to_owned();
    let closed = visible::text_at(&ticket, "status") == "closed";
    let id = state.create(Kind::Ticket, now.ms, ticket);
    for mut message in messages {
        if imported {
            message.entry("imported").or_insert(json!(true));
        }
        message_body::store(&mut state, &settings, id, message, &now);
    }
    let by_api = channel == "api";
    outbox::happen(
        &mut state,
        &settings,
        Happening { event: "ticket-created", ticket_id: id, imported, by_api },
    );
    if closed {
        outbox::close(&mut state, &settings, &channel, imported);
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.whole_ticket(id)))
}

/// Puts references and what follows from the messages into a new ticket.
fn fill(
    state: &mut State,
    settings: &Settings,
    ticket: &mut Map<String, Value>,
    messages: &[Map<String, Value>],
    now: &Moment,
) {
    refer(state, ticket, now);
    if ticket.get("customer").is_none_or(Value::is_null) {
        let side = |message: &Map<String, Value>| {
            if message_body::from_agent(message) { "receiver" } else { "sender" }
        };
        let person =
            messages.iter().find_map(|message| message.get(side(message)).filter(|person| !person.is_null()));
        let id = person.and_then(|person| people::resolve(state, Kind::Customer, person, now.ms));
        ticket.insert("customer".to_owned(), json!(id));
    }
    let first = messages.first().cloned().unwrap_or_default();
    for name in ["channel", "via", "from_agent"] {
        let value = first.get(name).cloned().unwrap_or(Value::Null);
        ticket.entry(name).or_insert(value);
    }
    for (name, value) in [("status", json!("open")), ("priority", json!("normal")), ("spam", json!(false))] {
        ticket.entry(name).or_insert(value);
    }
    let when = |message: &Map<String, Value>| {
        message.get("created_datetime").and_then(Value::as_str).map(str::to_owned)
    };
    let last = messages.iter().filter_map(when).max();
    let received =
        messages.iter().filter(|message| !message_body::from_agent(message)).filter_map(when).max();
    ticket.entry("last_message_datetime").or_insert(json!(last));
    ticket.entry("last_received_message_datetime").or_insert(json!(received));
    if visible::text_at(ticket, "status") == "closed" && !ticket.contains_key("closed_datetime") {
        ticket.insert("_closed".to_owned(), now.text.clone().into());
    }
    if !settings.keep_updated_datetime {
        ticket.remove("updated_datetime");
        ticket.insert("_updated".to_owned(), now.text.clone().into());
    }
}

/// Replaces people and tags by their ids; people referred to with more than an id are touched by that.
fn refer(state: &mut State, ticket: &mut Map<String, Value>, now: &Moment) {
    for (name, kind) in [("customer", Kind::Customer), ("assignee_user", Kind::User)] {
        if let Some(person) = ticket.get(name).filter(|person| !person.is_null()).cloned() {
            let id = people::resolve(state, kind, &person, now.ms);
            ticket.insert(name.to_owned(), json!(id));
        }
    }
    if let Some(Value::Array(given)) = ticket.get("tags").cloned() {
        let mut ids: Vec<i64> = Vec::new();
        for tag in given {
            let id = tags::named_or_new(state, tag["name"].as_str().unwrap_or_default(), now.ms);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ticket.insert("tags".to_owned(), json!(ids));
    }
}

async fn change(call: Call) -> Outcome {
    let settings = call.settings();
    let mut ticket = check(call.body()?, &ticket_body::CHANGE, &Leave::default())?;
    let now = Moment { ms: call.world.clock.millis(), text: call.world.clock.now() };
    let mut state = call.state();
    let id = call.id(0);
    let stored = state.demand(Kind::Ticket, id)?.fields();
    let wrong = ticket_body::refusals(&state, &settings, &ticket, Some(id));
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    refer(&mut state, &mut ticket, &now);
    let closes =
        visible::text_at(&ticket, "status") == "closed" && visible::text_at(&stored, "status") != "closed";
    if closes && !ticket.contains_key("closed_datetime") {
        ticket.insert("_closed".to_owned(), now.text.clone().into());
    }
    if !settings.keep_updated_datetime || !ticket.contains_key("updated_datetime") {
        ticket.insert("updated_datetime".to_owned(), Value::Null);
        ticket.insert("_updated".to_owned(), now.text.clone().into());
    }
    let imported = stored.get("imported").and_then(Value::as_bool).unwrap_or(false);
    let channel = visible::text_at(&stored, "channel").to_owned();
    state.table_mut(Kind::Ticket).edit(id, |stored| stored.extend(ticket));
    let by_api = channel == "api";
    outbox::happen(
        &mut state,
        &settings,
        Happening { event: "ticket-updated", ticket_id: id, imported, by_api },
    );
    if closes {
        outbox::close(&mut state, &settings, &channel, imported);
    }
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.whole_ticket(id)))
}

async fn delete(call: Call) -> Outcome {
    let now_ms = call.world.clock.millis();
    let mut state = call.state();
    state.demand(Kind::Ticket, call.id(0))?;
    state.delete_ticket(call.id(0));
    events::note(&mut state, now_ms, "ticket-deleted", "Ticket", call.id(0));
    Ok(Answer::gone())
}
