//! Stories of whole migrations in a fleet, told over the API.

use protocol::{MigrationState as S, SourceId};
use serde_json::json;

use super::{
    fleet::{Fleet, create_acme},
    stage::Habits,
};

#[tokio::test]
async fn a_migration_runs_to_its_end_and_its_papers_are_written() {
    let fleet = Fleet::new().await;
    let fails = vec![SourceId::from("2")];
    let (client, played) = fleet.at_work(Habits { fails, ..Habits::default() }).await;
    create_acme(&client).await;
    let started = client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    assert_eq!(started.json()["settings"]["signed_off_by"], "Ruth");
    fleet.until("acme", S::Ready).await;

    let report = client.get("/v1/migrations/acme/report").await.is(200).json();
    assert_eq!(report["records"]["ticket"]["failed"], 1);
    assert!(client.get("/v1/migrations/acme/report?format=text").await.is(200).body.contains("Every record"));
    assert!(
        client.get("/v1/migrations/acme/report?format=csv").await.is(200).body.starts_with("kind,source,")
    );
    let failures = client.get("/v1/migrations/acme/failures?limit=1").await.is(200).json();
    assert_eq!(failures["failures"][0]["cause"], "target_rejected");
    assert_eq!(failures["next"], json!({ "kind": "ticket", "id": "2" }));
    let rest = client.get("/v1/migrations/acme/failures?after_kind=ticket&after_id=2").await.is(200).json();
    assert_eq!(rest, json!({ "failures": [] }));
    let record = client.get("/v1/migrations/acme/records/ticket/2").await.is(200).json();
    assert_eq!(
        (&record["entry"]["outcome"], &record["dead_letter"]["cause"]),
        (&json!("failed"), &json!("target_rejected"))
    );
    client.get("/v1/migrations/acme/records/ticket/99").await.is(404);

    // Tried again, it lands, and the papers say so.
    played.habits.lock().unwrap().fails.clear();
    let retried = client.post("/v1/migrations/acme/retry", &json!({ "kind": "ticket" })).await.is(200).json();
    assert_eq!(retried, json!({ "records": 1, "keys": [{ "kind": "ticket", "id": "2" }] }));
    fleet.until("acme", S::Ready).await;
    let report = client.get("/v1/migrations/acme/report").await.is(200).json();
    assert_eq!(
        (&report["records"]["ticket"]["failed"], &report["records"]["ticket"]["created"]),
        (&json!(0), &json!(3))
    );
    let events = client.get("/v1/migrations/acme/events?limit=1000").await.is(200).json();
    let retried = |line: &&serde_json::Value| line["who"] == "otto" && line["why"] == "kind ticket";
    assert_eq!(events["events"].as_array().unwrap().iter().filter(retried).count(), 1, "{events}");
    let paper = fleet.reports.join("acme/reconciliation.json");
    let written = || {
        std::fs::read_to_string(&paper).is_ok_and(|text| {
            serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|paper| paper == report)
        })
    };
    let wait = async {
        while !written() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::fleet::PATIENCE, wait).await.expect("the paper is never written");
    assert!(fleet.reports.join("acme/phase-1-ticket.json").exists());
}

#[tokio::test]
async fn a_map_without_a_fallback_halts_and_goes_on_with_another_map() {
    let fleet = Fleet::new().await;
    let (client, _) = fleet.at_work(Habits::default()).await;
    create_acme(&client).await;
    let no_fallback = json!({ "signed_off_by": "Ruth", "map": { "fallback_customer": "1" } });
    client.post("/v1/migrations/acme/start", &no_fallback).await.is(200);
    fleet.until("acme", S::Halted).await;
    let halted = client.get("/v1/migrations/acme").await.is(200).json();
    assert_eq!(halted["waiting"]["waits_for"], "operator");
    assert_eq!(halted["waiting"]["cause"], "no_fallback");
    assert!(halted["waiting"]["since"].is_i64());
    let sentence = halted["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("acme is halted") && sentence.contains("because of no_fallback"),
        "{sentence}"
    );

    let fallback = json!({ "map": { "fallback_agent": "anna@msp.example", "fallback_customer": "1" } });
    let resumed = client.post("/v1/migrations/acme/resume", &fallback).await.is(200);
    assert!(!resumed.body.contains('@'), "no address is kept: {}", resumed.body);
    fleet.until("acme", S::Ready).await;
}

