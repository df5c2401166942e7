//! Waiting is not failing: a wait for the rate or for users of the destination spends no attempt, however long it is, and
//! nothing is given up for it.

use ledger::{Dossier as _, Plan as _};
use protocol::{Awaited, Pass, dossier::AWAITED};
use serde_json::{Value, json};
use tests::Stack;

use super::{
    account::small,
    ends::{complete_as_undisturbed, hits},
    rules::{after, gorgias, throttled, times},
};
use crate::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_spends_no_attempt() {
    // The lease is shorter than the pause asked for: no request made under it can leave before it must be given back,
    // so the wait is met both ways, as a sleep and as a batch handed back. One failed attempt would end the batch.
    let options = small()
        .set("run.max_attempts", 1)
        .set("run.lease_ms", 4_000)
        .set("destination.timeout_ms", 1_500)
        .set("run.backoff_ms", 100);
    let stack = Stack::start(PROGRAM, options).await;
    let storm = times(after(gorgias("POST", "/api/tickets$", &throttled(6)), 4), 2);
    stack.faults(&json!([storm])).await;
    let ended = stack.run().await;
    complete_as_undisturbed("429 with a long Retry-After", &stack, &ended).await;
    assert_eq!(hits(&stack).await, 2);
    assert!(ended.stderr.contains("limiter_unavailable"), "no batch was handed back: {}", ended.stderr);
    let ledger = stack.ledger().await;
    for batch in ledger.batches(&stack.migration(), Pass(1)).await.unwrap() {
        assert_eq!(batch.attempts, 0, "{batch:?}");
    }
    ledger.close().await;
}

/// Requests of the destination that write, in the order of their arrival.
async fn writes(stack: &Stack) -> Vec<String> {
    let all = stack.admin_get("requests?api=gorgias&limit=100000").await;
    let writes = all.as_array().unwrap().iter().filter(|one| one["method"] != "GET");
    writes.map(|one| format!("{} {}", one["method"], one["template"])).collect()
}

/// No customer and no ticket is written yet.
async fn nothing_has_moved(stack: &Stack) {
    let made = writes(stack).await;
    assert!(!made.iter().any(|one| one.contains("tickets") || one.contains("customers")), "{made:?}");
}

/// The destination's users are looked at so often.
async fn looks_at_users(stack: &Stack, count: u64) {
    let look = json!({ "api": "gorgias", "method": "GET", "path": "/api/users$" });
    stack.admin.wait_for(look, count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_until_every_technician_has_a_user_and_goes_on_by_itself() {
    // One failed attempt would end the batch.
    let options =
        small().set("map.missing_agents", "wait").set("run.agents_look_ms", 200).set("run.max_attempts", 1);
    let stack = Stack::start(PROGRAM, options).await;
    let running = stack.spawn();
    // More looks than there are other reasons to look at users before a record moves.
    looks_at_users(&stack, 8).await;
    nothing_has_moved(&stack).await;
    let ledger = stack.ledger().await;
    let kept = ledger.leaf(&stack.migration(), AWAITED, None).await.unwrap().unwrap();
    let kept: Awaited = serde_json::from_value(kept.body).unwrap();
    // The ninth has left and the tenth has no address: neither is waited for.
    assert_eq!(kept.technicians, ["9011", "9012"].map(Into::into));
    ledger.close().await;

    // One of them is not enough.
    stack.admin_brings_in("Chloe Dubois", "tech11@msp.example").await;
    looks_at_users(&stack, 16).await;
    nothing_has_moved(&stack).await;
    stack.admin_brings_in("Ken Adler", "TECH12@msp.example").await;
    let ended = running.ended().await;
    let rows = ended.well()["records"].as_object().unwrap().clone();
    assert!(rows.values().all(|row| row["difference"] == 0), "{rows:?}");
    assert_eq!(rows["agent"]["adopted"], json!(10), "{rows:?}");
    assert!(ended.stderr.contains("agents_awaited"), "{}", ended.stderr);
    let ledger = stack.ledger().await;
    for batch in ledger.batches(&stack.migration(), Pass(1)).await.unwrap() {
        assert_eq!(batch.attempts, 0, "{batch:?}");
    }
    let versions = ledger.leaf_versions(&stack.migration(), AWAITED).await.unwrap();
    assert_eq!(versions.last().unwrap().body, json!({ "technicians": [] }), "{versions:?}");
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_says_for_how_many_and_an_operator_may_let_the_fallback_stand_in_instead() {
    let options = small().set("map.missing_agents", "wait").set("run.agents_look_ms", 3_600_000);
    let mut stack = Stack::start(PROGRAM, options).await;
    let running = stack.spawn();
    looks_at_users(&stack, 1).await;
    let says = async {
        loop {
            let status = stack.command(&["status", "--output", "json"]).await.summary.unwrap();
            let sentence = status["sentence"].as_str().unwrap();
            if sentence.contains("it waits for 2 technicians who have no user at the destination yet") {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), says).await.expect("it never says so");
    nothing_has_moved(&stack).await;
    running.signal(rustix::process::Signal::INT);
    assert_eq!(running.ended().await.code, Some(130));

    stack.set("map.missing_agents", "fallback");
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "another map is signed for anew: {}", refused.stderr);
    let hash = refused.stderr.split("migration.signed_map to ").nth(1).unwrap();
    let hash: String = hash.chars().take_while(char::is_ascii_hexdigit).collect();
    stack.set("migration.signed_map", hash);
    let ended = stack.run().await;
    let rows: Value = ended.well()["records"].clone();
    assert!(rows.as_object().unwrap().values().all(|row| row["difference"] == 0), "{rows}");
}
