//! `/tickets/{id}/comments`: paged, without ids, and in an order that is not that of the dates.
//! Texts come from `thread`; this file only orders and writes them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::Account;
use super::calendar::{self, Shape};
use super::contacts;
use super::envelope::{self, Nothing};
use super::markup::ORIGIN;
use super::query::Query;
use super::technicians;
use super::thread::{self, Author, Comment};
use super::ticket_plan::TicketPlan;
use super::traps::Trap;

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/tickets/{id}/comments", get(list))
}

async fn list(State(account): State<Arc<Account>>, Path(id): Path<i64>, query: Query) -> Response {
    let Some(plan) = account.ticket(id) else {
        return envelope::problem(StatusCode::NOT_FOUND, "Not Found");
    };
    let total = plan.comment_count();
    let nothing = if id % 2 == 0 { Nothing::Null } else { Nothing::Empty };
    envelope::page(&query, &format!("/tickets/{id}/comments"), nothing, total as usize, |place| {
        let index = listed(&plan, u32::try_from(place).ok()?, total);
        thread::comment(&account, &plan, index).map(|comment| row(&account, &plan, &comment, &query.origin))
    })
}

/// Which comment stands at a place of the listing: newest first for odd tickets, rotated by a third for even ones.
fn listed(plan: &TicketPlan, place: u32, total: u32) -> u32 {
    match plan.trap {
        Trap::TiedDates => place,
        _ if plan.id % 2 == 1 => total - 1 - place,
        _ => (place + total / 3) % total,
    }
}

fn row(account: &Account, plan: &TicketPlan, comment: &Comment, origin: &str) -> Value {
    let turn = if plan.id % 5 == 0 { i64::from(comment.place) } else { 0 };
    let shape = Shape::nth(plan.id + 1 + turn);
    let zero_or_null = if plan.id % 2 == 0 { json!(0) } else { Value::Null };
    let (end_user, technician, email, first_name, last_name) = match comment.voice.author {
        Author::Contact(number) => {
            let one = contacts::current(account, number);
            let names = (json!(one.email), json!(one.first_name), json!(one.last_name));
            (json!(contacts::id(number)), zero_or_null, names.0, names.1, names.2)
        }
        Author::Technician(number) => {
            let one = technicians::technician(number);
            (zero_or_null, json!(one.id), json!(one.email), json!(one.first_name), json!(one.last_name))
        }
        Author::Null => (Value::Null, Value::Null, Value::Null, Value::Null, Value::Null),
        Author::Zero => (json!(0), json!(0), json!(""), json!(""), json!("")),
    };
    json!({
        "Date": calendar::write(comment.at_ms, shape, account.behaviour().zoneless),
        "Comment": comment.text,
        "CommentHtml": comment.html.as_ref().map(|html| html.replace(ORIGIN, origin)),
        "EndUserID": end_user,
        "TechnicianContactID": technician,
        "Email": email,
        "FirstName": first_name,
        "LastName": last_name,
        "IsInternal": comment.voice.internal,
    })
}
