//! Gauges of the rate: the bucket's use over time, and requests per plain ticket.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::rate_report::{self, RateReport};
use crate::request_log::Api;
use crate::requests_per_ticket::{self, RequestsPerTicket};
use crate::world::{Shared, World};

pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/rate", get(rate)).route("/requests_per_ticket", get(per_ticket))
}

/// The verdict on the destination's rate as the log has it now.
pub(super) fn report(world: &World) -> RateReport {
    let (arrivals, refused) = world.log.fold((Vec::new(), 0), |(mut arrivals, mut refused), entry, _| {
        // Only what went through the gate carries the bucket's limit; a 401 left no drop in it.
        if entry.api == Api::Gorgias && entry.status == 429 {
            refused += 1;
        } else if entry.api == Api::Gorgias && 0 < entry.limit && entry.status != 401 {
            arrivals.push(entry.at_us);
        }
        (arrivals, refused)
    });
    rate_report::judge(arrivals, refused, world.gorgias.bucket().rate())
}

async fn rate(State(world): State<Shared>) -> Json<Value> {
    let mut answer = json!(report(&world));
    let mut bucket = world.gorgias.bucket();
    answer["foreign_requests_per_window"] = json!(bucket.foreign_per_window());
    answer["used"] = json!(bucket.look(world.clock.micros()).used);
    Json(answer)
}

async fn per_ticket(State(world): State<Shared>) -> Json<RequestsPerTicket> {
    Json(requests_per_ticket::count(&world))
}
