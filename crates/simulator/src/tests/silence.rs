//! Claims about what the destination would have sent, set off or shown.

use serde_json::{Value, json};

use super::caller::{Stage, message, stage, ticket};

async fn state(stage: &Stage) -> Value {
    stage.sim("GET", "/state", None).await
}

#[tokio::test]
async fn only_an_outgoing_message_without_a_sent_time_is_an_email() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let agent = stage.agent().await;
    let id = stage.post("/tickets", &ticket(customer, "t")).await["id"].clone();
    let path = format!("/tickets/{id}/messages");
    let outgoing = |channel: &str, sent: Value| {
        let mut body = message(customer, "m");
        body["from_agent"] = json!(true);
        body["sender"] = json!({"id": agent});
        body["channel"] = json!(channel);
        body["sent_datetime"] = sent;
        body
    };
    let mut incoming = message(customer, "i");
    incoming["sent_datetime"] = Value::Null;
    stage.post(&path, &incoming).await;
    stage.post(&path, &outgoing("api", json!("2024-01-01T00:00:00Z"))).await;
    stage.post(&path, &outgoing("internal-note", Value::Null)).await;
    assert_eq!(state(&stage).await["emails_sent"], 0);
    let sent = stage.post(&path, &outgoing("email", Value::Null)).await;
    assert!(sent["sent_datetime"].is_string(), "the vendor fills it once it has sent");
    assert_eq!(state(&stage).await["emails_sent"], 1);
    let emails = stage.sim("GET", "/emails", None).await;
    assert_eq!(
        (&emails["emails"][0]["message_id"], &emails["emails"][0]["to"]),
        (&sent["id"], &json!("a@b.example"))
    );
    stage.simulator.stop().await;
}

#[tokio::test]
async fn rules_act_on_what_is_not_flagged_as_imported() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    stage.post("/tickets", &ticket(customer, "t")).await;
    assert_eq!(state(&stage).await["rules_fired"], 0);
    let mut live = ticket(customer, "u");
    live["imported"] = json!(false);
    stage.post("/tickets", &live).await;
    let rules = stage.sim("GET", "/rules", None).await;
    assert_eq!(
        rules["by_rule"],
        json!({"Tag refunds": 2, "Close answered": 1}),
        "no auto-reply on the channel api"
    );
    assert_eq!(state(&stage).await["emails_sent"], 0);
    live["channel"] = json!("email");
    stage.post("/tickets", &live).await;
    assert_eq!(state(&stage).await["emails_sent"], 1, "the auto-reply");
    assert_eq!(state(&stage).await["surveys_scheduled"], 1, "a closed e-mail ticket");
    assert!(0 < state(&stage).await["webhooks_fired"].as_u64().unwrap());
    stage.simulator.stop().await;
}

#[tokio::test]
async fn an_internal_comment_that_customers_can_see_is_counted() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let agent = stage.agent().await;
    let note = |channel: &str, public: bool| {
        let mut body = ticket(customer, "t");
        body["messages"][0] = json!({
            "channel": channel, "via": "api", "from_agent": true, "public": public, "sender": {"id": agent},
            "body_text": "[internal:1:1] rude", "sent_datetime": "2024-01-01T00:00:00Z",
        });
        body
    };
    stage.post("/tickets", &note("internal-note", false)).await;
    assert_eq!(state(&stage).await["private_notes_public"], 0);
    stage.post("/tickets", &note("internal-note", true)).await;
    stage.post("/tickets", &note("api", false)).await;
    assert_eq!(state(&stage).await["private_notes_public"], 2);
    stage.simulator.stop().await;
}
