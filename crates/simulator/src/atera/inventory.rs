//! Machines: agents (computers, not people) and the four kinds of devices. Inventory only; nothing of it moves.
//! SNMP rows carry a community string, which is a secret no reader may write down.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::account::Account;
use super::calendar::{self, HOUR_MS, SPAN_MS, START_MS, Shape};
use super::contracts::FORMULA;
use super::customers;
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;

/// Agents in the account.
pub(crate) const AGENTS: i64 = 15;

/// The kinds of devices and how many of each there are.
pub(crate) const DEVICES: [(&str, i64); 4] =
    [("genericdevices", 3), ("tcpdevices", 2), ("httpdevices", 2), ("snmpdevices", 2)];

/// The number of an agent by its `AgentID`.
pub(crate) fn agent_number(id: i64) -> Option<i64> {
    Some(id - 80_000).filter(|number| (1..=AGENTS).contains(number))
}

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new()
        .route("/agents", get(agents))
        .route("/agents/{id}", get(one_agent))
        .route("/agents/customer/{id}", get(agents_of_customer))
        .route("/agents/machine/{name}", get(agents_by_machine))
        .route("/devices/{kind}", get(devices))
}

fn agent(account: &Account, number: i64) -> Value {
    let zoneless = account.behaviour().zoneless;
    let customer = 1 + number % account.scale().customers;
    let mut draw = Draw::new(account.scale().seed, Stream::Device, number);
    let name = format!("WS-{number:03}");
    let seen_ms = START_MS + SPAN_MS - number * HOUR_MS;
    json!({
        "AgentID": 80_000 + number,
        "DeviceGuid": draw.uuid(),
        "MachineID": draw.uuid(),
        "MachineName": name,
        "AgentName": if number == 6 { FORMULA } else { &name },
        "SystemName": name,
        "DomainName": if number % 3 == 0 { json!("WORKGROUP") } else { Value::Null },
        "CustomerID": customers::id(customer),
        "CustomerName": customers::current_name(account, customer),
        "FolderID": null,
        "FolderName": if number % 4 == 0 { json!("Branch") } else { Value::Null },
        "Online": draw.chance(70),
        "Monitored": number % 5 != 0,
        "LastSeen": calendar::write(seen_ms, Shape::SevenDigits, zoneless),
        "LastRebootTime": if number % 2 == 0 { json!(calendar::write(seen_ms - 40 * HOUR_MS, Shape::Bare, zoneless)) } else { json!("") },
        "Created": calendar::write(START_MS, Shape::Zulu, zoneless),
        "Modified": calendar::write(seen_ms, Shape::Zulu, zoneless),
        "OS": draw.pick(&["Microsoft Windows 11 Pro", "macOS 15", "Ubuntu 24.04"]),
        "OSType": draw.pick(&["Work Station", "Server"]),
        "OSVersion": "10.0",
        "OSBuild": "26100",
        "DeviceType": "PC",
        "Vendor": "Example Computers",
        "VendorBrandModel": "EC-14",
        "VendorSerialNumber": format!("SN{:08}", draw.below(100_000_000)),
        "Memory": 16_384,
        "MacAddresses": ["00:00:5E:00:53:01"],
        "IpAddresses": if number == 4 { Value::Null } else { json!(["192.0.2.10"]) },
        "HardwareDisks": [{"Drive": "C:", "Free": 1_000, "Used": 2_000, "Total": 3_000}, {"Drive": "C:", "Free": 1_000, "Used": 2_000, "Total": 3_000}],
        "BatteryInfo": null,
        "LastLoginUser": "EXAMPLE\\user",
    })
}

async fn agents(State(account): State<Arc<Account>>, query: Query) -> Response {
    let rows: Vec<Value> = (1..=AGENTS).map(|number| agent(&account, number)).collect();
    envelope::page_of(&query, "/agents", Nothing::Null, &rows)
}

async fn one_agent(State(account): State<Arc<Account>>, Path(id): Path<i64>) -> Response {
    let found = agent_number(id).map(|number| agent(&account, number));
    envelope::record(found, account.behaviour().unknown_id)
}

async fn agents_of_customer(
    State(account): State<Arc<Account>>,
    Path(id): Path<i64>,
    query: Query,
) -> Response {
    let path = format!("/agents/customer/{id}");
    agents_where(&account, &query, &path, |row| row["CustomerID"] == id)
}

async fn agents_by_machine(
    State(account): State<Arc<Account>>,
    Path(name): Path<String>,
    query: Query,
) -> Response {
    let path = format!("/agents/machine/{name}");
    agents_where(&account, &query, &path, |row| row["MachineName"] == name.as_str())
}

fn agents_where(account: &Account, query: &Query, path: &str, keep: impl Fn(&Value) -> bool) -> Response {
    let rows: Vec<Value> = (1..=AGENTS).map(|number| agent(account, number)).filter(keep).collect();
    envelope::page_of(query, path, Nothing::Empty, &rows)
}

async fn devices(State(account): State<Arc<Account>>, Path(kind): Path<String>, query: Query) -> Response {
    let Some((place, (name, count))) = DEVICES.iter().enumerate().find(|(_, (name, _))| *name == kind) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let base = 90_000 + 100 * i64::try_from(place).unwrap_or(0);
    let wanted = query.number("customerId");
    let rows = (1..=*count).map(|number| device(&account, name, base + number));
    let rows: Vec<Value> =
        rows.filter(|row| wanted.is_none_or(|wanted| row["CustomerID"] == wanted)).collect();
    envelope::page_of(&query, &format!("/devices/{kind}"), Nothing::Null, &rows)
}

fn device(account: &Account, kind: &str, id: i64) -> Value {
    let customer = 1 + id % account.scale().customers;
    let mut row = json!({
        "Name": format!("{kind} {id}"),
        "DeviceID": id,
        "DeviceGuid": Draw::new(account.scale().seed, Stream::Device, id).uuid(),
        "CustomerID": customers::id(customer),
        "CustomerName": customers::current_name(account, customer),
        "FolderID": null,
        "MonitoringAgentID": 80_001,
        "Monitored": id % 2 == 0,
    });
    match kind {
        "httpdevices" => row["URL"] = json!("http://192.0.2.20/"),
        "tcpdevices" => {
            row["Hostname"] = json!("192.0.2.21");
            row["Ports"] = json!([22, 443]);
        }
        "snmpdevices" => {
            row["Hostname"] = json!("192.0.2.22");
            row["Community"] = json!("not-for-any-log");
        }
        _ => row["Hostname"] = json!("192.0.2.23"),
    }
    row
}
