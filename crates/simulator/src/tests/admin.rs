//! Claims about the levers and gauges.

use serde_json::json;

use super::caller::{stage, ticket};

#[tokio::test]
async fn the_log_names_what_was_asked_and_about_whom() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    let id = stage.post("/tickets", &ticket(customer, "atera:ticket:9")).await["id"].clone();
    stage.get("/tickets?external_id=atera%3Aticket%3A9").await;
    stage.get(&format!("/tickets/{id}")).await;
    let rows = stage.sim("GET", "/requests?api=gorgias&since_seq=1", None).await;
    let row = |place: usize| {
        let row = &rows[place];
        (
            row["method"].as_str().unwrap().to_owned(),
            row["template"].as_str().unwrap().to_owned(),
            row["subject"].clone(),
        )
    };
    let by_name = json!("atera:ticket:9");
    assert_eq!(row(0), ("POST".to_owned(), "/api/tickets".to_owned(), by_name.clone()));
    assert_eq!(row(1), ("GET".to_owned(), "/api/tickets".to_owned(), by_name));
    assert_eq!(row(2), ("GET".to_owned(), "/api/tickets/{id}".to_owned(), json!(id.to_string())));
    assert_eq!((&rows[0]["status"], &rows[0]["limit"]), (&json!(201), &json!(100_000)));
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_wait_ends_when_its_request_came_and_says_so_when_it_did_not() {
    let stage = stage().await;
    let wait =
        json!({"api": "gorgias", "path": "/api/tags", "method": "POST", "count": 2, "timeout_ms": 60_000});
    let waiting = stage.sim("POST", "/events/wait", Some(&wait));
    let tag = async |name: &str| stage.post("/tags", &json!({"name": name})).await;
    let (seen, _) = tokio::join!(waiting, async {
        tag("one").await;
        tag("two").await
    });
    assert_eq!(seen["count"], 2);
    let base = stage.simulator.endpoints().admin_url.clone();
    let wait = json!({"path": "/api/views", "timeout_ms": 1}).to_string();
    let headers = ["Content-Type: application/json"];
    let late = stage.ask(&base, "POST", "/_sim/events/wait", &headers, wait.as_bytes()).await;
    assert_eq!((late.status, late.json()["count"].as_u64()), (408, Some(0)));
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_corrupted_field_shows_where_it_is_read() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    stage.post("/tickets", &ticket(customer, "t")).await;
    let body = json!({"kind": "messages", "external_id": "t:1", "path": "body_text", "value": "forged"});
    stage.sim("POST", "/corrupt", Some(&body)).await;
    let record = stage.sim("GET", "/record/tickets/t", None).await;
    assert_eq!(record["messages"][0]["body_text"], "forged");
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_switch_of_the_wrong_name_is_refused_and_changes_nothing() {
    let stage = stage().await;
    let before = stage.sim("GET", "/settings", None).await;
    let base = stage.simulator.endpoints().admin_url.clone();
    let headers = ["Content-Type: application/json"];
    let answer = stage.ask(&base, "PUT", "/_sim/settings", &headers, br#"{"visibility_lag": 1}"#).await;
    assert_eq!(answer.status, 400);
    assert_eq!(stage.sim("GET", "/settings", None).await, before);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn foreign_traffic_fills_the_bucket() {
    let stage = stage().await;
    stage.sim("POST", "/foreign", Some(&json!({"requests_per_window": 1e9}))).await;
    let mut refused = false;
    while !refused {
        refused = stage.call("GET", "/account", None).await.status == 429;
    }
    stage.sim("POST", "/foreign", Some(&json!({"requests_per_window": 0}))).await;
    assert_eq!(stage.sim("GET", "/rate", None).await["foreign_requests_per_window"], 0.0);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn supplements_are_written_into_a_folder() {
    let stage = stage().await;
    let dir = std::env::temp_dir().join(format!("simulator-supplements-{}", std::process::id()));
    stage.simulator.write_supplements(&dir).unwrap();
    for name in ["tags.csv", "technicians.csv", "sla_policies.csv", "integrations.csv"] {
        assert!(0 < std::fs::metadata(dir.join(name)).unwrap().len(), "{name}");
    }
    std::fs::remove_dir_all(&dir).unwrap();
    stage.simulator.stop().await;
}
