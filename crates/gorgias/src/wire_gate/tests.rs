//! The gate against every way a good body can go bad: each row changes one thing, and the named place must be refused.

use serde_json::json;

use super::*;
use crate::models::{Body, HistoricalMessage, Person};

fn good() -> Value {
    let sent_at = "2021-03-04T05:06:07Z".parse().unwrap();
    let person = Person::new(11);
    let mut ticket = NewTicket::new(
        "t:1",
        person,
        vec![
            HistoricalMessage::from_customer(sent_at, person, Body::text("a")),
            HistoricalMessage::from_agent(sent_at, Person::new(2), Some(person), Body::html("<b>b</b>", "b")),
            HistoricalMessage::internal_note(sent_at, Person::new(2), Body::text("c")),
        ],
    );
    ticket.assignee_user = Some(Person::new(2));
    serde_json::to_value(ticket).unwrap()
}

fn post(path: &str, body: &Value) -> Call {
    Call::post("POST", path, body)
}

/// The place a change is made at, the new value (`None` takes the key away), and the place that must be refused.
fn mutations() -> Vec<(&'static str, Option<Value>, &'static str)> {
    vec![
        ("/messages/0/sent_datetime", None, "messages[0].sent_datetime"),
        ("/messages/1/sent_datetime", Some(Value::Null), "messages[1].sent_datetime"),
        ("/messages/1/sent_datetime", Some(json!("")), "messages[1].sent_datetime"),
        ("/messages/1/sent_datetime", Some(json!("soon")), "messages[1].sent_datetime"),
        ("/messages/1/sent_datetime", Some(json!(1_614_834_367)), "messages[1].sent_datetime"),
        ("/messages/2/sent_datetime", None, "messages[2].sent_datetime"),
        ("/messages/2/public", Some(json!(true)), "messages[2].public"),
        ("/messages/2/public", Some(json!("false")), "messages[2].public"),
        ("/messages/2/public", Some(Value::Null), "messages[2].public"),
        ("/messages/2/public", None, "messages[2].public"),
        ("/messages/2/channel", Some(json!("api")), "messages[2].public"),
        ("/messages/0/channel", Some(json!("internal-note")), "messages[0].public"),
        ("/messages/0/via", Some(json!("internal-note")), "messages[0].public"),
        ("/messages/0/public", Some(json!(false)), "messages[0].public"),
        ("/messages/0/from_agent", None, "messages[0].from_agent"),
        ("/messages/0/sender/email", Some(json!("a@b.example")), "messages[0].sender"),
        ("/messages/0/sender", Some(json!({"email": "a@b.example"})), "messages[0].sender"),
        ("/messages/0/sender", Some(json!({"id": "11"})), "messages[0].sender"),
        ("/messages/0/sender", Some(json!({})), "messages[0].sender"),
        ("/messages/0/sender", Some(json!(11)), "messages[0].sender"),
        ("/messages/1/receiver/name", Some(json!("Ada")), "messages[1].receiver"),
        ("/customer/name", Some(json!("Ada")), "customer"),
        ("/customer", Some(json!({"email": "a@b.example"})), "customer"),
        ("/assignee_user/name", Some(json!("Ada")), "assignee_user"),
        ("/assignee_team", Some(json!({"name": "x"})), "assignee_team"),
        ("/messages", Some(json!([])), "messages"),
        ("/messages", None, "messages"),
        ("/messages", Some(json!({"0": {}})), "messages"),
    ]
}

fn change(body: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let object = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => object.insert(key.to_owned(), value),
        None => object.remove(key),
    };
}

#[test]
fn a_good_body_passes_and_is_counted() {
    let census = check(&post("/tickets", &good())).unwrap();
    assert_eq!(census, Census { messages: 3, notes: 1, without_sent_datetime: 0 });
    let message = &good()["messages"][2];
    let census = check(&post("/tickets/5/messages", message)).unwrap();
    assert_eq!(census, Census { messages: 1, notes: 1, without_sent_datetime: 0 });
}

#[test]
fn every_mutation_of_a_good_body_is_refused_at_its_place() {
    for (pointer, value, place) in mutations() {
        let mut body = good();
        change(&mut body, pointer, value.clone());
        let refused = check(&post("/tickets", &body)).unwrap_err();
        assert_eq!(refused, [place], "{pointer} = {value:?}");
    }
}

#[test]
fn every_mutation_of_a_single_message_is_refused_too() {
    for (pointer, value, place) in mutations() {
        let Some(rest) = pointer.strip_prefix("/messages/") else {
            continue;
        };
        let (index, pointer) = rest.split_once('/').unwrap();
        let mut body = good()["messages"][index.parse::<usize>().unwrap()].clone();
        change(&mut body, &format!("/{pointer}"), value.clone());
        let place = place.split_once('.').unwrap().1;
        for call in [post("/tickets/5/messages", &body), Call::put("PUT", "/tickets/5/messages/6", &body)] {
            assert_eq!(check(&call).unwrap_err(), [place], "{pointer} = {value:?}");
        }
    }
}

#[test]
fn messages_are_looked_at_wherever_they_stand() {
    let mut body = json!({"messages": good()["messages"]});
    change(&mut body, "/messages/0/sent_datetime", None);
    for call in
        [Call::put("PUT", "/tickets/5", &body), post("/somewhere", &body), post("/tickets/", &good_without())]
    {
        assert_eq!(check(&call).unwrap_err(), ["messages[0].sent_datetime"]);
    }
}

fn good_without() -> Value {
    let mut body = good();
    change(&mut body, "/messages/0/sent_datetime", None);
    body
}

#[test]
fn a_thread_of_five_hundred_passes_and_one_more_does_not() {
    let mut body = good();
    let one = body["messages"][0].clone();
    body["messages"] = json!(vec![one.clone(); 500]);
    assert_eq!(check(&post("/tickets", &body)).unwrap().messages, 500);
    body["messages"] = json!(vec![one; 501]);
    assert_eq!(check(&post("/tickets", &body)).unwrap_err(), ["messages"]);
}

#[test]
fn an_action_that_makes_gorgias_send_is_refused() {
    let call = post("/tickets/5/messages", &good()["messages"][0]).query("action", "force");
    assert_eq!(check(&call).unwrap_err(), ["action"]);
}

#[test]
fn a_body_that_did_not_serialise_is_refused() {
    assert_eq!(check(&post("/tags", &Value::Null)).unwrap_err(), ["body"]);
}
