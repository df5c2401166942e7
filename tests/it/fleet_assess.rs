//! The same assessment, gate and map by a fleet: its workers look, its scheduler judges, and what is refused there is refused
//! to everybody.

use serde_json::{Value, json};
use tests::{FleetStack, Home as _, StackOptions};

use super::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_assesses_too_and_lets_nothing_move_before_the_preflight_is_clear() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(20).processes(1, 1)).await;
    let api = stack.api("operator").await;
    let at = |rest: &str| format!("/v1/migrations/judged/{rest}");
    stack.create("judged").await;
    let _ = api.post(&at("errands"), &json!({ "errand": "assess" })).await.well();
    stack.state_of("judged", &["surveyed"]).await;

    let found = api.get(&at("assessment")).await.well();
    let truth = stack.admin_get("atera/truth").await;
    for name in ["tickets", "customers", "contacts", "contracts", "technicians"] {
        assert_eq!(found["discovery"][name], truth["counts"][name], "{name}");
    }
    let blocking: Vec<&Value> =
        found["preflight"].as_array().unwrap().iter().filter(|one| one["blocks"] == true).collect();
    let refused = api.post(&at("start"), &json!({ "signed_off_by": "Ann" })).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    for one in &blocking {
        assert!(refused.text.contains(one["rule"].as_str().unwrap()), "{}", refused.text);
    }
    for one in blocking.iter().filter(|one| one["acknowledgeable"] == true) {
        let word = json!({ "by": "Ann", "rule": one["rule"] });
        let _ = api.post(&at("assessment/acknowledge"), &word).await.well();
    }
    let facts = api.get(&at("dossier/assessment.facts")).await.well();
    let mut map = api.get(&at("map")).await.well()["spec"].clone();
    map["customer_groups"] = json!({});
    for group in facts["body"]["source"]["duplicates"].as_array().unwrap() {
        let decided = json!({ "decision": "merge", "ids": group["ids"] });
        map["customer_groups"][group["name"].as_str().unwrap()] = decided;
    }
    let put = api.post(&at("map"), &map).await.well();
    assert_eq!(api.post(&at("start"), &json!({})).await.status, 409, "nobody has confirmed it");
    let word = json!({ "by": "Ann", "hash": put["hash"] });
    let _ = api.post(&at("map/confirm"), &word).await.well();
    let _ = api.post(&at("start"), &json!({})).await.well();
    let ended = stack.ended("judged").await;
    let customers = &ended.well()["records"]["customer"];
    assert!(customers["excluded"].as_u64().unwrap() > 0, "{customers}");
}
