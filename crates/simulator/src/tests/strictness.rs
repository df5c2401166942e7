//! Claims about what the destination refuses.

use serde_json::json;

use super::caller::{stage, ticket};

#[tokio::test]
async fn every_unknown_field_is_named_at_its_level() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let mut body = ticket(customer, "t");
    body["colour"] = json!("red");
    body["messages"][0]["body"] = json!("x");
    body["messages"][0]["attachments"] = json!([{"url": "u", "name": "n"}]);
    let answer = stage.call("POST", "/tickets", Some(&body)).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.wrong_fields(), ["colour", "messages.0.attachments.0.content_type", "messages.0.body"]);
    assert_eq!(stage.sim("GET", "/state", None).await["tickets"], 0);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn an_account_that_does_not_know_imported_names_it() {
    let stage = stage().await;
    stage.switch(json!({"accept_imported": false})).await;
    let customer = stage.customer("a@b.example").await;
    let answer = stage.call("POST", "/tickets", Some(&ticket(customer, "t"))).await;
    assert_eq!((answer.status, answer.wrong_fields()), (400, vec!["imported".to_owned()]));
    stage.simulator.stop().await;
}

#[tokio::test]
async fn people_must_exist_on_the_right_side() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let agent = stage.agent().await;
    let mut body = ticket(customer, "t");
    body["assignee_user"] = json!({"id": customer});
    body["messages"][0]["from_agent"] = json!(true);
    body["messages"][0]["receiver"] = json!({"id": agent});
    let answer = stage.call("POST", "/tickets", Some(&body)).await;
    assert_eq!(answer.wrong_fields(), ["assignee_user", "messages.0.receiver", "messages.0.sender"]);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn field_values_are_strict_by_definition() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let define = async |label: &str, data_type: &str, input: serde_json::Value| {
        let definition = json!({"data_type": data_type, "input_settings": input});
        let body = json!({"object_type": "Ticket", "label": label, "definition": definition});
        stage.post("/custom-fields", &body).await["id"].as_i64().unwrap()
    };
    let choice = define("c", "text", json!({"input_type": "dropdown", "choices": ["a"]})).await;
    let number = define("n", "number", json!({"input_type": "input_number", "max": "5"})).await;
    let flag = define("b", "boolean", json!({"input_type": "dropdown"})).await;
    let text = define("t", "text", json!({"input_type": "input"})).await;
    let status = async |id: i64, value: serde_json::Value| {
        let mut body = ticket(customer, "t");
        body["custom_fields"] = json!([{"id": id, "value": value}]);
        stage.call("POST", "/tickets", Some(&body)).await.status
    };
    assert_eq!((status(choice, json!("a")).await, status(choice, json!("b")).await), (201, 400));
    assert_eq!((status(number, json!(4.5)).await, status(number, json!(6)).await), (201, 400));
    assert_eq!((status(flag, json!(false)).await, status(flag, json!("true")).await), (201, 400));
    assert_eq!((status(text, json!("x")).await, status(text, json!(1)).await), (201, 400));
    assert_eq!(status(99, json!("x")).await, 400);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn only_so_many_fields_may_be_active() {
    let stage = stage().await;
    stage.switch(json!({"max_ticket_fields": 3})).await;
    let body = |label: &str| {
        let definition = json!({"data_type": "text", "input_settings": {"input_type": "input"}});
        json!({"object_type": "Ticket", "label": label, "definition": definition})
    };
    let third = stage.post("/custom-fields", &body("third")).await["id"].clone();
    assert_eq!(stage.call("POST", "/custom-fields", Some(&body("fourth"))).await.status, 400);
    let archived = json!({"deactivated_datetime": "2024-01-01T00:00:00Z"});
    assert_eq!(stage.call("PUT", &format!("/custom-fields/{third}"), Some(&archived)).await.status, 202);
    stage.post("/custom-fields", &body("fourth")).await;
    assert_eq!(stage.call("GET", "/custom-fields", None).await.wrong_fields(), ["object_type"]);
    let active = stage.get("/custom-fields?object_type=Ticket&archived=false").await;
    assert_eq!(active["data"].as_array().unwrap().len(), 3);
    let date = json!({"object_type": "Ticket", "label": "d", "definition": {"data_type": "date", "input_settings": {}}});
    assert_eq!(stage.call("POST", "/custom-fields", Some(&date)).await.status, 400);
    stage.simulator.stop().await;
}
