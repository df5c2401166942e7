//! Waiting is not failing: a wait for the rate spends no attempt, however long it is, and nothing is given up for it.

use ledger::Plan as _;
use protocol::Pass;
use serde_json::json;
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
