//! Claims about what only becomes a document: supplements in their encodings, contracts of every type, hours, bills.

use std::collections::BTreeSet;

use serde_json::Value;

use super::reader::serve;
use crate::atera::supplements;

#[tokio::test]
async fn tags_stand_only_in_the_supplement_with_mark_and_semicolon() {
    let served = serve(300).await;
    let text = String::from_utf8(supplements::tags_csv(&served.account)).unwrap();
    assert!(text.starts_with("\u{feff}Ticket ID;Tag\r\n"));
    assert!(
        text.contains("1;\"on\r\nsite\"\r\n") && text.contains("1;VIP\r\n") && text.contains("2;vip\r\n")
    );
    assert!(text.contains(";printer, large\r\n") && text.contains(";緊急\r\n"));
    let rows = served.rows("/tickets").await;
    assert!(rows.iter().all(|row| row.as_object().unwrap().keys().all(|name| !name.contains("Tag"))));
}

#[tokio::test]
async fn the_truth_counts_the_tags_of_the_file() {
    let served = serve(300).await;
    let text =
        String::from_utf8(supplements::tags_csv(&served.account)).unwrap().replace("on\r\nsite", "on site");
    let rows: Vec<&str> = text.lines().skip(1).collect();
    let names: BTreeSet<&str> = rows.iter().map(|row| row.split_once(';').unwrap().1).collect();
    let truth = served.plain("/_sim/atera/truth", &[]).await.json();
    assert_eq!(truth["counts"]["ticket_tags"], rows.len());
    assert_eq!(truth["counts"]["tags"], names.len());
    assert_eq!(names.len(), 13);
}

#[tokio::test]
async fn the_other_supplements_use_other_delimiters_and_encodings() {
    let served = serve(60).await;
    let [_, technicians, policies, integrations] = supplements::files(&served.account);
    let text = String::from_utf8(technicians.1).unwrap();
    assert_eq!(text.lines().count(), 13);
    assert!(text.contains("9008,דנה מזרחי,tech8@msp.example,Technician,yes\n"));
    let text = String::from_utf8(policies.1).unwrap();
    assert!(
        text.starts_with("Policy\tPriority\t")
            && text.contains("\"Premium \"\"24/7\"\"\"\tCritical\t15\t120")
    );
    let bytes = integrations.1;
    assert!(std::str::from_utf8(&bytes).is_err(), "Windows-1252 is not UTF-8");
    assert!(bytes.windows(4).any(|four| four == b"Soci") && bytes.contains(&0xe9) && bytes.contains(&0x96));
    assert!(!bytes.windows(3).any(|three| three == b"?? "));
}

#[tokio::test]
async fn contracts_have_every_type_with_its_terms_and_no_other() {
    let served = serve(60).await;
    let rows = served.rows("/contracts").await;
    let types: BTreeSet<&str> = rows.iter().map(|row| row["ContractType"].as_str().unwrap()).collect();
    assert_eq!(types.len(), 8);
    for row in &rows {
        let filled: Vec<&String> = row
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| value.is_object())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(filled, [&format!("{}Contract", row["ContractType"].as_str().unwrap())]);
    }
    let one = served.json(&format!("/contracts/{}", rows[0]["ContractID"])).await;
    assert_eq!(one, rows[0]);
    let of_customer = served.rows(&format!("/contracts/customer/{}", one["CustomerID"])).await;
    assert!(of_customer.contains(&one));
}

#[tokio::test]
async fn hours_name_rates_when_asked_and_agree_with_the_ticket() {
    let served = serve(120).await;
    let bare = served.rows("/workhours").await;
    assert_eq!(bare.len(), 40);
    assert!(bare.iter().all(|row| row["RateID"].is_null()));
    let rated = served.rows("/workhours?includeRates=true").await;
    assert!(rated.iter().all(|row| row["RateID"].is_i64() && row["RateAmount"].is_number()));
    let of_ticket = served.rows("/tickets/54/workhoursrecords").await;
    let in_all = rated.iter().find(|row| row["TicketID"] == 54).unwrap();
    assert_eq!((of_ticket.len(), &of_ticket[0]["WorkHoursID"]), (1, &in_all["WorkHoursID"]));
    assert_eq!(served.rows("/tickets/55/workhoursrecords").await, Vec::<Value>::new());
    let sums = served.json("/tickets/54/workhours").await;
    let total = |part: &str| sums[part]["TotalDurationHours"].as_f64().unwrap();
    assert!(0.0 < total("Billable") + total("NonBillable"));
    let later = served.rows("/workhours?startWorkhour=2024-01-01").await;
    assert!(!later.is_empty() && later.len() < 40);
}

#[tokio::test]
async fn articles_devices_and_bills_are_there_to_be_listed() {
    let served = serve(60).await;
    assert_eq!(served.rows("/knowledgebases").await.len(), 12);
    assert_eq!(
        (served.rows("/rates/products").await.len(), served.rows("/rates/expenses").await.len()),
        (5, 3)
    );
    for (kind, count) in [("genericdevices", 3), ("tcpdevices", 2), ("httpdevices", 2), ("snmpdevices", 2)] {
        assert_eq!(served.rows(&format!("/devices/{kind}")).await.len(), count, "{kind}");
    }
    assert_eq!(served.get("/devices/toasters").await.status, 404);
    let bill = served.json("/billing/invoice/2001").await;
    let lines: f64 =
        bill["LineItems"].as_array().unwrap().iter().map(|line| line["Total"].as_f64().unwrap()).sum();
    assert!((lines - bill["Total"].as_f64().unwrap()).abs() < 0.001);
    assert!(served.rows("/alerts?alertStatus=Open").await.len() < 20);
}
