//! Contacts (people): blank, shared and upper-case e-mails, people without a customer, archived ones, and
//! customers with no, one or many contact persons. Answers `/contacts` and `/contacts/{id}`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::{Account, Scale};
use super::calendar::{self, HOUR_MS, SPAN_MS, START_MS, Shape};
use super::customers;
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;

/// A contact before any edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContactPlan {
    pub(crate) first_name: Option<&'static str>,
    pub(crate) last_name: Option<String>,
    pub(crate) email: Option<String>,
    /// The customer's number; `None` for a contact without parent.
    pub(crate) customer: Option<i64>,
    pub(crate) is_contact_person: bool,
    pub(crate) archived: bool,
}

/// The `EndUserID` of a contact number (1 and up).
pub(crate) fn id(number: i64) -> i64 {
    50_000 + number
}

/// The contact number of an `EndUserID`.
pub(crate) fn number(scale: Scale, id: i64) -> Option<i64> {
    Some(id - 50_000).filter(|number| (1..=scale.contacts).contains(number))
}

/// The number of the customer a contact belongs to.
pub(crate) fn customer_of(scale: Scale, number: i64) -> Option<i64> {
    let orphan = matches!(number, 10 | 11) || (24 < number && number % 37 == 0);
    if orphan { None } else { Some(1 + (number - 1) % scale.customers) }
}

/// Plans the contact with this number.
pub(crate) fn plan(scale: Scale, number: i64) -> ContactPlan {
    let mut draw = Draw::new(scale.seed, Stream::Contact, number);
    let customer = customer_of(scale, number);
    let ordinal = (number - 1) / scale.customers;
    let is_contact_person = match customer.map(|customer| customer % 3) {
        Some(1) => ordinal == 0,
        Some(2) => ordinal < 2,
        _ => false,
    };
    let (first_name, last_name) = match number {
        15 => (Some("יעל"), Some("בן־דוד".to_owned())),
        16 => (Some("太郎"), Some("山田".to_owned())),
        17 => (None, Some(String::new())),
        _ => {
            let first = draw
                .pick(&["Ana", "Ben", "Carla", "Dov", "Eve", "Finn", "Grete", "Hiro", "Ines", "Jack", "Zoë"]);
            (
                Some(first),
                Some(format!(
                    "{}{number}",
                    draw.pick(&["Stone", "Rivers", "Katz", "Ito", "Müller", "Silva"])
                )),
            )
        }
    };
    let archived = number == 12 || (24 < number && number % 29 == 0);
    ContactPlan { first_name, last_name, email: email(scale, number), customer, is_contact_person, archived }
}

/// The e-mail: own, shared with another contact, upper case, or blank.
fn email(scale: Scale, number: i64) -> Option<String> {
    let own =
        |number: i64| format!("contact{number}@client{}.example", customer_of(scale, number).unwrap_or(0));
    match number {
        5 => Some(String::new()),
        6 => None,
        8 => Some(own(7)),
        9 => Some(own(9).to_uppercase()),
        18 => Some(own(9)),
        ..=24 => Some(own(number)),
        _ if number % 31 == 0 => Some(String::new()),
        _ if number % 41 == 0 => None,
        _ if number % 43 == 0 => Some(own(number - 1)),
        _ if number % 23 == 0 => Some(own(number).to_uppercase()),
        _ => Some(own(number)),
    }
}

/// The plan with what edits changed.
pub(crate) fn current(account: &Account, number: i64) -> ContactPlan {
    let mut plan = plan(account.scale(), number);
    if let Some(edit) = account.edits().contacts.get(&number) {
        plan.email = edit.email.clone().or(plan.email);
        plan.last_name = edit.last_name.clone().or(plan.last_name);
    }
    plan
}

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/contacts", get(list)).route("/contacts/{id}", get(one))
}

fn modified_ms(account: &Account, number: i64) -> i64 {
    let edited = account.edits().contacts.get(&number).map(|edit| edit.at_ms);
    edited.unwrap_or_else(|| START_MS + SPAN_MS / account.scale().contacts * number)
}

