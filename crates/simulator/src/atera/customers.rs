//! Customers (companies): names that differ only in case, spacing or suffix, names in Hebrew and Japanese,
//! one without a domain. Answers `/customers` and `/customers/{id}`; holds no contact.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::{Account, Scale};
use super::calendar::{self, HOUR_MS, SPAN_MS, START_MS, Shape};
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;

/// A `CustomerID` that tickets name and no listing shows.
pub(crate) const UNLISTED: i64 = 2_999;

/// The `CustomerID` of a customer number (1 and up).
pub(crate) fn id(number: i64) -> i64 {
    3_000 + number
}

/// The customer number of a `CustomerID`, if it is listed.
pub(crate) fn number(scale: Scale, id: i64) -> Option<i64> {
    Some(id - 3_000).filter(|number| (1..=scale.customers).contains(number))
}

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/customers", get(list)).route("/customers/{id}", get(one))
}

/// The name of a customer, before any edit.
pub(crate) fn name(scale: Scale, number: i64) -> String {
    let mut draw = Draw::new(scale.seed, Stream::Customer, number);
    let fixed = match number {
        1 => "Acme Industries Ltd",
        2 => "ACME  Industries LTD.",
        3 => "Acme Industries",
        4 => "חברת הדגמה בע\u{5f4}מ",
        5 => "株式会社サンプル",
        6 => "Northwind Traders",
        7 => "northwind traders ",
        8 => "Café Zürich GmbH & Co. KG",
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let first = draw
        .pick(&["Blue", "Harbor", "Summit", "Cedar", "Orion", "Delta", "Maple", "Granite", "Lumen", "Vega"]);
    let second =
        draw.pick(&["Dental", "Logistics", "Media", "Foods", "Legal", "Robotics", "Design", "Health"]);
    let suffix = draw.pick(&["Ltd", "Inc.", "GmbH", "LLC", "BV", ""]);
    let twin = draw.chance(4);
    let mark = if twin { String::new() } else { format!(" {number}") };
    format!("{first} {second}{mark} {suffix}").trim_end().to_owned()
}

/// The name with what an edit changed.
pub(crate) fn current_name(account: &Account, number: i64) -> String {
    let edited = account.edits().customers.get(&number).map(|edit| edit.name.clone());
    edited.unwrap_or_else(|| name(account.scale(), number))
}

/// When the customer changed last, before any edit; later numbers later.
fn modified_ms(scale: Scale, number: i64) -> i64 {
    START_MS + SPAN_MS / scale.customers * number
}

fn current_modified_ms(account: &Account, number: i64) -> i64 {
    let edited = account.edits().customers.get(&number).map(|edit| edit.at_ms);
    edited.unwrap_or_else(|| modified_ms(account.scale(), number))
}

fn created_ms(scale: Scale, number: i64) -> i64 {
    modified_ms(scale, number) - 24 * HOUR_MS
}

/// One row as the API shows it.
pub(crate) fn row(account: &Account, number: i64) -> Value {
    let scale = account.scale();
    let zoneless = account.behaviour().zoneless;
    let mut draw = Draw::part(scale.seed, Stream::Customer, number, 1);
    let modified_ms = current_modified_ms(account, number);
    let city = draw.pick(&["Tel Aviv", "Haifa", "Berlin", "Osaka", "Lisbon", "Austin"]);
    let domain = if number == 6 { Value::Null } else { json!(format!("client{number}.example")) };
    let number_text = format!("51{:07}", draw.below(10_000_000));
    json!({
        "CustomerID": id(number),
        "CustomerName": current_name(account, number),
        "CreatedOn": calendar::write(created_ms(scale, number), Shape::Zulu, zoneless),
        "LastModified": calendar::write(modified_ms, Shape::SevenDigits, zoneless),
        "BusinessNumber": if draw.chance(50) { json!(number_text) } else { Value::Null },
        "Domain": domain,
        "Address": format!("{} Market Street", 1 + draw.below(200)),
        "City": city,
        "State": null,
        "Country": draw.pick(&["Israel", "Germany", "Japan", "Portugal", "United States", ""]),
        "Phone": if draw.chance(80) { json!(format!("+97255501{:03}", number % 1_000)) } else { json!("") },
        "Fax": null,
        "Notes": if draw.chance(10) { json!("prefers to be called before noon") } else { Value::Null },
        "Logo": null,
        "Links": null,
        "Longitude": 34.75 + f64::from(draw.small(100)) / 100.0,
        "Latitude": null,
        "ZipCodeStr": format!("{:05}", draw.below(100_000)),
    })
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    let scale = account.scale();
    let when = |number: i64| current_modified_ms(&account, number);
    let since = match query.get("FromLastModifiedDate").map(calendar::read_local) {
        Some(None) => return envelope::bad_date("FromLastModifiedDate"),
        Some(since) => since,
        None => None,
    };
    let by_change =
        query.get("SortBy").is_some_and(|by| by.eq_ignore_ascii_case("LastModified") || by == "1");
    if since.is_none() && !by_change {
        let total = usize::try_from(scale.customers).unwrap_or(0);
        let row = |at: usize| i64::try_from(at).ok().map(|at| row(&account, at + 1));
        return envelope::page(&query, "/customers", Nothing::Null, total, row);
    }
    let mut found: Vec<i64> =
        (1..=scale.customers).filter(|one| since.is_none_or(|since| since <= when(*one))).collect();
    if by_change {
        found.sort_by_key(|number| when(*number));
    }
    envelope::page(&query, "/customers", Nothing::Null, found.len(), |at| {
        found.get(at).map(|number| row(&account, *number))
    })
}

async fn one(State(account): State<Arc<Account>>, Path(wanted): Path<i64>) -> Response {
    let found = number(account.scale(), wanted).map(|number| row(&account, number));
    envelope::record(found, account.behaviour().unknown_id)
}
