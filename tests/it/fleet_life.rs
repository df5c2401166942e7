//! The whole life of a migration by the API of a fleet: moved, verified, brought up to date, frozen, cut over, taken back.

use serde_json::{Value, json};
use tests::{FleetStack, Home as _, StackOptions};

use crate::{PROGRAM, life::left_behind};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_leads_a_migration_from_its_run_to_its_end_and_takes_it_back() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(30)).await;
    stack.admin_post("snapshot/save/before", &Value::Null).await;
    stack.create(ID).await;
    let _ = post(&stack, "start", json!({})).await;
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
    let undone = errand(&stack, json!({ "errand": "undo" }), "rolled_back").await;
    assert_eq!(undone["left"], json!(0), "{undone:#}");
    let left = left_behind(&stack).await;
    assert!(left.is_empty(), "{left:?}");
    let state = stack.admin_get("state").await;
    for figure in ["emails_sent", "private_notes_public", "duplicates_total", "responses_429"] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
}
