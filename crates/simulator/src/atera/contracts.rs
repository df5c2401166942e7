//! Contracts: every type once and then in turn, the matching sub-object filled and the others null.
//! The link to an SLA policy cannot be read, as in the real API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::{Account, Scale};
use super::calendar::{self, SPAN_MS, START_MS, Shape};
use super::customers;
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;
use super::rates;

/// The contract types in turn, each with the name of its sub-object.
const TYPES: [(&str, &str); 8] = [
    ("RetainerFlatFee", "RetainerFlatFeeContract"),
    ("Hourly", "HourlyContract"),
    ("BlockHours", "BlockHoursContract"),
    ("BlockMoney", "BlockMoneyContract"),
    ("RemoteMonitoring", "RemoteMonitoringContract"),
    ("OnlineBackup", "OnlineBackupContract"),
    ("ProjectOneTimeFee", "ProjectOneTimeFeeContract"),
    ("ProjectHourlyRate", "ProjectHourlyRateContract"),
];

/// A name that a spreadsheet would run.
pub(super) const FORMULA: &str = "=1+1";

/// Contracts in the account.
pub(crate) fn count(scale: Scale) -> i64 {
    (scale.customers / 2).max(8)
}

/// The `ContractID` of a contract number (1 and up).
pub(crate) fn id(number: i64) -> i64 {
    7_000_000 + number
}

/// The contract number of a `ContractID`.
pub(crate) fn number(scale: Scale, id: i64) -> Option<i64> {
    Some(id - 7_000_000).filter(|number| (1..=count(scale)).contains(number))
}

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/contracts", get(list))
        .route("/contracts/{id}", get(one))
        .route("/contracts/customer/{id}", get(of_customer))
}

fn customer_of(scale: Scale, number: i64) -> i64 {
    1 + (number - 1) % scale.customers
}

fn row(account: &Account, number: i64) -> Value {
    let scale = account.scale();
    let zoneless = account.behaviour().zoneless;
    let mut draw = Draw::new(scale.seed, Stream::Contract, number);
    let customer = customer_of(scale, number);
    let turn = usize::try_from(number - 1).unwrap_or(0) % TYPES.len();
    let (kind, _) = TYPES[turn];
    let start_ms = START_MS + SPAN_MS / count(scale) * (number - 1);
    let end = match number % 3 {
        0 => Value::Null,
        1 => json!(calendar::write(start_ms + SPAN_MS / 2, Shape::Bare, zoneless)),
        _ => json!(""),
    };
    let mut row = json!({
        "CustomerID": customers::id(customer),
        "CustomerName": customers::current_name(account, customer),
        "ContractID": id(number),
        "ContractName": if number == 3 { FORMULA.to_owned() } else { format!("{kind} {number}") },
        "ContractType": kind,
        "Active": draw.chance(80),
        "Default": number <= scale.customers,
        "Taxable": draw.chance(50),
        "StartDate": calendar::write(start_ms, Shape::Bare, zoneless),
        "EndDate": end,
    });
    for (at, (_, part)) in TYPES.iter().enumerate() {
        row[*part] = if at == turn { terms(part, &mut draw) } else { Value::Null };
    }
    row
}

fn terms(part: &str, draw: &mut Draw) -> Value {
    let rate = rates::product(1 + i64::from(draw.small(4)));
    let more = vec![rates::product(5)];
    let period =
        draw.pick(&["Monthly", "Quarterly", "Yearly", "Weekly", "BiWeekly", "TwiceAYear", "OnDemand"]);
    match part {
        "RetainerFlatFeeContract" => json!({"BillingPeriod": period, "Quantity": 1.0, "Rate": rate}),
        "HourlyContract" => json!({"PrimaryRate": rate, "AdditionalRates": more, "BillingPeriod": period}),
        "BlockHoursContract" => json!({"HoursIncluded": 20.5, "PricePerHour": 80.0, "OverageRate": rate,
            "CommitRollover": true, "BillingPeriod": period}),
        "BlockMoneyContract" => json!({"Amount": 1_500.10, "ContractAmount": 1_200.0, "PrimaryRate": rate,
            "AdditionalRates": [], "CommitRollover": false, "BillingPeriod": period}),
        "RemoteMonitoringContract" => {
            json!({"RatePerDevice": rate, "CountBy": "AgentsOnly", "BillingPeriod": period})
        }
        "OnlineBackupContract" => json!({"RatePerGB": rate, "CountBy": "TotalGB", "BillingPeriod": period}),
        "ProjectOneTimeFeeContract" => json!({"TotalAmount": 9_999.99}),
        _ => json!({"PrimaryRate": rate, "AdditionalRates": more}),
    }
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    let total = usize::try_from(count(account.scale())).unwrap_or(0);
    envelope::page(&query, "/contracts", Nothing::Empty, total, |at| {
        i64::try_from(at).ok().map(|at| row(&account, at + 1))
    })
}

async fn of_customer(State(account): State<Arc<Account>>, Path(wanted): Path<i64>, query: Query) -> Response {
    let scale = account.scale();
    let matching = (1..=count(scale)).filter(|number| customers::id(customer_of(scale, *number)) == wanted);
    let rows: Vec<Value> = matching.map(|number| row(&account, number)).collect();
    envelope::page_of(&query, &format!("/contracts/customer/{wanted}"), Nothing::Null, &rows)
}

async fn one(State(account): State<Arc<Account>>, Path(wanted): Path<i64>) -> Response {
    let found = number(account.scale(), wanted).map(|number| row(&account, number));
    envelope::record(found, account.behaviour().unknown_id)
}
