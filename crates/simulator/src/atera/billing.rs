//! Invoices: money as JSON numbers, no customer id, one without a contract. List and single read by number.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::Account;
use super::behaviour::UnknownId;
use super::calendar::{self, HOUR_MS, START_MS, Shape};
use super::contracts::FORMULA;
use super::customers;
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;

/// Invoices in the account.
pub(crate) const COUNT: i64 = 10;

/// The invoice without lines, whose total nothing adds up to.
const WITHOUT_LINES: i64 = 7;

/// Lines of all invoices.
pub(crate) const LINES: i64 = (COUNT - 1) * 2;

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/billing/invoices", get(list)).route("/billing/invoice/{number}", get(one))
}

fn date_ms(number: i64) -> i64 {
    START_MS + number * 30 * 24 * HOUR_MS
}

fn row(account: &Account, number: i64) -> Value {
    let zoneless = account.behaviour().zoneless;
    let customer = 1 + number % account.scale().customers;
    let date = |at_ms: i64| calendar::write(at_ms, Shape::Bare, zoneless);
    let lines = if number == WITHOUT_LINES { Value::Null } else { line_items(number) };
    json!({
        "IsAdhoc": number % 3 == 0,
        "InvoiceId": Draw::new(account.scale().seed, Stream::Device, -100 - number).uuid(),
        "InvoiceNumber": 2_000 + number,
        "InvoiceNumberAsString": if number == 5 { Value::Null } else { json!(format!("INV-{:05}", 2_000 + number)) },
        "Total": 293.7,
        "Subtotal": 251.02,
        "Tax": 42.68,
        "TaxPercentage": 17.0,
        "InvoiceDate": date(date_ms(number)),
        "PeriodStartDate": date(date_ms(number) - 30 * 24 * HOUR_MS),
        "PeriodEndDate": date(date_ms(number)),
        "ContractName": (number % 3 != 0).then(|| format!("Hourly {number}")),
        "Currency": if number % 2 == 0 { "ILS" } else { "USD" },
        "LineItems": lines,
        "From": party("MSP Example", json!(61_000)),
        "To": party(&customers::current_name(account, customer), Value::Null),
    })
}

fn line_items(number: i64) -> Value {
    json!([
        {"Product": "Remote support, hour", "Description": null, "Quantity": 1.5, "Rate": 95.0, "Total": 166.73,
         "Subtotal": 142.5, "Tax": 24.23, "TaxPercentage": 17.0, "DiscountPercentage": null, "LineIdx": 0},
        {"Product": if number == 4 { FORMULA } else { "Travel" }, "Description": format!("visit {number}"), "Quantity": 1.0, "Rate": 108.52,
         "Total": 126.97, "Subtotal": 108.52, "Tax": 18.45, "TaxPercentage": 17.0, "DiscountPercentage": 0.0, "LineIdx": 1},
    ])
}

fn party(company: &str, zip: Value) -> Value {
    let mut party = json!({"CompanyName": company, "ContactFirstName": "Noa", "ContactLastName": "Levi",
        "ContactFullName": "Noa Levi", "Address": "1 Market Street", "State": null, "Country": "Israel",
        "City": "Tel Aviv", "Phone": "", "Email": null});
    party["ZipCode"] = zip;
    party
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    let bound = |name: &str| query.get(name).map(calendar::read_local);
    let (from, until) = (bound("invoiceDateFrom"), bound("invoiceDateTo"));
    if from == Some(None) || until == Some(None) {
        return envelope::bad_date("invoiceDateFrom or invoiceDateTo");
    }
    let within = |number: &i64| {
        let at_ms = date_ms(*number);
        from.flatten().is_none_or(|from| from <= at_ms) && until.flatten().is_none_or(|until| at_ms <= until)
    };
    let rows: Vec<Value> = (1..=COUNT).filter(within).map(|number| row(&account, number)).collect();
    envelope::page_of(&query, "/billing/invoices", Nothing::Null, &rows)
}

async fn one(State(account): State<Arc<Account>>, Path(wanted): Path<i64>) -> Response {
    let number = wanted - 2_000;
    let found = (1..=COUNT).contains(&number).then(|| row(&account, number));
    envelope::record(found, UnknownId::NotFound)
}
