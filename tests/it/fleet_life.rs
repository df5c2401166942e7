//! The whole life of a migration by the API of a fleet: assessed, mapped, sampled, signed for, moved, verified, brought up to
//! date, frozen, cut over, handed over, taken back.

use serde_json::{Value, json};
use tests::{FleetStack, Home as _, StackOptions};

use crate::{
    PROGRAM,
    life::{blocking, left_behind},
};

/// The migration's name.
const ID: &str = "life";

async fn post(stack: &FleetStack, place: &str, body: Value) -> (u16, Value) {
    let answer = stack.api("operator").await.post(&format!("/v1/migrations/{ID}/{place}"), &body).await;
    (answer.status, answer.body)
}

/// Begins an errand, waits until the migration stands there again, and answers what it has found.
async fn errand(stack: &FleetStack, body: Value, back_in: &str) -> Value {
    let (status, answer) = post(stack, "errands", body.clone()).await;
    assert_eq!(status, 200, "{answer:#}");
    let _ = stack.state_of(ID, &[back_in, "halted"]).await;
    let seen = stack.look(ID).await;
    assert_eq!(seen["migration"]["state"], back_in, "{seen:#}");
    let name = body["errand"].as_str().unwrap();
    stack.api("viewer").await.get(&format!("/v1/migrations/{ID}/dossier/{name}")).await.well()["body"].clone()
}

async fn milestone(stack: &FleetStack, milestone: &str) -> u16 {
    post(stack, "milestones", json!({ "milestone": milestone, "by": "Anna" })).await.0
}

/// Everything that stands before a run: the assessment's findings acknowledged, the map confirmed, the sample signed for.
async fn prepared(stack: &FleetStack) {
    let api = stack.api("operator").await;
    let at = |rest: &str| format!("/v1/migrations/{ID}/{rest}");
    let _ = api.post(&at("errands"), &json!({ "errand": "assess" })).await.well();
    stack.state_of(ID, &["surveyed"]).await;
    assert_eq!(post(stack, "start", json!({})).await.0, 409, "the pre-flight stands before the run");
    for rule in blocking(&api.get(&at("assessment")).await.well()) {
        let _ = api.post(&at("assessment/acknowledge"), &json!({ "by": "Anna", "rule": rule })).await.well();
    }
    let facts = api.get(&at("dossier/assessment.facts")).await.well();
    let mut map = api.get(&at("map")).await.well()["spec"].clone();
    map["customer_groups"] = json!({});
    for group in facts["body"]["source"]["duplicates"].as_array().unwrap() {
        let decided = json!({ "decision": "keep", "ids": group["ids"] });
        map["customer_groups"][group["name"].as_str().unwrap()] = decided;
    }
    let put = api.post(&at("map"), &map).await.well();
    let sample = json!({ "errand": "sample", "size": 50 });
    assert_eq!(post(stack, "errands", sample.clone()).await.0, 409, "nobody has confirmed the map");
    let word = json!({ "by": "Anna", "hash": put["hash"] });
    let _ = api.post(&at("map/confirm"), &word).await.well();
    for size in [49, 101] {
        assert_eq!(post(stack, "errands", json!({ "errand": "sample", "size": size })).await.0, 422);
    }
    assert_eq!(errand(stack, sample, "sampled").await["left"], json!(0));
    assert_eq!(post(stack, "start", json!({})).await.0, 409, "nobody has signed for the sample");
    assert_eq!(post(stack, "sample/sign-off", json!({ "by": "Anna" })).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_leads_a_migration_from_its_run_to_its_end_and_takes_it_back() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(30)).await;
    stack.admin_post("snapshot/save/before", &Value::Null).await;
    stack.create(ID).await;
    prepared(&stack).await;
    let started = post(&stack, "start", json!({})).await;
    assert_eq!(started.0, 200, "{:#}", started.1);
    let _ = stack.ended(ID).await.well();
    let verify = json!({ "errand": "verify" });
    assert_eq!(errand(&stack, verify.clone(), "ready").await["left"], json!(0));
    let edit = json!({ "action": "edit_ticket", "ticket": 1, "title": "after the run" });
    stack.admin_post("atera/edit", &edit).await;
    assert_eq!(milestone(&stack, "cut_over").await, 409, "the freeze comes first");
    assert_eq!(milestone(&stack, "freeze").await, 200);
    let delta = json!({ "errand": "delta" });
    assert_eq!(errand(&stack, delta.clone(), "frozen").await["updated"], json!(1));
    assert_eq!(milestone(&stack, "cut_over").await, 409, "the last delta still brought something");
    assert_eq!(errand(&stack, delta.clone(), "frozen").await["updated"], json!(0));
    assert_eq!(errand(&stack, verify, "frozen").await["left"], json!(0));
    assert_eq!(milestone(&stack, "cut_over").await, 200);
    assert_eq!(post(&stack, "errands", delta).await.0, 409, "the destination is the system of record");
    let certificate = stack.api("viewer").await.get(&format!("/v1/migrations/{ID}/certificate")).await.well();
    assert_eq!(certificate["silent"], json!(true), "{certificate:#}");
    let (status, bundle) = post(&stack, "handoff", json!({})).await;
    assert_eq!(status, 200, "{bundle:#}");
    let files = bundle["files"].as_array().unwrap();
    for name in ["sla_checklist.md", "contracts.csv", "certificate.json", "sample/ticket.html"] {
        assert!(files.iter().any(|one| one["name"] == name), "{name} is not among {files:#?}");
    }
    let undone = errand(&stack, json!({ "errand": "undo" }), "rolled_back").await;
    assert_eq!(undone["left"], json!(0), "{undone:#}");
    let left = left_behind(&stack).await;
    assert!(left.is_empty(), "{left:?}");
    let state = stack.admin_get("state").await;
    for figure in ["emails_sent", "private_notes_public", "duplicates_total", "responses_429"] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
}
