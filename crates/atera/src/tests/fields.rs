//! Custom fields: the 0 and false of other types are never data, and what is unset is absent.

use super::fake::{Fake, Reply, Request};
use crate::{FieldTarget, FieldType, FieldValue};

const DEFINITIONS: &str = r#"[
    {"Name":"Note","DataType":"Text","Target":"Ticket","PossibleValues":null},
    {"Name":"Note","DataType":"Numeric","Target":"Contact"},
    {"Name":"Cost","DataType":"Numeric","Target":"Ticket"},
    {"Name":"Done","DataType":"Boolean","Target":"Ticket"},
    {"Name":"Due","DataType":"Date","Target":"Ticket"},
    {"Name":"Floor","DataType":"Options","Target":"Ticket",
     "PossibleValues":[{"Value":"1","Text":"First","ParentName":null}]},
    {"Name":"Room / A","DataType":"OptionsWithDependencies","Target":"Ticket","ParentAttributeName":"Floor"},
    {"Name":"Odd","DataType":"Colour","Target":"Spaceship"}
]"#;

fn row(name: &str, text: &str, decimal: &str, date: &str, flag: bool) -> String {
    format!(
        r#"{{"ItemId":1,"Id":"u","FieldName":"{name}","ValueAsString":{text},"ValueAsDecimal":{decimal},
        "ValueAsDateTime":{date},"ValueAsBool":{flag},"OptionId":null}}"#
    )
}

async fn source(rows: Vec<String>) -> Fake {
    let body = format!("[{}]", rows.join(","));
    Fake::start(move |r: &Request| {
        if r.path.ends_with("/customfields") { Reply::json(DEFINITIONS) } else { Reply::json(body.clone()) }
    })
    .await
}

async fn values(rows: Vec<String>) -> Vec<(String, FieldValue)> {
    let fake = source(rows).await;
    let found = fake.client().custom_field_values(FieldTarget::Ticket, 1).await.unwrap();
    found.into_iter().map(|v| (v.field, v.value)).collect()
}

#[tokio::test]
async fn a_value_is_read_from_the_member_its_definition_names() {
    let found = values(vec![
        row("Note", r#""0""#, "0.0", "null", false),
        row("Cost", "null", "1234567.8900", "null", false),
        row("Done", "null", "0.0", "null", false),
        row("Due", "null", "0.0", r#""2024-05-01T00:00:00""#, false),
        row("Floor", r#""First""#, "0.0", "null", false),
        row("Room / A", r#""1a""#, "0.0", "null", false),
    ])
    .await;
    let [note, cost, done, due, floor, room] = found.try_into().unwrap();
    assert_eq!(note.1, FieldValue::Text("0".to_owned()));
    assert!(matches!(cost.1, FieldValue::Number(n) if n.as_str() == "1234567.8900"));
    assert_eq!(done.1, FieldValue::Bool(false));
    assert!(matches!(due.1, FieldValue::Date(d) if d.at.unwrap().to_string() == "2024-05-01T00:00:00Z"));
    assert_eq!(floor.1, FieldValue::Option("First".to_owned()));
    assert_eq!(room.1, FieldValue::Option("1a".to_owned()));
}

#[tokio::test]
async fn the_zero_and_false_of_other_types_are_not_data() {
    let unset =
        ["Note", "Due", "Floor", "Room / A"].map(|name| row(name, r#""""#, "0.0", "null", false)).to_vec();
    assert_eq!(values(unset).await, []);
    assert_eq!(values(Vec::new()).await, []);
}

#[tokio::test]
async fn zero_is_data_where_the_definition_is_a_number() {
    let found = values(vec![row("Cost", "null", "0", "null", false)]).await;
    assert!(matches!(found.first(), Some((_, FieldValue::Number(n))) if n.as_str() == "0"));
}

#[tokio::test]
async fn a_target_without_definitions_costs_no_call() {
    let fake = source(Vec::new()).await;
    let client = fake.client();
    assert!(client.custom_field_values(FieldTarget::Customer, 1).await.unwrap().is_empty());
    assert!(client.custom_field_values(FieldTarget::Contract, 2).await.unwrap().is_empty());
    assert_eq!(fake.seen().len(), 1, "the definitions, once");
}

#[tokio::test]
async fn a_field_defined_since_the_definitions_were_read_is_looked_up() {
    let fake = Fake::start(|r: &Request| {
        let body = if r.path.ends_with("/customfields") {
            let late = r#",{"Name":"Late","DataType":"Boolean","Target":"Ticket"}]"#;
            let early = DEFINITIONS.trim_end_matches(']');
            if r.before == 0 { DEFINITIONS.to_owned() } else { format!("{early}{late}") }
        } else {
            format!("[{}]", row("Late", "null", "0.0", "null", true))
        };
        Reply::json(body)
    })
    .await;
    let found = fake.client().custom_field_values(FieldTarget::Ticket, 1).await.unwrap();
    assert_eq!(found.first().unwrap().value, FieldValue::Bool(true));
}

#[tokio::test]
async fn an_api_without_the_call_for_all_values_is_asked_field_by_field() {
    let fake = Fake::start(|r: &Request| match r.path.as_str() {
        "/api/v3/customvalues/customfields" => Reply::json(DEFINITIONS),
        "/api/v3/customvalues/ticketfield/1/Note" => {
            Reply::json(format!("[{}]", row("Note", r#""hi""#, "0.0", "null", false)))
        }
        "/api/v3/customvalues/ticketfield/1/Room%20%2F%20A" => {
            Reply::json(format!("[{}]", row("Room / A", r#""1b""#, "0.0", "null", false)))
        }
        "/api/v3/customvalues/ticketfield/1/Due" => Reply::json("[]"),
        _ => Reply::status(404),
    })
    .await;
    let found = fake.client().custom_field_values(FieldTarget::Ticket, 1).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|v| (v.field, v.value)).collect();
    let wanted = [
        ("Note".to_owned(), FieldValue::Text("hi".to_owned())),
        ("Room / A".to_owned(), FieldValue::Option("1b".to_owned())),
    ];
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn types_and_targets_unknown_here_keep_their_names() {
    let definitions = source(Vec::new()).await.client().custom_field_definitions().await.unwrap();
    let odd = definitions.last().unwrap();
    assert_eq!(odd.data_type, FieldType::Other("Colour".to_owned()));
    assert_eq!(odd.target, FieldTarget::Other("Spaceship".to_owned()));
    let floor = definitions.iter().find(|d| d.name == "Floor").unwrap();
    assert_eq!(floor.possible_values.first().unwrap().label(), Some("First"));
}
