//! Claims about tickets and messages.

use serde_json::{Value, json};

use super::caller::{message, stage, ticket};

#[tokio::test]
async fn a_ticket_lands_whole_and_is_found_by_external_id() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let made = stage.post("/tickets", &ticket(customer, "atera:ticket:1")).await;
    assert_eq!(made["created_datetime"], "2024-01-02T03:04:05.000000+00:00");
    assert_eq!(made["messages"][0]["sender"]["id"], customer);
    assert_eq!(made["messages"][0]["imported"], true);
    assert_eq!(made["tags"][0]["name"], "VIP");
    let found = stage.get("/tickets?external_id=atera%3Aticket%3A1").await;
    assert_eq!(found["data"][0]["id"], made["id"]);
    assert_eq!(found["data"][0]["messages_count"], 1);
    assert!(found["data"][0].get("messages").is_none(), "list rows carry no messages");
    stage.simulator.stop().await;
}

#[tokio::test]
async fn five_hundred_messages_fit_and_one_more_does_not() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let of = |count: usize| {
        let mut body = ticket(customer, "t");
        body["messages"] = (0..count).map(|place| message(customer, &format!("m{place}"))).collect();
        body
    };
    let refused = stage.call("POST", "/tickets", Some(&of(501))).await;
    assert_eq!((refused.status, refused.wrong_fields()), (400, vec!["messages".to_owned()]));
    assert_eq!(stage.call("POST", "/tickets", Some(&of(0))).await.status, 400);
    let made = stage.post("/tickets", &of(500)).await;
    assert_eq!(made["messages"].as_array().unwrap().len(), 500);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_thread_is_read_in_order_and_page_by_page() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let id = stage.post("/tickets", &ticket(customer, "t")).await["id"].clone();
    for (name, at) in [("late", "2024-03-01T00:00:00Z"), ("early", "2023-01-01T00:00:00Z")] {
        let mut body = message(customer, name);
        body["created_datetime"] = json!(at);
        stage.post(&format!("/tickets/{id}/messages"), &body).await;
    }
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = stage.get(&format!("/messages?ticket_id={id}&limit=1{cursor}")).await;
        names.push(page["data"][0]["external_id"].as_str().unwrap().to_owned());
        let Some(next) = page["meta"]["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(names, ["early", "t:1", "late"]);
    let row = stage.get(&format!("/tickets?ticket_ids={id}")).await;
    assert_eq!(row["data"][0]["last_message_datetime"], "2024-03-01T00:00:00.000000+00:00");
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name_and_a_trashed_ticket_stays_listed() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let id = stage.post("/tickets", &ticket(customer, "t")).await["id"].clone();
    let body = json!({"trashed_datetime": "2024-05-01T00:00:00Z", "tags": [{"name": "x"}]});
    let changed = stage.call("PUT", &format!("/tickets/{id}"), Some(&body)).await;
    assert_eq!(changed.status, 202);
    assert_eq!(changed.json()["subject"], "Printer");
    assert_eq!(changed.json()["tags"].as_array().unwrap().len(), 1);
    let count =
        async |query: &str| stage.get(&format!("/tickets?{query}")).await["data"].as_array().unwrap().len();
    assert_eq!((count("external_id=t").await, count("external_id=t&trashed=false").await), (1, 0));
    let born = stage
        .call("PUT", &format!("/tickets/{id}"), Some(&json!({"created_datetime": "2024-05-01T00:00:00Z"})))
        .await;
    assert_eq!(born.wrong_fields(), ["created_datetime"]);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn deleting_a_ticket_takes_its_messages_and_happens_once() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let id = stage.post("/tickets", &ticket(customer, "t")).await["id"].clone();
    assert_eq!(stage.call("DELETE", &format!("/tickets/{id}"), None).await.status, 204);
    assert_eq!(stage.call("DELETE", &format!("/tickets/{id}"), None).await.status, 404);
    let state = stage.sim("GET", "/state", None).await;
    assert_eq!((&state["tickets"], &state["messages"]), (&json!(0), &json!(0)));
    let other = stage.post("/tickets", &ticket(customer, "u")).await["id"].clone();
    let job = json!({"type": "deleteTicket", "params": {"ticket_ids": [other]}});
    assert_eq!(stage.post("/jobs", &job).await["status"], "done");
    assert_eq!(stage.call("GET", &format!("/tickets/{other}"), None).await.status, 404);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn nothing_is_idempotent_and_doubles_are_counted() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    for _ in 0..2 {
        stage.post("/tickets", &ticket(customer, "same")).await;
    }
    let state = stage.sim("GET", "/state", None).await;
    assert_eq!(state["duplicates"]["tickets"], 1);
    assert_eq!(state["duplicates"]["messages"], 1);
    stage.switch(json!({"unique_external_ids": true})).await;
    assert_eq!(stage.call("POST", "/tickets", Some(&ticket(customer, "same"))).await.status, 409);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn tags_are_told_apart_by_case() {
    let stage = stage().await;
    let names = async |query: &str| -> Vec<Value> {
        let page = stage.get(&format!("/tags?limit=100{query}")).await;
        page["data"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect()
    };
    assert_eq!(names("&search=vip").await, ["VIP"]);
    let lower = stage.post("/tags", &json!({"name": "vip"})).await["id"].clone();
    assert_eq!(names("&search=VIP").await, ["VIP", "vip"]);
    assert_eq!(stage.call("POST", "/tags", Some(&json!({"name": "vip"}))).await.status, 409);
    stage.switch(json!({"duplicate_tag_conflict": false})).await;
    assert_eq!(stage.post("/tags", &json!({"name": "vip"})).await["id"], lower);
    stage.simulator.stop().await;
}
