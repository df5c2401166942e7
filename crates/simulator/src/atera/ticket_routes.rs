//! The ticket listings and the ticket itself: `/tickets`, `/tickets/noComments`, both change feeds, `/tickets/{id}`.
//! Newest first, by offset, and the pages may shift while one reads them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::account::Account;
use super::calendar::{self, SPAN_MS, START_MS};
use super::envelope::{self, Nothing};
use super::query::Query;
use super::ticket_json::{self, View};
use super::ticket_plan::TicketPlan;

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/tickets", get(list))
        .route("/tickets/noComments", get(list_without_comments))
        .route("/tickets/lastmodified", get(last_modified))
        .route("/tickets/statusmodified", get(status_modified))
        .route("/tickets/{id}", get(one))
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    walk(&account, &query, "/tickets", true)
}

async fn list_without_comments(State(account): State<Arc<Account>>, query: Query) -> Response {
    walk(&account, &query, "/tickets/noComments", false)
}

/// Tickets by status and customer; without either no ticket is looked at that is not on the page.
fn walk(account: &Account, query: &Query, path: &str, comments: bool) -> Response {
    let view = View { comments, relations: query.flag("includeRelations", false) };
    let status = query.get("ticketStatus");
    let customer = query.number("customerId");
    let answer = if status.is_none() && customer.is_none() {
        let total = usize::try_from(account.ticket_count()).unwrap_or(0);
        envelope::page(query, path, Nothing::Empty, total, |at| {
            let plan = account.ticket_at(i64::try_from(at).ok()?)?;
            Some(ticket_json::ticket(account, &plan, view))
        })
    } else {
        let wanted = |plan: &TicketPlan| {
            status.is_none_or(|status| is_accepted(status) && plan.status.eq_ignore_ascii_case(status))
                && customer.is_none_or(|customer| plan.customer == customer)
        };
        let found: Vec<i64> = account.tickets().filter(wanted).map(|plan| plan.id).collect();
        page_of(account, query, path, Nothing::Empty, &found, view)
    };
    let now_ms = account.now_ms();
    account.edits_mut().page_read(account.scale(), now_ms);
    answer
}

/// Merged tickets match no accepted status, so the totals by status sum below the total of all.
fn is_accepted(status: &str) -> bool {
    !status.eq_ignore_ascii_case("Merged")
}

async fn last_modified(State(account): State<Arc<Account>>, query: Query) -> Response {
    let view = View {
        comments: query.flag("includeComments", false),
        relations: query.flag("includeRelations", false),
    };
    let since = match query.get("date").map(calendar::read_utc) {
        Some(None) => return StatusCode::BAD_REQUEST.into_response(),
        Some(Some(since)) => since,
        None => calendar::start_of_day_ms(account.now_ms()),
    };
    let behaviour = account.behaviour();
    let keep = |plan: &TicketPlan| {
        since <= plan.modified_ms && (behaviour.deleted_in_lastmodified || plan.status != "Deleted")
    };
    // Past the generated years only edited tickets can match, which spares the walk over all of them.
    let mut found: Vec<(i64, i64)> = if START_MS + 2 * SPAN_MS < since {
        let touched: Vec<i64> = account.edits().touched().collect();
        touched
            .into_iter()
            .filter_map(|id| account.ticket(id))
            .filter(keep)
            .map(|one| (one.modified_ms, one.id))
            .collect()
    } else {
        account.tickets().filter(keep).map(|one| (one.modified_ms, one.id)).collect()
    };
    found.sort_unstable();
    if behaviour.lastmodified_descending {
        found.reverse();
    }
    let ids: Vec<i64> = found.into_iter().map(|(_, id)| id).collect();
    page_of(&account, &query, "/tickets/lastmodified", Nothing::Null, &ids, view)
}

async fn status_modified(State(account): State<Arc<Account>>, query: Query) -> Response {
    let view = View {
        comments: query.flag("includeComments", true),
        relations: query.flag("includeRelations", false),
    };
    let found: Vec<i64> = account.tickets().filter(TicketPlan::is_done).map(|plan| plan.id).collect();
    page_of(&account, &query, "/tickets/statusmodified", Nothing::Null, &found, view)
}

async fn one(State(account): State<Arc<Account>>, Path(id): Path<i64>, query: Query) -> Response {
    let view = View { comments: true, relations: query.flag("includeRelations", true) };
    match account.ticket(id) {
        Some(plan) => Json(ticket_json::ticket(&account, &plan, view)).into_response(),
        None => envelope::problem(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn page_of(
    account: &Account,
    query: &Query,
    path: &str,
    nothing: Nothing,
    ids: &[i64],
    view: View,
) -> Response {
    envelope::page(query, path, nothing, ids.len(), |at| {
        let plan = ids.get(at).and_then(|id| account.ticket(*id))?;
        Some(ticket_json::ticket(account, &plan, view))
    })
}