/// One row as the API shows it.
pub(crate) fn row(account: &Account, number: i64) -> Value {
    let scale = account.scale();
    let zoneless = account.behaviour().zoneless;
    let plan = current(account, number);
    let mut draw = Draw::part(scale.seed, Stream::Contact, number, 1);
    let customer_id = match plan.customer {
        Some(customer) => json!(customers::id(customer)),
        None if number == 11 => json!(0),
        None => Value::Null,
    };
    let created_ms = START_MS + SPAN_MS / scale.contacts * number - 12 * HOUR_MS;
    let phone = format!("+1 555 01{:02} {:03}", number % 100, draw.below(1_000));
    let department = draw.chance(20).then(|| 1 + draw.below(4));
    json!({
        "EndUserID": id(number),
        "CustomerID": customer_id,
        "CustomerName": plan.customer.map(|customer| customers::current_name(account, customer)),
        "Firstname": plan.first_name,
        "Lastname": plan.last_name,
        "JobTitle": if draw.chance(40) { json!(draw.pick(&["Office manager", "CFO", "Engineer"])) } else { json!("") },
        "Email": plan.email,
        "Phone": if draw.chance(60) { json!(phone) } else { Value::Null },
        "MobilePhone": if draw.chance(20) { json!(format!("055-501-{:04}", draw.below(10_000))) } else { json!("") },
        "IsContactPerson": plan.is_contact_person,
        "InIgnoreMode": number % 50 == 0,
        "CreatedOn": calendar::write(created_ms, Shape::Bare, zoneless),
        "LastModified": calendar::write(modified_ms(account, number), Shape::Zulu, zoneless),
        "Archived": plan.archived,
        "DepartmentID": department,
        "DepartmentName": department.map(|one| format!("Department {one}")),
        "DefaultAgentId": null,
    })
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    let contacts = account.scale().contacts;
    let since = match query.get("FromLastModifiedDate").map(calendar::read_local) {
        Some(None) => return envelope::bad_date("FromLastModifiedDate"),
        Some(since) => since,
        None => None,
    };
    let email = query.get("Email").or_else(|| query.get("searchOptions.email")).map(str::to_lowercase);
    let phone = query.get("Phone").or_else(|| query.get("searchOptions.phone")).map(str::to_owned);
    let by_change =
        query.get("SortBy").is_some_and(|by| by.eq_ignore_ascii_case("LastModified") || by == "1");
    if since.is_none() && email.is_none() && phone.is_none() && !by_change {
        let total = usize::try_from(contacts).unwrap_or(0);
        let row = |at: usize| i64::try_from(at).ok().map(|at| row(&account, contacts - at));
        return envelope::page(&query, "/contacts", Nothing::Empty, total, row);
    }
    let holds = |value: Option<String>, part: &Option<String>| {
        part.as_ref()
            .is_none_or(|part| value.is_some_and(|value| value.to_lowercase().contains(part.as_str())))
    };
    let phone_of =
        |number: i64| row(&account, number).get("Phone").and_then(Value::as_str).map(str::to_owned);
    let mut found: Vec<i64> = (1..=contacts)
        .rev()
        .filter(|number| since.is_none_or(|since| since <= modified_ms(&account, *number)))
        .filter(|number| email.is_none() || holds(current(&account, *number).email, &email))
        .filter(|number| phone.is_none() || holds(phone_of(*number), &phone))
        .collect();
    if by_change {
        found.sort_by_key(|number| modified_ms(&account, *number));
    }
    envelope::page(&query, "/contacts", Nothing::Empty, found.len(), |at| {
        found.get(at).map(|number| row(&account, *number))
    })
}

async fn one(State(account): State<Arc<Account>>, Path(wanted): Path<i64>) -> Response {
    let found = number(account.scale(), wanted).map(|number| row(&account, number));
    envelope::record(found, account.behaviour().unknown_id)
}
