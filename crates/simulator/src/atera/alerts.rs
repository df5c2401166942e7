//! Alerts: the whole history, archived ones too. `TicketID` is the only link there is from a device to a ticket.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::Account;
use super::calendar::{self, HOUR_MS, START_MS, Shape};
use super::customers;
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;

/// Alerts in the account.
pub(crate) const COUNT: i64 = 20;

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/alerts", get(list))
}

fn state(number: i64) -> &'static str {
    match number % 3 {
        0 => "Open",
        1 => "Resolved",
        _ => "Snoozed",
    }
}

fn row(account: &Account, number: i64) -> Value {
    let zoneless = account.behaviour().zoneless;
    let customer = 1 + number % account.scale().customers;
    let mut draw = Draw::new(account.scale().seed, Stream::Device, -1_000 - number);
    let created_ms = START_MS + number * 100 * HOUR_MS;
    let date = |there: bool, at_ms: i64| {
        if there { json!(calendar::write(at_ms, Shape::Zulu, zoneless)) } else { Value::Null }
    };
    json!({
        "AlertID": 300 + number,
        "Code": number % 7,
        "Source": "Monitoring",
        "Title": "Disk usage",
        "Severity": draw.pick(&["Information", "Warning", "Critical"]),
        "Created": date(true, created_ms),
        "SnoozedEndDate": date(state(number) == "Snoozed", created_ms + 8 * HOUR_MS),
        "ArchivedDate": date(number % 4 == 0, created_ms + 24 * HOUR_MS),
        "DeviceGuid": draw.uuid(),
        "AdditionalInfo": null,
        "Archived": number % 4 == 0,
        "AlertCategoryID": draw.pick(&["Hardware", "Disk", "Availability", "Performance", "Exchange", "General"]),
        "AlertMessage": "Usage is above 90 %",
        "TicketID": if number % 2 == 0 { json!(number) } else { Value::Null },
        "DeviceName": format!("WS-{:03}", 1 + number % 15),
        "CustomerID": customers::id(customer),
        "CustomerName": customers::current_name(account, customer),
        "FolderID": null,
        "PollingCyclesCount": null,
        "AgentId": 80_001 + number % 15,
        "DeviceType": "PC",
    })
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    let wanted = query.get("alertStatus");
    let numbers =
        (1..=COUNT).filter(|number| wanted.is_none_or(|wanted| state(*number).eq_ignore_ascii_case(wanted)));
    let rows: Vec<Value> = numbers.map(|number| row(&account, number)).collect();
    envelope::page_of(&query, "/alerts", Nothing::Empty, &rows)
}
