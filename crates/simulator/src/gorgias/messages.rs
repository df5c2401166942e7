//! Messages of a ticket beyond those it was created with. The only filter of the list is the ticket.
//! Source: Gorgias OpenAPI 1.5.1, messages.

use axum::Router;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::kind::Kind;
use super::listing::{self, Order, PAGING};
use super::message_body::{self, Moment};
use super::render::View;
use super::schema::{Leave, check};
use super::visible;
use crate::world::Shared;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/messages", get(list))
        .route("/api/tickets/{id}/messages", post(create).get(first_page))
        .route("/api/tickets/{id}/messages/{message}", get(read).put(change).delete(delete))
}

async fn list(call: Call) -> Outcome {
    call.allow_query(&[PAGING[0], PAGING[1], PAGING[2], "ticket_id"])?;
    let order = listing::order(&call, &["created_datetime"], Order::Ascending)?;
    let ticket = call.query_id("ticket_id")?;
    let settings = call.settings();
    let state = call.state();
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let ids = match ticket {
        Some(ticket) => visible::among(&call, &state, Kind::Message, &view.message_ids(ticket)),
        None => visible::all(&call, &state, Kind::Message),
    };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Message, id))
}

/// The deprecated list inside a ticket: its first page, whatever else there is.
async fn first_page(call: Call) -> Outcome {
    let settings = call.settings();
    let state = call.state();
    state.demand(Kind::Ticket, call.id(0))?;
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    let ids = visible::among(&call, &state, Kind::Message, &view.message_ids(call.id(0)));
    listing::whole(ids.into_iter().take(30).map(|id| view.draw(Kind::Message, id)).collect())
}

async fn create(call: Call) -> Outcome {
    call.allow_query(&["action"])?;
    let settings = call.settings();
    let message = check(call.body()?, &message_body::FIELDS, &message_body::leave(&settings))?;
    let now = Moment { ms: call.world.clock.millis(), text: call.world.clock.now() };
    let mut state = call.state();
    let ticket = call.id(0);
    state.demand(Kind::Ticket, ticket)?;
    let wrong = message_body::refusals(&state, &settings, "", &message);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    message_body::refuse_known(&state, &settings, ticket, &message)?;
    let sent = message
        .get("created_datetime")
        .cloned()
        .filter(|at| !at.is_null())
        .unwrap_or_else(|| json!(now.text));
    let from_customer = !message_body::from_agent(&message);
    let id = message_body::store(&mut state, &settings, ticket, message, &now);
    state.table_mut(Kind::Ticket).edit(ticket, |ticket| {
        let mut names = vec!["last_message_datetime"];
        names.extend(from_customer.then_some("last_received_message_datetime"));
        for name in names {
            if visible::text_at(ticket, name) < sent.as_str().unwrap_or_default() {
                ticket.insert(name.to_owned(), sent.clone());
            }
        }
        if !settings.keep_updated_datetime {
            ticket.insert("_updated".to_owned(), now.text.clone().into());
        }
    });
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::Message, id)))
}

async fn read(call: Call) -> Outcome {
    demand(&call)?;
    visible::one(&call, Kind::Message, call.id(1))
}

async fn change(call: Call) -> Outcome {
    let settings = call.settings();
    let fields = check(call.body()?, &message_body::FIELDS, &Leave::default())?;
    demand(&call)?;
    let mut state = call.state();
    let wrong = message_body::refusals(&state, &settings, "", &fields);
    if !wrong.is_empty() {
        return Err(Refusal::fields(wrong));
    }
    let id = call.id(1);
    state.table_mut(Kind::Message).edit(id, |message| {
        for (name, value) in fields {
            let value =
                if matches!(name.as_str(), "sender" | "receiver") { value["id"].clone() } else { value };
            message.insert(name, value);
        }
    });
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::accepted(view.draw(Kind::Message, id)))
}

async fn delete(call: Call) -> Outcome {
    demand(&call)?;
    call.state().table_mut(Kind::Message).remove(call.id(1));
    Ok(Answer::gone())
}

/// The message must stand on the ticket the path names.
fn demand(call: &Call) -> Result<(), Refusal> {
    let state = call.state();
    state.demand(Kind::Ticket, call.id(0))?;
    let message = state.demand(Kind::Message, call.id(1))?.fields();
    if message.get("ticket_id").and_then(Value::as_i64) == Some(call.id(0)) {
        return Ok(());
    }
    Err(Refusal::missing("message", call.id(1)))
}
