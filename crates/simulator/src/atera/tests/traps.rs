//! Claims about tickets and custom fields: every trap stands where the table says, for any account of 60 and more.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::reader::serve;

#[tokio::test]
async fn every_status_occurs_on_the_ticket_the_table_names() {
    let served = serve(300).await;
    let fixed = ["Pending", "Resolved", "Closed", "Deleted", "Spam", "Merged", "Waiting Vendor"];
    for (ticket, status) in (4..).zip(fixed) {
        assert_eq!(
            served.json(&format!("/tickets/{ticket}")).await["TicketStatus"],
            status,
            "ticket {ticket}"
        );
    }
    let statuses: BTreeSet<String> = served
        .rows("/tickets")
        .await
        .iter()
        .map(|row| row["TicketStatus"].as_str().unwrap().to_owned())
        .collect();
    let wanted = ["Closed", "Deleted", "Merged", "Open", "Pending", "Resolved", "Spam", "Waiting Vendor"];
    assert_eq!(statuses, wanted.map(str::to_owned).into());
}

#[tokio::test]
async fn nobody_is_written_in_every_way() {
    let served = serve(60).await;
    let written = [
        (11, Value::Null, Value::Null),
        (12, json!(0), Value::Null),
        (13, json!(0), json!("")),
        (14, Value::Null, json!(".")),
        (15, json!(-1), json!("Autopilot")),
    ];
    for (ticket, id, name) in written {
        let row = served.json(&format!("/tickets/{ticket}")).await;
        assert_eq!(
            (&row["TechnicianContactID"], &row["TechnicianFullName"]),
            (&id, &name),
            "ticket {ticket}"
        );
    }
}

#[tokio::test]
async fn requesters_may_be_orphans_unlisted_missing_or_write_from_elsewhere() {
    let served = serve(60).await;
    assert_eq!(served.json("/tickets/40").await["EndUserID"], 50_010);
    assert_eq!(served.json("/contacts/50010").await["CustomerID"], Value::Null);
    assert_eq!(served.json("/tickets/41").await["CustomerID"], 2_999);
    assert_eq!(served.get("/customers/2999").await.status, 404);
    assert_eq!(served.json("/tickets/42").await["EndUserID"], Value::Null);
    assert_eq!(served.json("/tickets/43").await["EndUserID"], 0);
    let ticket = served.json("/tickets/44").await;
    let contact = served.json(&format!("/contacts/{}", ticket["EndUserID"])).await;
    assert_ne!(ticket["EndUserEmail"], contact["Email"]);
}

#[tokio::test]
async fn relations_are_told_only_when_asked_for() {
    let served = serve(60).await;
    let of = |rows: Vec<Value>, id: i64| rows.into_iter().find(|row| row["TicketID"] == id).unwrap();
    assert_eq!(of(served.rows("/tickets").await, 48)["RelationType"], "None");
    let asked = served.rows("/tickets?includeRelations=true").await;
    assert_eq!(of(asked.clone(), 48)["RelatedTicketId"], 49);
    assert_eq!(of(asked, 49)["RelationType"], "Child");
}

#[tokio::test]
async fn titles_may_be_missing_or_longer_than_any_subject() {
    let served = serve(60).await;
    assert!(served.json("/tickets/51").await["TicketTitle"].is_null());
    assert!(998 < served.json("/tickets/52").await["TicketTitle"].as_str().unwrap().len());
}

#[tokio::test]
async fn custom_fields_have_all_types_and_exceed_the_destination() {
    let served = serve(60).await;
    let rows = served.json("/customvalues/customfields").await;
    let rows = rows.as_array().unwrap();
    let of = |target: &str| rows.iter().filter(|row| row["Target"] == target).count();
    assert_eq!([of("Ticket"), of("Customer"), of("Contact"), of("Contract"), of("Agent")], [30, 5, 2, 1, 1]);
    let types: BTreeSet<&str> = rows.iter().map(|row| row["DataType"].as_str().unwrap()).collect();
    assert_eq!(types, ["Boolean", "Date", "Numeric", "Options", "OptionsWithDependencies", "Text"].into());
    let dependent = rows.iter().find(|row| row["Name"] == "Subcategory").unwrap();
    assert_eq!(dependent["DataType"], "OptionsWithDependencies");
    assert_eq!(dependent["ParentAttributeName"], "Category");
    assert!(
        dependent["PossibleValues"].as_array().unwrap().iter().all(|option| option["ParentName"].is_string())
    );
}

#[tokio::test]
async fn value_rows_hold_zero_and_false_where_they_mean_nothing() {
    let served = serve(60).await;
    let all = served.json("/customvalues/ticketfields/45").await;
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 30);
    assert!(all.iter().all(|row| row["ValueAsDecimal"].is_number() && row["ValueAsBool"].is_boolean()));
    let named = |name: &str| all.iter().find(|row| row["FieldName"] == name).unwrap();
    assert_eq!(named("Asset Tag")["ValueAsDecimal"], 0.0);
    assert!(
        named("Planned Date")["ValueAsDateTime"].is_string()
            && named("Planned Date")["ValueAsString"].is_null()
    );
    assert_eq!(served.json("/customvalues/ticketfields/47").await, json!([]));
}

#[tokio::test]
async fn one_option_is_not_among_the_possible_ones_and_some_rows_are_blank() {
    let served = serve(120).await;
    let definitions = served.json("/customvalues/customfields").await;
    let listed: BTreeSet<String> = definitions
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["PossibleValues"].as_array().unwrap().clone())
        .map(|option| option["Text"].as_str().unwrap().to_owned())
        .collect();
    let (mut unlisted, mut blank) = (BTreeSet::new(), 0);
    for ticket in 1..=120 {
        for row in served.json(&format!("/customvalues/ticketfields/{ticket}")).await.as_array().unwrap() {
            let text = row["ValueAsString"].as_str();
            if row["OptionId"].is_string() && !listed.contains(text.unwrap()) {
                unlisted.insert(ticket);
            }
            let nothing = text.is_none() && row["ValueAsDateTime"].is_null() && row["ValueAsBool"] == false;
            blank += u32::from(nothing && row["ValueAsDecimal"] == 0.0);
        }
    }
    assert_eq!(unlisted, [46].into());
    assert!(0 < blank);
}

#[tokio::test]
async fn a_value_by_name_answers_a_row_or_nothing_in_two_ways() {
    let served = serve(60).await;
    assert_eq!(
        served.json("/customvalues/ticketfield/45/Vendor%20%2F%20Contract").await[0]["FieldName"],
        "Vendor / Contract"
    );
    assert_eq!(served.json("/customvalues/ticketfield/47/Room").await, json!([]));
    let unset = (2..=60).step_by(2);
    let mut statuses = BTreeSet::new();
    for ticket in unset {
        statuses.insert(served.get(&format!("/customvalues/ticketfield/{ticket}/Room")).await.status);
    }
    assert_eq!(statuses, [200, 404].into());
}
