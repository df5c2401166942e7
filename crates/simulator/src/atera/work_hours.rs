//! Work hours: one record on every third ticket, listed for the account and for a ticket, and the sums of both
//! kinds of time. One technician is seen nowhere else. Rates are named only when asked for.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::account::{Account, Scale};
use super::calendar::{self, HOUR_MS, Shape};
use super::contacts;
use super::contracts::FORMULA;
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;
use super::rates;
use super::technicians;
use super::ticket_plan::{self, Assignee, Requester};

/// One record of work on a ticket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WorkHours {
    number: i64,
    ticket: i64,
    start_ms: i64,
    quarters: i64,
    technician: i64,
    billable: bool,
}

/// Records in the account.
pub(crate) fn count(scale: Scale) -> i64 {
    scale.tickets / 3
}

/// The record with a number from 1 to [`count`].
fn plan(scale: Scale, number: i64) -> WorkHours {
    let ticket = ticket_plan::plan(scale, number * 3);
    let mut draw = Draw::new(scale.seed, Stream::WorkHours, number);
    let technician = match ticket.assignee {
        _ if number % 17 == 1 => technicians::ONLY_WORK_HOURS,
        Assignee::Technician(technician) => technician,
        _ => 1 + i64::from(draw.small(10)),
    };
    WorkHours {
        number,
        ticket: ticket.id,
        start_ms: ticket.created_ms + HOUR_MS,
        quarters: 1 + i64::from(draw.small(12)),
        technician,
        billable: draw.chance(70),
    }
}

/// The record of a ticket, if it has one.
fn of_ticket(scale: Scale, ticket: i64) -> Option<WorkHours> {
    (ticket % 3 == 0 && 0 < ticket && ticket <= scale.tickets).then(|| plan(scale, ticket / 3))
}

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/workhours", get(list))
        .route("/tickets/{id}/workhoursrecords", get(list_of_ticket))
        .route("/tickets/{id}/workhours", get(sums))
        .route("/tickets/{id}/billableduration", get(billable))
        .route("/tickets/{id}/nonbillableduration", get(non_billable))
}

fn row(account: &Account, work: &WorkHours, with_rate: bool) -> Value {
    let zoneless = account.behaviour().zoneless;
    let technician = technicians::technician(work.technician);
    let rate = rates::product(1 + work.number % rates::PRODUCTS);
    let date = |at_ms: i64| calendar::write(at_ms, Shape::Bare, zoneless);
    let end = if work.number % 40 == 0 {
        Value::Null
    } else {
        json!(date(work.start_ms + work.quarters * HOUR_MS / 4))
    };
    json!({
        "TicketID": work.ticket,
        "WorkHoursID": 600_000 + work.number,
        "StartWorkHour": date(work.start_ms),
        "EndWorkHour": end,
        "TechnicianContactID": technician.id,
        "Billiable": work.billable,
        "OnCustomerSite": work.number % 5 == 0,
        "Description": match work.number % 8 {
            0 | 4 => "",
            3 => FORMULA,
            _ => "Remote session",
        },
        "TechnicianFullName": technician.full_name(),
        "TechnicianEmail": technician.email,
        "RateID": with_rate.then(|| rate.get("RateID").cloned()),
        "RateAmount": with_rate.then(|| rate.get("Amount").cloned()),
    })
}

fn account_row(account: &Account, work: &WorkHours, with_rate: bool) -> Value {
    let mut row = row(account, work, with_rate);
    let ticket = ticket_plan::plan(account.scale(), work.ticket);
    row["CustomerID"] = json!(ticket.customer);
    row["EndUserID"] = match ticket.requester {
        Requester::Contact(number) => json!(contacts::id(number)),
        Requester::Null => Value::Null,
        Requester::Zero => json!(0),
    };
    row
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    let scale = account.scale();
    let with_rate = query.flag("includeRates", false);
    let bound = |name: &str| query.get(name).map(calendar::read_local);
    let (from, until) = (bound("startWorkhour"), bound("endWorkhour"));
    if from == Some(None) || until == Some(None) {
        return envelope::bad_date("startWorkhour or endWorkhour");
    }
    let (from, until) = (from.flatten(), until.flatten());
    if from.is_none() && until.is_none() {
        let total = usize::try_from(count(scale)).unwrap_or(0);
        return envelope::page(&query, "/workhours", Nothing::Null, total, |at| {
            let work = plan(scale, i64::try_from(at).ok()? + 1);
            Some(account_row(&account, &work, with_rate))
        });
    }
    let within = |work: &WorkHours| {
        from.is_none_or(|from| from <= work.start_ms) && until.is_none_or(|until| work.start_ms <= until)
    };
    let found: Vec<WorkHours> = (1..=count(scale)).map(|number| plan(scale, number)).filter(within).collect();
    envelope::page(&query, "/workhours", Nothing::Null, found.len(), |at| {
        found.get(at).map(|work| account_row(&account, work, with_rate))
    })
}

async fn list_of_ticket(State(account): State<Arc<Account>>, Path(id): Path<i64>, query: Query) -> Response {
    if account.ticket(id).is_none() {
        return envelope::problem(StatusCode::NOT_FOUND, "Not Found");
    }
    let rows: Vec<Value> =
        of_ticket(account.scale(), id).iter().map(|work| row(&account, work, true)).collect();
    envelope::page_of(&query, &format!("/tickets/{id}/workhoursrecords"), Nothing::Null, &rows)
}

async fn sums(State(account): State<Arc<Account>>, Path(id): Path<i64>) -> Response {
    duration_answer(
        &account,
        id,
        |work| json!({"TicketID": id, "Billable": duration(id, work, true), "NonBillable": duration(id, work, false)}),
    )
}

async fn billable(State(account): State<Arc<Account>>, Path(id): Path<i64>) -> Response {
    duration_answer(&account, id, |work| duration(id, work, true))
}

async fn non_billable(State(account): State<Arc<Account>>, Path(id): Path<i64>) -> Response {
    duration_answer(&account, id, |work| duration(id, work, false))
}

fn duration_answer(account: &Account, id: i64, body: impl FnOnce(Option<&WorkHours>) -> Value) -> Response {
    match account.ticket(id) {
        Some(_) => Json(body(of_ticket(account.scale(), id).as_ref())).into_response(),
        None => envelope::problem(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn duration(ticket: i64, work: Option<&WorkHours>, billable: bool) -> Value {
    let counted = work.filter(|work| work.billable == billable);
    let quarters = counted.and_then(|work| i32::try_from(work.quarters).ok()).unwrap_or(0);
    let hours = f64::from(quarters) / 4.0;
    json!({
        "ticketId": ticket,
        "OffSLADurationHours": 0.0,
        "OffSiteDurationHours": hours,
        "OnSLADurationHours": hours,
        "OnSiteDurationHours": 0.0,
        "TotalDurationHours": hours,
    })
}
