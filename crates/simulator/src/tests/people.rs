//! Claims about customers and users.

use serde_json::json;

use super::caller::{message, stage, ticket};

#[tokio::test]
async fn an_email_belongs_to_one_customer_whatever_its_case() {
    let stage = stage().await;
    let first = stage.customer("Jo@Client.example").await;
    let body = json!({"email": "jo@client.EXAMPLE", "channels": []});
    let second = stage.call("POST", "/customers", Some(&body)).await;
    assert_eq!((second.status, second.wrong_fields()), (409, vec!["email".to_owned()]));
    let found = stage.get("/customers?email=JO%40client.example").await;
    assert_eq!(found["data"][0]["id"], first);
    assert_eq!(found["data"][0]["channels"][0]["address"], "Jo@Client.example");
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_customer_needs_channels_and_takes_no_unknown_field() {
    let stage = stage().await;
    let answer = stage.call("POST", "/customers", Some(&json!({"name": "x", "note": "y"}))).await;
    assert_eq!((answer.status, answer.wrong_fields()), (400, vec!["channels".to_owned(), "note".to_owned()]));
    stage.switch(json!({"customer_note_accepted": true})).await;
    stage.post("/customers", &json!({"channels": [], "note": "y"})).await;
    stage.simulator.stop().await;
}

#[tokio::test]
async fn the_account_already_knows_three_contacts_and_most_technicians() {
    let stage = stage().await;
    assert_eq!(stage.get("/customers").await["meta"]["total_resources"], 3);
    let users = stage.get("/users?limit=100").await;
    let emails: Vec<_> =
        users["data"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    for email in [
        "admin@msp.example",
        "tech1@msp.example",
        "Tech3@MSP.example",
        "tech8@msp.example",
        "robot@msp.example",
    ] {
        assert!(emails.contains(&email), "{email} is missing among {emails:?}");
    }
    stage.simulator.stop().await;
}

#[tokio::test]
async fn data_and_field_values_are_kept_and_an_older_version_is_ignored() {
    let stage = stage().await;
    let id = stage.customer("a@b.example").await;
    for (version, value) in [("2024-02-01T00:00:00Z", 1), ("2024-01-01T00:00:00Z", 2)] {
        let body = json!({"data": {"n": value}, "version": version});
        let answer = stage.call("PUT", &format!("/customers/{id}/data"), Some(&body)).await;
        assert_eq!((answer.status, answer.body.len()), (202, 0));
    }
    let definition = json!({"data_type": "boolean", "input_settings": {"input_type": "dropdown"}});
    let body = json!({"object_type": "Customer", "label": "VIP", "definition": definition});
    let field = stage.post("/custom-fields", &body).await["id"].clone();
    let path = format!("/customers/{id}/custom-fields");
    let wrong = stage.call("PUT", &path, Some(&json!([{"id": field, "value": "true"}]))).await;
    assert_eq!(wrong.status, 400);
    let right = stage.call("PUT", &path, Some(&json!([{"id": field, "value": true}]))).await;
    assert_eq!(right.status, 202);
    let customer = stage.get(&format!("/customers/{id}?relationships=custom_fields")).await;
    assert_eq!(customer["data"], json!({"n": 1}));
    assert_eq!(customer["custom_fields"][0]["value"], true);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_merged_customer_answers_301_and_a_deleted_one_404() {
    let stage = stage().await;
    let (gone, kept) = (stage.customer("a@b.example").await, stage.customer("c@d.example").await);
    let target = format!("/customers/merge?source_id={gone}&target_id={kept}");
    assert_eq!(stage.call("PUT", &target, None).await.status, 202);
    let answer = stage.call("GET", &format!("/customers/{gone}"), None).await;
    assert_eq!((answer.status, answer.header("location")), (301, format!("/api/customers/{kept}").as_str()));
    let bulk = stage.call("DELETE", "/customers", Some(&json!({"ids": [kept, 5]}))).await;
    assert_eq!(bulk.status, 204);
    assert_eq!(stage.call("DELETE", &format!("/customers/{kept}"), None).await.status, 404);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_reference_with_more_than_an_id_touches_a_person_and_is_counted() {
    let stage = stage().await;
    let id = stage.customer("a@b.example").await;
    let touched = async || stage.sim("GET", "/state", None).await["people_touched_by_reference"].clone();
    stage.post("/tickets", &ticket(id, "t1")).await;
    assert_eq!(touched().await, 0);
    let mut renaming = ticket(id, "t2");
    renaming["customer"] = json!({"id": id, "name": "Another name"});
    stage.post("/tickets", &renaming).await;
    assert_eq!(touched().await, 1);
    assert_eq!(stage.get(&format!("/customers/{id}")).await["name"], "Another name");
    let mut making = message(id, "m");
    making["sender"] = json!({"email": "new@person.example"});
    let made = stage.post("/tickets", &json!({"via": "api", "messages": [making]})).await;
    assert_eq!(touched().await, 2);
    assert_eq!(made["customer"]["email"], "new@person.example");
    stage.simulator.stop().await;
}

#[tokio::test]
async fn making_a_user_is_an_invitation() {
    let stage = stage().await;
    let body = json!({"email": "new@msp.example", "name": "New", "role": {"name": "agent"}});
    stage.post("/users", &body).await;
    assert_eq!(stage.call("POST", "/users", Some(&body)).await.status, 409);
    let bot = json!({"email": "b@msp.example", "name": "B", "role": {"name": "bot"}});
    assert_eq!(stage.call("POST", "/users", Some(&bot)).await.wrong_fields(), ["role.name"]);
    assert_eq!(stage.sim("GET", "/state", None).await["invitations_sent"], 1);
    stage.simulator.stop().await;
}
