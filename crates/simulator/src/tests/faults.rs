//! Claims about faults, as a client sees them on the line and as the account sees them in its state.

use serde_json::{Value, json};

use super::caller::{Answer, Stage, stage, ticket};

/// A fault on the next ticket, a ticket, and how many tickets there are then.
async fn strike(stage: &Stage, action: Value) -> (Answer, Value) {
    let customer = stage.customer(&format!("{}@b.example", action["kind"].as_str().unwrap())).await;
    stage.fault(json!({"api": "gorgias", "method": "POST", "path": "/api/tickets$", "times": 1, "action": action})).await;
    let answer = stage.call("POST", "/tickets", Some(&ticket(customer, "t"))).await;
    (answer, stage.sim("GET", "/state", None).await["tickets"].clone())
}

#[tokio::test]
async fn a_status_and_a_drop_apply_nothing() {
    let stage = stage().await;
    let (answer, tickets) = strike(&stage, json!({"kind": "status", "status": 503, "retry_after": 2})).await;
    assert_eq!((answer.status, answer.header("retry-after"), tickets), (503, "2", json!(0)));
    let (answer, tickets) = strike(&stage, json!({"kind": "drop"})).await;
    assert_eq!((answer.status, tickets), (0, json!(0)));
    assert_eq!(stage.sim("GET", "/faults", None).await[0]["hits"], 1);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn after_the_fact_the_write_stands_whatever_the_client_saw() {
    let stage = stage().await;
    let (answer, tickets) = strike(&stage, json!({"kind": "applied_then_status", "status": 502})).await;
    assert_eq!((answer.status, tickets), (502, json!(1)));
    let (answer, tickets) = strike(&stage, json!({"kind": "applied_then_timeout"})).await;
    assert_eq!((answer.status, tickets), (0, json!(2)));
    let (answer, tickets) = strike(&stage, json!({"kind": "half_body"})).await;
    assert_eq!((answer.status, tickets), (201, json!(3)));
    assert!(!answer.is_whole() && !answer.body.is_empty(), "half of it came");
    let (answer, tickets) = strike(&stage, json!({"kind": "bad_bytes"})).await;
    assert_eq!((answer.status, tickets), (200, json!(4)));
    assert!(String::from_utf8(answer.body).is_err());
    let (answer, tickets) = strike(&stage, json!({"kind": "slow", "ms": 1})).await;
    assert_eq!((answer.status, tickets), (201, json!(5)));
    stage.simulator.stop().await;
}

#[tokio::test]
async fn the_source_fails_on_demand_too() {
    let stage = stage().await;
    let endpoint = stage.simulator.endpoints().atera.clone();
    let bearer = format!("Authorization: Bearer {}", endpoint.token);
    let read = async || stage.ask(&endpoint.url, "GET", "/api/v3/tickets?page=1", &[&bearer], b"").await;
    stage
        .fault(
            json!({"api": "atera", "path": "/api/v3/tickets", "times": 1, "action": {"kind": "half_body"}}),
        )
        .await;
    assert!(!read().await.is_whole());
    let whole = read().await;
    assert_eq!((whole.status, whole.json()["totalItemCount"].as_i64()), (200, Some(60)));
    stage.fault(json!({"api": "atera", "times": 1, "action": {"kind": "expire_token"}})).await;
    let expired = read().await;
    assert_eq!((expired.status, expired.body.len()), (401, 0));
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_hanging_line_does_not_keep_the_simulator_from_stopping() {
    let stage = stage().await;
    let action = json!({"kind": "applied_then_timeout", "hang_ms": 3_600_000});
    stage.fault(json!({"api": "gorgias", "path": "/api/account", "action": action})).await;
    let wait = json!({"path": "/api/account", "timeout_ms": 60_000});
    let base = stage.simulator.endpoints().gorgias.url.clone();
    let headers = [stage.auth.as_str()];
    let answer = tokio::select! {
        _ = stage.ask(&base, "GET", "/api/account", &headers, b"") => panic!("the line should hang"),
        seen = stage.sim("POST", "/events/wait", Some(&wait)) => seen,
    };
    assert_eq!(answer["count"], 1);
    stage.simulator.stop().await;
}
