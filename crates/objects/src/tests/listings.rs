//! How kinds without a listing of their own are listed, against a fake of the source.

use std::{collections::BTreeSet, sync::Arc};

use protocol::{SourceId, Window};
use serde_json::{Value, json};

use super::fake::{Asked, Fake};
use crate::{Agent, CustomField, ObjectType, SourceReader};

fn page(rows: &[Value], asked: &Asked, pages: u32) -> (u16, Value) {
    let page: u32 = asked.query("page").unwrap().parse().unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row["page"] == json!(page)).collect();
    (200, json!({ "items": rows, "totalItemCount": 4, "page": page, "itemsInPage": 2, "totalPages": pages }))
}

fn source(fake: &Fake) -> SourceReader {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/agent/technicians.csv");
    let files = atera::SupplementFiles { technicians: Some(folder), ..atera::SupplementFiles::default() };
    SourceReader { atera: fake.atera(), supplements: Arc::new(atera::Supplements::load(&files).unwrap()) }
}

async fn technicians() -> Fake {
    let ticket = |id: i64, page: u32, technician: Value, email: Value| json!({ "page": page, "TicketID": id, "TechnicianContactID": technician, "TechnicianFullName": "T", "TechnicianEmail": email });
    let tickets = [
        ticket(1, 1, json!(45), json!("dana@shop.example")),
        ticket(2, 1, json!(45), json!("dana@shop.example")),
        ticket(3, 2, json!(0), json!("")),
        ticket(4, 2, json!(-1), Value::Null),
        ticket(5, 3, json!(46), Value::Null),
    ];
    let work = [
        json!({ "page": 1, "WorkHoursID": 1, "TechnicianContactID": 47, "TechnicianEmail": "w@shop.example" }),
        json!({ "page": 2, "WorkHoursID": 2, "TechnicianContactID": 45, "TechnicianEmail": "dana@shop.example" }),
    ];
    Fake::start(move |asked| match asked.line().as_str() {
        "GET /api/v3/tickets" => page(&tickets, asked, 3),
        "GET /api/v3/workhours" => page(&work, asked, 2),
        other => panic!("{other}"),
    })
    .await
}

#[tokio::test]
async fn technicians_are_gathered_from_tickets_then_time_entries_then_the_supplement() {
    let fake = technicians().await;
    let source = source(&fake);
    let mut listed: Vec<Vec<String>> = Vec::new();
    for number in 1.. {
        let page = Agent::page(&source, &Window::All, number).await.unwrap();
        listed.push(page.rows.iter().map(|row| Agent::id(row).0).collect());
        if page.last {
            assert_eq!(page.pages, Some(number));
            break;
        }
    }
    assert_eq!(listed.len(), 5, "{listed:?}");
    assert_eq!(listed[..4], [vec!["45"], vec![], vec!["46"], vec!["47"]]);
    // The last page holds the rest of the time entries and the supplement, those without an id by their address.
    let last: BTreeSet<_> = listed[4].iter().map(|id| id.split(':').next().unwrap()).collect();
    assert_eq!(last, BTreeSet::from(["45", "46", "email"]));
}

#[tokio::test]
async fn an_address_only_the_supplement_has_stands_in_every_row_of_the_technician() {
    let fake = technicians().await;
    let source = source(&fake);
    let page = Agent::page(&source, &Window::All, 3).await.unwrap();
    assert_eq!(page.rows[0].email.as_deref(), Some("found@shop.example"));
}

#[tokio::test]
async fn one_technician_is_found_again_wherever_they_stand() {
    let fake = technicians().await;
    let source = source(&fake);
    for id in ["46", "47"] {
        let row = Agent::one(&source, &SourceId::from(id)).await.unwrap().unwrap();
        assert_eq!(Agent::id(&row).0, id);
    }
    assert_eq!(Agent::one(&source, &SourceId::from("4711")).await.unwrap(), None);
}

#[tokio::test]
async fn the_fields_of_contacts_come_after_those_they_may_share() {
    let definition = |target: &str| json!({ "Name": "Region", "DataType": "Text", "Target": target });
    let fake = Fake::start(move |_| {
        (200, json!([definition("Contact"), definition("Ticket"), definition("Customer")]))
    })
    .await;
    let source = source(&fake);
    let mut listed = Vec::new();
    for number in 1..=3 {
        let page = CustomField::page(&source, &Window::All, number).await.unwrap();
        assert_eq!(page.last, number >= 2);
        listed.push(page.rows.iter().map(|row| CustomField::id(row).0).collect::<Vec<_>>());
    }
    let first = vec!["flotilla/Customer/company", "Ticket/Region", "Customer/Region"];
    assert_eq!(listed, [first, vec!["Contact/Region"], vec![]]);
}
