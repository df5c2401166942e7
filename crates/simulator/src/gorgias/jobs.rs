//! Jobs: bulk work the vendor does for the caller. Only `deleteTicket` does anything here, at once; there is no
//! job that imports tickets. Source: Gorgias OpenAPI 1.5.1, jobs.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};

use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::events;
use super::kind::Kind;
use super::listing::{self, Order, PAGING};
use super::render::View;
use super::schema::{Field, Leave, Shape, check, field, instant, open};
use super::visible;
use crate::world::Shared;

const TYPES: [&str; 8] = [
    "applyMacro",
    "deleteTicket",
    "exportTicket",
    "exportTicketDrilldown",
    "importMacro",
    "exportMacro",
    "updateTicket",
    "exportConvertCampaignSalesDrilldown",
];

static FIELDS: [Field; 4] = [
    field("type", Shape::OneOf(&TYPES)).required(),
    open("params").required(),
    instant("scheduled_datetime").or_null(),
    open("meta").or_null(),
];

pub(super) fn routes() -> Router<Shared> {
    let one = get(|call: Call| async move { visible::one(&call, Kind::Job, call.id(0)) }).delete(cancel);
    Router::new().route("/api/jobs", get(list).post(create)).route("/api/jobs/{id}", one)
}

async fn list(call: Call) -> Outcome {
    call.allow_query(&PAGING)?;
    let order = listing::order(&call, &["created_datetime"], Order::Descending)?;
    let settings = call.settings();
    let state = call.state();
    let ids = visible::all(&call, &state, Kind::Job);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    listing::page(&call, ids, order, 30, |id| view.draw(Kind::Job, id))
}

async fn create(call: Call) -> Outcome {
    let mut fields = check(call.body()?, &FIELDS, &Leave::default())?;
    let settings = call.settings();
    if fields["type"] != "deleteTicket" {
        return Err(Refusal::field("type", "Only deleteTicket is available in this account."));
    }
    let wanted = fields["params"]["ticket_ids"].as_array().cloned();
    let ids =
        wanted.ok_or_else(|| Refusal::field("params.ticket_ids", "Missing data for required field."))?;
    let ids: Vec<i64> = ids.iter().filter_map(Value::as_i64).collect();
    if settings.max_bulk_ids < ids.len() {
        return Err(Refusal::field("params.ticket_ids", format!("At most {} ids.", settings.max_bulk_ids)));
    }
    let now_ms = call.world.clock.millis();
    let mut state = call.state();
    let mut deleted = 0;
    for id in ids {
        if state.delete_ticket(id) {
            deleted += 1;
            events::note(&mut state, now_ms, "ticket-deleted", "Ticket", id);
        }
    }
    fields.insert("status".to_owned(), json!("done"));
    fields.insert("info".to_owned(), json!({"progress_count": deleted}));
    let id = state.create(Kind::Job, now_ms, fields);
    let view = View { state: &state, clock: &call.world.clock, settings: &settings };
    Ok(Answer::created(view.draw(Kind::Job, id)))
}

async fn cancel(call: Call) -> Outcome {
    let mut state = call.state();
    state.demand(Kind::Job, call.id(0))?;
    state.table_mut(Kind::Job).edit(call.id(0), |job| {
        // A job that is done stays done: what it changed is not undone.
        if job["status"] != "done" {
            job.insert("status".to_owned(), json!("canceled"));
        }
    });
    Ok(Answer::gone())
}
