//! What leaves, key by key: the create bodies written out in full. A key too many is answered 400 by the vendor, one too
//! few may be an e-mail, so nothing here is compared loosely.

use serde::Serialize;
use serde_json::{Value, json};

use super::*;

fn wire(body: &impl Serialize) -> Value {
    serde_json::to_value(body).unwrap()
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn attachment() -> Attachment {
    Attachment {
        url: "https://files/1".to_owned(),
        name: "a.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: Some(12),
    }
}

#[test]
fn an_incoming_message() {
    let sent_at = at("2021-03-04T07:06:07.5+02:00");
    let message = HistoricalMessage::from_customer(sent_at, Person::new(11), Body::html("<p>hi</p>", "hi"))
        .with_external_id("m:1")
        .with_subject("Printer")
        .with_attachments(vec![attachment()])
        .with_meta(json!({"author": "unknown"}).as_object().unwrap().clone());
    assert_eq!(
        wire(&message),
        json!({
            "channel": "api", "via": "api", "from_agent": false, "public": true,
            "sent_datetime": "2021-03-04T05:06:07.5Z", "created_datetime": "2021-03-04T05:06:07.5Z",
            "sender": {"id": 11}, "external_id": "m:1", "subject": "Printer",
            "body_text": "hi", "body_html": "<p>hi</p>", "stripped_text": "hi",
            "attachments": [{"url": "https://files/1", "name": "a.png", "content_type": "image/png", "size": 12}],
            "meta": {"author": "unknown"}
        })
    );
    assert!(!message.is_internal_note() && !message.is_from_agent());
    assert_eq!((message.sent_at(), message.external_id()), (sent_at, Some("m:1")));
    assert_eq!((message.sender(), message.attachments()), (Person::new(11), &[attachment()][..]));
}

#[test]
fn an_outgoing_message() {
    let sent_at = at("2021-03-04T05:06:07Z");
    let message =
        HistoricalMessage::from_agent(sent_at, Person::new(2), Some(Person::new(11)), Body::text("done"))
            .with_channel(Channel::EMAIL, Via::EMAIL);
    assert_eq!(
        wire(&message),
        json!({
            "channel": "email", "via": "email", "from_agent": true, "public": true,
            "sent_datetime": "2021-03-04T05:06:07Z", "created_datetime": "2021-03-04T05:06:07Z",
            "sender": {"id": 2}, "receiver": {"id": 11}, "body_text": "done", "stripped_text": "done"
        })
    );
}

#[test]
fn an_internal_note_stays_one_whatever_is_set_on_it() {
    let sent_at = at("2021-03-04T05:06:07Z");
    let note = HistoricalMessage::internal_note(sent_at, Person::new(2), Body::text("secret"))
        .with_channel(Channel::EMAIL, Via::EMAIL)
        .with_subject("x");
    assert_eq!(
        wire(&note),
        json!({
            "channel": "internal-note", "via": "internal-note", "from_agent": true, "public": false,
            "sent_datetime": "2021-03-04T05:06:07Z", "created_datetime": "2021-03-04T05:06:07Z",
            "sender": {"id": 2}, "subject": "x", "body_text": "secret", "stripped_text": "secret"
        })
    );
    assert!(note.is_internal_note());
}

#[test]
fn a_ticket_with_everything() {
    let sent_at = at("2021-03-04T05:06:07Z");
    let message = HistoricalMessage::from_agent(sent_at, Person::new(2), None, Body::text("a"));
    let mut ticket = NewTicket::new("t:1", Person::new(11), vec![message]);
    ticket.subject = Some("Printer".to_owned());
    ticket.status = Status::Closed;
    ticket.priority = Some(Priority::Critical);
    ticket.assignee_user = Some(Person::new(2));
    ticket.tags = vec!["VIP".to_owned(), "vip".to_owned()];
    ticket.custom_fields = vec![FieldValue { id: 5, value: json!(false) }];
    ticket.language = Some("he".to_owned());
    ticket.meta = json!({"source_status": "Resolved"}).as_object().cloned();
    for field in [
        &mut ticket.created_datetime,
        &mut ticket.opened_datetime,
        &mut ticket.closed_datetime,
        &mut ticket.updated_datetime,
        &mut ticket.last_message_datetime,
        &mut ticket.last_received_message_datetime,
    ] {
        *field = Some(sent_at);
    }
    let time = "2021-03-04T05:06:07Z";
    assert_eq!(
        wire(&ticket),
        json!({
            "external_id": "t:1", "customer": {"id": 11}, "channel": "api", "via": "api", "from_agent": true,
            "subject": "Printer", "status": "closed", "priority": "critical", "assignee_user": {"id": 2},
            "tags": [{"name": "VIP"}, {"name": "vip"}], "custom_fields": [{"id": 5, "value": false}],
            "language": "he", "meta": {"source_status": "Resolved"},
            "created_datetime": time, "opened_datetime": time, "closed_datetime": time, "updated_datetime": time,
            "last_message_datetime": time, "last_received_message_datetime": time, "spam": false,
            "messages": [{
                "channel": "api", "via": "api", "from_agent": true, "public": true, "sent_datetime": time,
                "created_datetime": time, "sender": {"id": 2}, "body_text": "a", "stripped_text": "a"
            }]
        })
    );
}

#[test]
fn a_bare_ticket_holds_no_empty_keys() {
    let ticket = NewTicket::new("t:1", Person::new(11), Vec::new());
    assert_eq!(
        wire(&ticket),
        json!({
            "external_id": "t:1", "customer": {"id": 11}, "channel": "api", "via": "api", "from_agent": false,
            "status": "open", "spam": false, "messages": []
        })
    );
}

#[test]
fn a_customer() {
    let mut customer = NewCustomer::new("c:1");
    assert_eq!(wire(&customer), json!({"external_id": "c:1", "channels": []}));
    customer.email = Some("ada@example.com".to_owned());
    customer.name = Some("Ada".to_owned());
    customer.language = Some("en".to_owned());
    customer.timezone = Some("Europe/London".to_owned());
    customer.channels =
        vec![CustomerChannel { kind: "phone".to_owned(), address: "+44 1".to_owned(), preferred: false }];
    assert_eq!(
        wire(&customer),
        json!({
            "external_id": "c:1", "email": "ada@example.com", "name": "Ada", "language": "en",
            "timezone": "Europe/London", "channels": [{"type": "phone", "address": "+44 1", "preferred": false}]
        })
    );
}

#[test]
fn definitions_of_every_kind() {
    let of =
        |definition| wire(&NewCustomField::new(ObjectType::Ticket, "L", definition))["definition"].clone();
    assert_eq!(of(Definition::Text), json!({"data_type": "text", "input_settings": {"input_type": "input"}}));
    assert_eq!(
        of(Definition::Dropdown { choices: vec!["a".to_owned(), "b".to_owned()] }),
        json!({"data_type": "text", "input_settings": {"input_type": "dropdown", "choices": ["a", "b"]}})
    );
    assert_eq!(
        of(Definition::Number { min: Some(0.5), max: None }),
        json!({"data_type": "number", "input_settings": {"input_type": "input_number", "min": 0.5}})
    );
    assert_eq!(
        of(Definition::Boolean),
        json!({"data_type": "boolean", "input_settings": {"input_type": "dropdown", "choices": [true, false]}})
    );
    let mut field = NewCustomField::new(ObjectType::Customer, "Company", Definition::Text);
    field.external_id = Some("f:1".to_owned());
    field.priority = Some(10);
    field.description = Some("d".to_owned());
    let keys = wire(&field).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys,
        ["object_type", "label", "definition", "external_id", "description", "priority", "required"]
    );
}

#[test]
fn a_tag_and_a_user() {
    let tag =
        NewTag { description: Some("d".to_owned()), color: Some("#ff0000".to_owned()), ..NewTag::new("VIP") };
    assert_eq!(wire(&tag), json!({"name": "VIP", "description": "d", "decoration": {"color": "#ff0000"}}));
    let user = NewUser {
        email: "a@b.example".to_owned(),
        name: "A".to_owned(),
        role: "agent".to_owned(),
        external_id: None,
    };
    assert_eq!(wire(&user), json!({"email": "a@b.example", "name": "A", "role": {"name": "agent"}}));
}

#[test]
fn a_definition_that_was_read_tells_its_type_and_choices() {
    let row: CustomFieldRow = serde_json::from_value(json!({
        "id": 1, "object_type": "Ticket", "label": "L", "deactivated_datetime": "2024-01-01T00:00:00",
        "definition": {"data_type": "text", "input_settings": {"input_type": "dropdown", "choices": ["a", "b"]}}
    }))
    .unwrap();
    assert_eq!((row.data_type(), row.is_active()), (Some("text"), false));
    assert_eq!(row.choices(), Some(vec!["a".to_owned(), "b".to_owned()]));
}
