//! Doubt under a destination that is slow to show what it took: five seconds pass before a record is in any listing.
//! The ages at which a write in doubt is looked for cover that, so nothing is written twice.

use protocol::{ObjectKind, StepPoint};
use serde_json::{Value, json};
use tests::Stack;

use super::{
    account::small,
    ends::complete_as_undisturbed,
    rules::{WRITES, after, gorgias, plain, times},
};
use crate::PROGRAM;

/// The lag of every listing and filter, in ms.
const LAG_MS: u64 = 5_000;

/// A stack with the lag, and ages that cover it.
async fn lagging() -> Stack {
    let ages = toml::Value::from(vec![toml::Value::from(3_000), toml::Value::from(6_000)]);
    let stack = Stack::start(PROGRAM, small().set("destination.in_doubt.look_at_ages_ms", ages)).await;
    stack.admin_post("settings", &json!({ "visibility_lag_ms": LAG_MS })).await;
    stack
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_applied_and_lost_is_found_in_spite_of_the_lag() {
    let stack = lagging().await;
    let lost: Vec<Value> = WRITES
        .iter()
        .map(|(_, method, path)| times(after(gorgias(method, path, &plain("applied_then_timeout")), 1), 1))
        .collect();
    stack.faults(&json!(lost)).await;
    complete_as_undisturbed("lag and lost answers", &stack, &stack.run().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_write_and_commit_is_settled_in_spite_of_the_lag() {
    let stack = lagging().await;
    for (kind, nth) in [(ObjectKind::Contact, 3), (ObjectKind::Ticket, 4)] {
        let killed = stack.run_until_crash(kind, StepPoint::Written, nth).await;
        assert!(killed.was_killed(), "{kind}: {}", killed.stderr);
    }
    complete_as_undisturbed("lag and kills", &stack, &stack.run().await).await;
}
