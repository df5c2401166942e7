//! Claims about requests per ticket.

use serde_json::json;

use super::caller::{message, stage, ticket};

#[tokio::test]
async fn only_what_a_plain_ticket_caused_is_charged_to_it() {
    let stage = stage().await;
    let mut plain = Vec::new();
    for number in 1..=60 {
        let answer = stage.sim("GET", &format!("/atera/plain/{number}"), None).await;
        if answer == json!(true) || answer["plain"] == json!(true) {
            plain.push(number);
        }
    }
    assert!(2 <= plain.len(), "an account of 60 tickets has plain ones");
    let special = (1..=60).find(|number| !plain.contains(number)).unwrap();
    let customer = stage.customer("a@b.example").await;
    let name = |number: i64| format!("atera:ticket:{number}");
    let first = stage.post("/tickets", &ticket(customer, &name(plain[0]))).await["id"].clone();
    stage.post("/tickets", &ticket(customer, &name(plain[1]))).await;
    stage.post("/tickets", &ticket(customer, &name(special))).await;
    stage.get(&format!("/tickets?ticket_ids={first}")).await;
    stage.get(&format!("/customers?external_id={}", plain[0])).await;
    let cost = stage.sim("GET", "/requests_per_ticket", None).await;
    assert_eq!(cost, json!({"tickets": 2, "requests": 2, "ratio": 1.0}));
    stage.get(&format!("/tickets?external_id={}", name(plain[0]))).await;
    stage.post(&format!("/tickets/{first}/messages"), &message(customer, "more")).await;
    let cost = stage.sim("GET", "/requests_per_ticket", None).await;
    assert_eq!(cost, json!({"tickets": 2, "requests": 4, "ratio": 2.0}));
    stage.simulator.stop().await;
}
