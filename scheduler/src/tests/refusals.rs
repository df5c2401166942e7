//! Stories of requests that are not done: each has its documented answer, and none tells back what was sent.

use serde_json::{Value, json};

use super::{
    client::Client,
    fleet::{ADMIN, Fleet, OPERATOR, VIEWER, acme, atera, create_acme, gorgias, steady},
};

async fn client(fleet: &Fleet) -> Client {
    let service = fleet.service("one", std::sync::Arc::new(queue::MemoryQueue::new()));
    fleet.client(&service, Ok(steady())).await
}

#[tokio::test]
async fn each_place_asks_for_its_role() {
    let fleet = Fleet::new().await;
    let client = client(&fleet).await;
    create_acme(&client).await;
    for token in [None, Some("wrong"), Some("")] {
        let refused = client.with(token).get("/v1/migrations").await.is(401);
        assert!(refused.head.to_lowercase().contains("www-authenticate: bearer"), "{}", refused.head);
    }
    for basic in ["Authorization: Basic b3R0bzpvcGVyYXRvcg==", "Authorization: Bearer"] {
        client.with(None).ask("GET", "/v1/migrations", &[basic], "").await.is(401);
    }
    let reads = ["", "/acme", "/acme/report", "/acme/events", "/acme/failures"];
    for place in reads {
        client.with(VIEWER).get(&format!("/v1/migrations{place}")).await.is(200);
    }
    for deed in ["start", "pause", "resume", "cancel", "retry", "throttle", "errands", "milestones"] {
        let place = format!("/v1/migrations/acme/{deed}");
        client.with(VIEWER).post(&place, &json!({})).await.is(403);
        client.with(None).post(&place, &json!({})).await.is(401);
    }
    client.with(VIEWER).post("/v1/migrations", &acme()).await.is(403);
    client.with(OPERATOR).post("/v1/accounts", &atera()).await.is(403);
    client.with(ADMIN).post("/v1/migrations/acme/pause", &json!({})).await.is(200);
    for open in ["/livez", "/readyz", "/metrics", "/internal/scaling"] {
        client.with(None).get(open).await.is(200);
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_has_its_documented_answer() {
    let fleet = Fleet::new().await;
    let client = client(&fleet).await;
    create_acme(&client).await;
    let unknown = client.post("/v1/migrations", &json!({ "token": "sekrit", "id": "x" })).await.is(422);
    assert!(unknown.body.contains("expected one of `id`"), "{}", unknown.body);
    let json = ["Content-Type: application/json"];
    client.ask("POST", "/v1/migrations", &json, "{\"id\": sekrit").await.is(400);
    client.ask("POST", "/v1/migrations", &json, "").await.is(400);
    client.ask("POST", "/v1/migrations", &["Content-Type: text/plain"], "{}").await.is(415);
    client.ask("POST", "/v1/migrations", &[], "{}").await.is(415);
    client.get("/v1/migrations/none").await.is(404);
    client.get("/v1/migrations/%2e%2e").await.is(404);
    client.get("/v1/accounts/none").await.is(404);
    client.get("/v1/none").await.is(404);
    client.ask("DELETE", "/v1/migrations/acme", &[], "").await.is(405);
    client.get("/v1/migrations/acme/report?format=pdf").await.is(400);
    client.get("/v1/migrations/acme/report?from=1").await.is(400);
    client.get("/v1/migrations/acme/events?limit=0").await.is(400);
    client.get("/v1/migrations/acme/failures?after_id=1").await.is(400);
    client.post("/v1/migrations/acme/retry", &json!({ "kind": "attachment" })).await.is(422);
    client.post("/v1/migrations/acme/throttle", &json!({ "reserve": 1.5, "window": 0 })).await.is(422);
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_unread() {
    let fleet = Fleet::new().await;
    let client = client(&fleet).await;
    let mut large = acme();
    large["signed_off_by"] = Value::String("x".repeat(10 << 20));
    let refused = client.post("/v1/migrations", &large).await.is(413);
    assert!(refused.body.contains("at most 65536 bytes"));
    client.with(None).post("/v1/migrations", &large).await;
    client.get("/v1/migrations").await.is(200);
}

#[tokio::test]
async fn the_same_request_twice_makes_one_migration() {
    let fleet = Fleet::new().await;
    let client = client(&fleet).await;
    for account in [atera(), gorgias()] {
        client.with(ADMIN).post("/v1/accounts", &account).await.is(200);
    }
    let first = client.post_once("/v1/migrations", "k-1", &acme()).await.is(201);
    assert!(first.head.to_lowercase().contains("location: /v1/migrations/acme"));
    let again = client.post_once("/v1/migrations", "k-1", &acme()).await.is(200);
    assert_eq!(again.json()["migration"], first.json()["migration"]);
    let mut other = acme();
    other["batch_pages"] = json!(3);
    client.post_once("/v1/migrations", "k-1", &other).await.is(422);
    client.post_once("/v1/migrations", "k-2", &acme()).await.is(409);
    client.post("/v1/migrations", &acme()).await.is(409);
    client.post_once("/v1/migrations", "a key", &acme()).await.is(400);
    // Another client's key of the same name is another key.
    other["id"] = json!("other");
    client.with(ADMIN).post_once("/v1/migrations", "k-1", &other).await.is(201);
    let list = client.get("/v1/migrations").await.is(200).json();
    let names: Vec<&Value> = list["migrations"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
    assert_eq!(names, ["acme", "other"]);
}

#[tokio::test]
async fn everything_wrong_with_a_migration_is_told_at_once() {
    let fleet = Fleet::new().await;
    let client = client(&fleet).await;
    client.with(ADMIN).post("/v1/accounts", &atera()).await.is(200);
    let wrong = json!({
        "id": "acme", "source": "nobody", "destination": "acme-atera", "batch_pages": 0, "signed_off_by": " ",
        "delta": { "cron": "never", "zone": "Europe/Berlin" },
        "map": { "prefix": "a:b", "status": { "values": { "Open": "ajar" } } },
    });
    let refused = client.post("/v1/migrations", &wrong).await.is(422).json();
    let problems: Vec<&str> =
        refused["problems"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let about = [
        "source:",
        "destination: the account is one of atera",
        "map:",
        "map:",
        "delta.cron",
        "batch_pages",
        "signed_off_by",
    ];
    assert_eq!(problems.len(), about.len(), "{problems:?}");
    for (problem, about) in problems.iter().zip(about) {
        assert!(problem.starts_with(about), "{problem}");
    }
    assert_eq!(client.get("/v1/migrations").await.is(200).json(), json!({ "migrations": [] }));
}

#[tokio::test]
async fn an_account_with_a_secret_in_it_is_refused_without_telling_it_back() {
    let fleet = Fleet::new().await;
    let client = client(&fleet).await.with(ADMIN);
    let secret = "s3kr1t-of-acme";
    let variants = [
        ("base_url", json!(format!("https://user:{secret}@acme.gorgias.com"))),
        ("base_url", json!(format!("https://acme.gorgias.com/?token={secret}"))),
        ("api_key", json!(secret)),
        (secret, json!(1)),
        ("credential", json!(format!("{secret} is the key"))),
        ("vendor", json!(secret)),
        ("rate", json!(secret)),
        ("rate", json!({ "limit": secret, "window_ms": 1 })),
        ("rate", json!({ "limit": 1, "window_ms": 1, "key": secret })),
    ];
    for (field, value) in variants {
        let mut account = gorgias();
        account[field] = value;
        let refused = client.post("/v1/accounts", &account).await.is(422);
        assert!(!refused.body.contains("s3kr1t"), "{}", refused.body);
        assert!(!refused.head.contains("s3kr1t"), "{}", refused.head);
    }
    assert_eq!(client.get("/v1/accounts").await.is(200).json(), json!({ "accounts": [] }));
    client.post("/v1/accounts", &gorgias()).await.is(200);
    assert_eq!(client.get("/v1/accounts/acme-gorgias").await.is(200).json(), gorgias());
}
