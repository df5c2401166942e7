//! `/account`, where a reader learns the zone and the plan, and `/departments`.

use axum::routing::get;
use axum::{Json, Router, response::Response};
use std::sync::Arc;

use serde_json::{Value, json};

use super::account::Account;
use super::calendar::ZONE;
use super::envelope::{self, Nothing};
use super::query::Query;

/// Departments in the account.
pub(crate) const DEPARTMENTS: i64 = 4;

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/account", get(account)).route("/departments", get(departments))
}

async fn account() -> Json<Value> {
    Json(json!({
        "AccountID": "5b0c2a54-0000-4000-a000-00000000f107",
        "Country": "Israel",
        "CompanyName": "MSP Example",
        "CreatedOn": "2022-08-01T00:00:00Z",
        "State": null,
        "TimeZoneName": ZONE,
        "City": "Tel Aviv",
        "Address": "1 Market Street",
        "PostalCode": "6100000",
        "Phone": "",
        "Plan": "Superpower",
        "IsITDepartment": false,
    }))
}

async fn departments(query: Query) -> Response {
    let row = |number: i64| json!({"Id": number, "Name": format!("Department {number}"), "Description": (number % 2 == 0).then_some("second line")});
    let rows: Vec<Value> = (1..=DEPARTMENTS).map(row).collect();
    envelope::page_of(&query, "/departments", Nothing::Empty, &rows)
}
