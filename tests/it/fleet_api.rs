//! The API's door: who may do what, and what is answered to a request that is wrong.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, FleetStack, Home as _, StackOptions};

use crate::PROGRAM;

const MIGRATIONS: &str = "/v1/migrations";

/// Ten megabytes that would be a request if they were fewer.
fn ten_megabytes() -> String {
    json!({ "id": "large", "source": "x".repeat(10 << 20) }).to_string()
}

/// An error says in the form of RFC 9457 what is wrong and what to do.
fn is_a_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let form = answer.headers["content-type"].to_str().unwrap();
    assert!(form.starts_with("application/problem+json"), "{form}: {}", answer.text);
    assert_eq!(answer.body["status"], json!(status), "{}", answer.text);
    assert!(answer.body["title"].as_str().is_some_and(|title| !title.is_empty()), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_request_gets_its_documented_answer() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(12).processes(1, 1)).await;
    let stranger = stack.api_of_a_stranger().await;
    let [viewer, operator, admin] =
        [stack.api("viewer").await, stack.api("operator").await, stack.api("admin").await];

    // Who one is.
    for path in [MIGRATIONS, "/v1/accounts", "/v1/migrations/under-test", "/v1/migrations/under-test/events"]
    {
        is_a_problem(&stranger.get(path).await, 401);
    }
    let wrong = [("authorization", "Bearer the-viewers-token-5b1c0e")];
    is_a_problem(&stranger.send(Method::GET, MIGRATIONS, None, &wrong).await, 401);
    for open in ["/livez", "/readyz", "/metrics", "/internal/scaling"] {
        assert_eq!(stranger.get(open).await.status, 200, "{open}");
    }

    // What one may.
    let body = json!({ "id": "not-to-be", "source": "source-account", "destination": "destination-account" });
    is_a_problem(&viewer.post(MIGRATIONS, &body).await, 403);
    for action in ["start", "pause", "resume", "cancel", "retry", "throttle"] {
        is_a_problem(&viewer.post(&format!("{MIGRATIONS}/under-test/{action}"), &json!({})).await, 403);
    }
    let account = json!({ "name": "other", "base_url": "http://127.0.0.1:9/api/v3", "credential": "other", "vendor": "atera" });
    is_a_problem(&operator.post("/v1/accounts", &account).await, 403);

    // What one sends.
    for (body, statuses) in [
        (ten_megabytes(), &[413][..]),
        (json!({ "id": "x", "source": "a", "destination": "b", "colour": "red" }).to_string(), &[400, 422]),
        ("{".to_owned(), &[400]),
        (json!({ "id": "No Slug", "source": "a", "destination": "b" }).to_string(), &[400, 422]),
        (json!({ "id": "x", "source": "nobody", "destination": "nobody" }).to_string(), &[404, 409, 422]),
    ] {
        let answer = admin.send(Method::POST, MIGRATIONS, Some(body), &[]).await;
        assert!(statuses.contains(&answer.status), "{statuses:?}: {} {}", answer.status, answer.text);
        is_a_problem(&answer, answer.status);
    }
    assert_eq!(viewer.get(MIGRATIONS).await.well()["migrations"], json!([]), "none of it created anything");
    assert_eq!(admin.get("/v1/accounts").await.well()["accounts"].as_array().map(Vec::len), Some(2));

    // What there is.
    is_a_problem(&viewer.get("/v1/migrations/unknown").await, 404);
    is_a_problem(&operator.post("/v1/migrations/unknown/start", &json!({})).await, 404);
    assert_eq!(viewer.get("/v1/nothing").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_twice_creates_once_and_a_move_that_is_not_legal_is_refused() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(12).processes(2, 1)).await;
    stack.create("under-test").await;
    stack.create("under-test").await;
    let viewer = stack.api("viewer").await;
    let all = viewer.get(MIGRATIONS).await.well();
    assert_eq!(all["migrations"].as_array().map(Vec::len), Some(1), "{all}");
    // The same key for something else, and the same name with another key.
    let other = json!({ "id": "other", "source": "source-account", "destination": "destination-account" });
    let operator = stack.api("operator").await;
    for (id, key) in [("other", "under-test"), ("under-test", "another-key")] {
        let mut body = other.clone();
        body["id"] = json!(id);
        let headers = [("idempotency-key", key)];
        let answer = operator.send(Method::POST, MIGRATIONS, Some(body.to_string()), &headers).await;
        assert!([409, 422].contains(&answer.status), "{id}, {key}: {} {}", answer.status, answer.text);
        is_a_problem(&answer, answer.status);
    }

    let ended = stack.run().await;
    let _ = ended.well();
    is_a_problem(&operator.post("/v1/migrations/under-test/pause", &json!({})).await, 409);
    // The audit log knows every step and who asked for it.
    let events = viewer.get("/v1/migrations/under-test/events?after=0&limit=1000").await.well();
    let lines = events["events"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["who"] == "operator"), "{events}");
    let said: Vec<&Value> = lines.iter().map(|line| &line["what"]).collect();
    assert!(said.len() > 4, "{said:?}");
    let record = viewer.get("/v1/migrations/under-test/records/ticket/1").await.well();
    assert!(record["says"].as_array().is_some_and(|says| !says.is_empty()), "{record}");
}