#[tokio::test]
async fn another_map_after_a_signature_needs_its_hash_signed() {
    let fleet = Fleet::new().await;
    let (client, _) = fleet.at_work(Habits::default()).await;
    create_acme(&client).await;
    client.post("/v1/migrations/acme/start", &json!({})).await.is(409);
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    fleet.until("acme", S::Ready).await;

    let mut other = json!({ "map": { "fallback_agent": "bob@msp.example", "fallback_customer": "1" } });
    let refused = client.post("/v1/migrations/acme/start", &other).await.is(409).json();
    let before = client.get("/v1/migrations/acme").await.is(200).json();
    let detail = refused["detail"].as_str().unwrap();
    assert!(
        !detail.contains(before["settings_map_hash"].as_str().unwrap()),
        "it names the hash of the new map"
    );
    assert_eq!(before["settings"]["signed_off_by"], "Ruth");

    let hash = detail.rsplit(' ').next().unwrap();
    other["signed_map"] = json!(hash);
    let started = client.post("/v1/migrations/acme/start", &other).await.is(200).json();
    assert_eq!(started["settings_map_hash"], hash);
    fleet.until("acme", S::Ready).await;
    let events = client.get("/v1/migrations/acme/events?limit=1000").await.is(200).json();
    let whats: Vec<&str> =
        events["events"].as_array().unwrap().iter().filter_map(|line| line["what"].as_str()).collect();
    assert!(whats.contains(&format!("map {hash} confirmed").as_str()), "{whats:?}");
}

#[tokio::test]
async fn a_paused_migration_stands_still_until_it_is_resumed() {
    let fleet = Fleet::new().await;
    let (client, played) = fleet.at_work(Habits { loses: usize::MAX, ..Habits::default() }).await;
    create_acme(&client).await;
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    let held = client.post("/v1/migrations/acme/pause", &json!({ "why": "lunch" })).await.is(200).json();
    assert_eq!(
        (&held["migration"]["state"], &held["waiting"]["waits_for"]),
        (&json!("paused"), &json!("operator"))
    );
    client.post("/v1/migrations/acme/pause", &json!({})).await.is(200);
    played.habits.lock().unwrap().loses = 0;
    client.ask("POST", "/v1/migrations/acme/resume", &[], "").await.is(200);
    fleet.until("acme", S::Ready).await;
    client.post("/v1/migrations/acme/pause", &json!({})).await.is(409);
    client.post("/v1/migrations/acme/resume", &json!({})).await.is(409);

    let events = client.get("/v1/migrations/acme/events?after=1&limit=1000").await.is(200).json();
    let lines = events["events"].as_array().unwrap();
    let pause = lines.iter().find(|line| line["why"] == "lunch").unwrap();
    assert_eq!((&pause["who"], &pause["what"]), (&json!("otto"), &json!("draft -> paused")));
    assert_eq!(lines[0]["seq"], 2);
    assert_eq!(events["next"], lines.last().unwrap()["seq"]);
}

#[tokio::test]
async fn a_cancelled_migration_is_over() {
    let fleet = Fleet::new().await;
    let (client, _) = fleet.at_work(Habits { loses: usize::MAX, ..Habits::default() }).await;
    create_acme(&client).await;
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    client.post("/v1/migrations/acme/cancel", &json!({})).await.is(200);
    let refused = client.post("/v1/migrations/acme/start", &json!({})).await.is(409);
    assert!(refused.body.contains("cancelled"));
}
