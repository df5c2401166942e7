//! Stories of what the API tells: waiting, scaling, controls, slots of the delta.

use std::sync::Arc;

use protocol::api::RateView;
use queue::MemoryQueue;
use serde_json::{Value, json};

use super::{
    client::Client,
    fleet::{Fleet, acme, create_acme, steady},
};
use crate::LimiterDown;

async fn client(fleet: &Fleet, said: Result<RateView, LimiterDown>) -> Client {
    let service = fleet.service("one", Arc::new(MemoryQueue::new()));
    fleet.client(&service, said).await
}

#[tokio::test]
async fn a_migration_says_what_it_waits_for() {
    let fleet = Fleet::new().await;
    let client = client(&fleet, Ok(steady())).await;
    let made = create_acme(&client).await;
    assert_eq!(made["waiting"], json!({ "waits_for": "start", "since": made["migration"]["since"] }));
    assert_eq!(made["rate"]["used"], 12);
    assert!(
        made["sentence"].as_str().unwrap().contains("12 of 40 calls per 20 s used, 1.9 a second are ours"),
        "{made}"
    );
    assert!(!made.to_string().contains('@'), "no address is kept");
}

#[tokio::test]
async fn without_the_limiter_nobody_sends_and_the_state_says_so() {
    let fleet = Fleet::new().await;
    let client = client(&fleet, Err(LimiterDown)).await;
    create_acme(&client).await;
    let started =
        client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200).json();
    assert_eq!(started["waiting"], json!({ "waits_for": "limiter", "since": started["at"] }));
    let later = client.get("/v1/migrations/acme").await.is(200).json();
    assert_eq!(later["waiting"]["since"], started["at"], "since it was first seen");
    assert_eq!(started.get("rate"), None);
}

#[tokio::test]
async fn a_pause_the_destination_asked_for_is_told_with_its_end() {
    let fleet = Fleet::new().await;
    let client = client(&fleet, Ok(RateView { blocked_ms: Some(7_000), ..steady() })).await;
    create_acme(&client).await;
    let started =
        client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200).json();
    let until = started["waiting"]["until"].as_i64().unwrap();
    assert_eq!(
        (&started["waiting"]["waits_for"], until),
        (&json!("pause"), started["at"].as_i64().unwrap() + 7_000)
    );
}

#[tokio::test]
async fn controls_replace_those_before_and_stand_in_the_audit_log() {
    let fleet = Fleet::new().await;
    let client = client(&fleet, Ok(steady())).await;
    create_acme(&client).await;
    let set = client.post("/v1/migrations/acme/throttle", &json!({ "limit": 10, "window": 2 })).await.is(200);
    assert_eq!(set.json()["controls"], json!({ "limit": 10, "window": 2 }));
    let set = client.post("/v1/migrations/acme/throttle", &json!({ "reserve": 0.5 })).await.is(200);
    assert_eq!(set.json()["controls"], json!({ "reserve": 0.5 }));
    client.post("/v1/migrations/acme/throttle", &json!({ "limit": 41 })).await.is(422);
    let events = client.get("/v1/migrations/acme/events").await.is(200).json();
    let by_otto = |line: &&Value| line["who"] == "otto" && line["why"] == "throttle";
    assert_eq!(events["events"].as_array().unwrap().iter().filter(by_otto).count(), 2, "{events}");
}

#[tokio::test]
async fn the_scaling_figure_follows_the_work() {
    let fleet = Fleet::new().await;
    let queue: Arc<dyn queue::Queue> = Arc::new(MemoryQueue::new());
    let service = fleet.service("one", queue);
    let client = fleet.client(&service, Ok(steady())).await;
    create_acme(&client).await;
    let scaling = async || client.with(None).get("/internal/scaling").await.is(200).json();
    assert_eq!(
        (&scaling().await["desired_workers"], &scaling().await["reason"]),
        (&json!(0), &json!("idle"))
    );
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    fleet.run(&service);
    let wait = async {
        while scaling().await["desired_workers"] != 1 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::fleet::PATIENCE, wait).await.expect("the work is never seen");
    let figure = scaling().await;
    assert_eq!(
        (&figure["reason"], &figure["accounts"][0]["account"]),
        (&json!("rate_budget"), &json!("acme-gorgias"))
    );
    client.post("/v1/migrations/acme/pause", &json!({})).await.is(200);
    assert_eq!(
        (&scaling().await["desired_workers"], &scaling().await["reason"]),
        (&json!(0), &json!("paused"))
    );
    assert!(client.with(None).get("/metrics").await.is(200).body.contains("flotilla_leader"));
}

#[tokio::test]
async fn the_slots_of_the_delta_are_shown() {
    let fleet = Fleet::new().await;
    let client = client(&fleet, Ok(steady())).await;
    create_acme(&client).await;
    let mut nightly = acme();
    nightly["id"] = json!("nightly");
    nightly["delta"] = json!({ "cron": "30 2 * * *", "zone": "Europe/Berlin" });
    let made = client.post("/v1/migrations", &nightly).await.is(201).json();
    let (at, next) = (made["at"].as_i64().unwrap(), &made["delta"]["next"]);
    let wait = next["at"].as_i64().unwrap() - at;
    assert!((0..=25 * 3_600_000).contains(&wait), "{made}");
    assert_eq!(made["delta"].get("last"), None);
    assert_eq!(next["date"].as_str().unwrap().len(), 10);
}
