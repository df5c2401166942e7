//! Claims about people and companies: which oddities of names, e-mails and parents occur, and where technicians show.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reader::serve;

#[tokio::test]
async fn customers_share_names_but_for_case_spacing_and_suffix() {
    let served = serve(300).await;
    let rows = served.rows("/customers").await;
    assert_eq!(rows.len(), 25);
    let mut folded: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in &rows {
        let name = row["CustomerName"].as_str().unwrap();
        let plain = name.to_lowercase().replace([' ', '.'], "").trim_end_matches("ltd").to_owned();
        folded.entry(plain).or_default().push(name);
    }
    assert_eq!(folded["acmeindustries"].len(), 3);
    assert_eq!(folded["northwindtraders"].len(), 2);
    assert!(rows.iter().any(|row| row["CustomerName"].as_str().unwrap().starts_with("株式会社")));
    assert!(rows.iter().any(|row| row["CustomerName"].as_str().unwrap().starts_with("חברת")));
    assert_eq!(rows.iter().filter(|row| row["Domain"].is_null()).count(), 1);
}

#[tokio::test]
async fn contacts_have_every_kind_of_email_and_parent() {
    let served = serve(300).await;
    let rows = served.rows("/contacts").await;
    let emails: Vec<&str> =
        rows.iter().filter_map(|row| row["Email"].as_str()).filter(|email| !email.is_empty()).collect();
    let has = |wanted: fn(&Value) -> bool| rows.iter().any(wanted);
    assert!(has(|row| row["Email"].is_null()) && has(|row| row["Email"] == ""));
    assert!(has(|row| row["CustomerID"].is_null()) && has(|row| row["CustomerID"] == 0));
    assert!(has(|row| row["Archived"] == true) && has(|row| row["Firstname"].is_null()));
    assert!(emails.iter().any(|email| *email == email.to_uppercase()));
    assert!(emails.iter().collect::<BTreeSet<_>>().len() < emails.len(), "some share an e-mail");
    let email = |id: i64| rows.iter().find(|row| row["EndUserID"] == id).unwrap()["Email"].as_str().unwrap();
    assert_eq!(email(50_007), email(50_008));
    assert_ne!(email(50_009), email(50_018));
    assert_eq!(email(50_009).to_lowercase(), email(50_018).to_lowercase());
    let mut persons: BTreeMap<i64, u32> = BTreeMap::new();
    for row in rows.iter().filter(|row| row["CustomerID"].as_i64().is_some_and(|id| id != 0)) {
        *persons.entry(row["CustomerID"].as_i64().unwrap()).or_default() +=
            u32::from(row["IsContactPerson"] == true);
    }
    let kinds: BTreeSet<u32> = persons.values().copied().collect();
    assert_eq!(kinds, BTreeSet::from([0, 1, 2]));
}

#[tokio::test]
async fn every_parent_that_contacts_name_is_listed_and_known_emails_are_contacts() {
    let served = serve(300).await;
    let customers: BTreeSet<i64> =
        served.rows("/customers").await.iter().map(|row| row["CustomerID"].as_i64().unwrap()).collect();
    let contacts = served.rows("/contacts").await;
    let parents = contacts.iter().filter_map(|row| row["CustomerID"].as_i64()).filter(|id| *id != 0);
    assert!(parents.into_iter().all(|id| customers.contains(&id)));
    let emails: Vec<String> =
        contacts.iter().filter_map(|row| row["Email"].as_str()).map(str::to_lowercase).collect();
    let known = served.account.existing_emails();
    assert_eq!(known.len(), 3);
    assert!(known.iter().all(|email| emails.contains(&email.to_lowercase())));
    assert!(known.iter().any(|email| *email != email.to_lowercase()));
}

#[tokio::test]
async fn one_technician_only_comments_and_one_only_works_hours() {
    let served = serve(120).await;
    let seen = |rows: &[Value]| -> BTreeSet<i64> {
        rows.iter().filter_map(|row| row["TechnicianContactID"].as_i64()).filter(|id| 0 < *id).collect()
    };
    let on_tickets = seen(&served.rows("/tickets/noComments").await);
    let on_hours = seen(&served.rows("/workhours").await);
    let mut on_comments = BTreeSet::new();
    for id in 1..=60 {
        on_comments.extend(seen(&served.rows(&format!("/tickets/{id}/comments")).await));
    }
    assert_eq!(on_tickets, (9_001..=9_010).collect());
    assert!(on_comments.contains(&9_011) && !on_comments.contains(&9_012));
    assert!(on_hours.contains(&9_012) && !on_hours.contains(&9_011));
    assert!(!served.rows("/agents").await.iter().any(|row| row.get("TechnicianContactID").is_some()));
}

#[tokio::test]
async fn technicians_write_their_emails_in_every_way() {
    let served = serve(200).await;
    let emails: BTreeSet<String> = served
        .rows("/tickets")
        .await
        .iter()
        .filter_map(|row| row["TechnicianEmail"].as_str())
        .map(str::to_owned)
        .collect();
    for email in ["tech1@msp.example", "TECH4@MSP.EXAMPLE", " tech5@msp.example ", ""] {
        assert!(emails.contains(email), "{email:?}");
    }
}
