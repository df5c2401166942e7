//! Rates: products and expenses, the price list that contracts and work hours point at.
//! Archived ones cannot be told from the others, as in the real API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::Account;
use super::behaviour::UnknownId;
use super::envelope::{self, Nothing};
use super::query::Query;

/// Products in the account.
pub(crate) const PRODUCTS: i64 = 5;

/// Expenses in the account.
pub(crate) const EXPENSES: i64 = 3;

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/rates/products", get(products))
        .route("/rates/products/{id}", get(one_product))
        .route("/rates/expenses", get(expenses))
        .route("/rates/expenses/{id}", get(one_expense))
}

/// The product with a number from 1 to [`PRODUCTS`].
pub(crate) fn product(number: i64) -> Value {
    let (amount, what) = match number {
        1 => (95.0, "Remote support, hour"),
        2 => (120.5, "On-site support, hour"),
        3 => (0.0, "Included in contract"),
        4 => (180.33, "After hours"),
        _ => (75.1, "Travel"),
    };
    let sku = (number != 3).then(|| format!("SKU-{number:03}"));
    json!({"RateID": 100 + number, "Amount": amount, "Description": what, "SKU": sku, "Category": "Labour"})
}

/// The expense with a number from 1 to [`EXPENSES`].
fn expense(number: i64) -> Value {
    let (amount, what) = match number {
        1 => (12.9, "Cable"),
        2 => (349.0, "Access point"),
        _ => (0.1, "Courier, per parcel"),
    };
    json!({"RateID": 200 + number, "Amount": amount, "Description": what, "SKU": "", "Category": null})
}

async fn products(query: Query) -> Response {
    let rows: Vec<Value> = (1..=PRODUCTS).map(product).collect();
    envelope::page_of(&query, "/rates/products", Nothing::Null, &rows)
}

async fn expenses(query: Query) -> Response {
    let rows: Vec<Value> = (1..=EXPENSES).map(expense).collect();
    envelope::page_of(&query, "/rates/expenses", Nothing::Empty, &rows)
}

async fn one_product(State(_account): State<Arc<Account>>, Path(id): Path<i64>) -> Response {
    let found = (1..=PRODUCTS).contains(&(id - 100)).then(|| product(id - 100));
    envelope::record(found, UnknownId::NotFound)
}

async fn one_expense(State(_account): State<Arc<Account>>, Path(id): Path<i64>) -> Response {
    let found = (1..=EXPENSES).contains(&(id - 200)).then(|| expense(id - 200));
    envelope::record(found, UnknownId::NotFound)
}
