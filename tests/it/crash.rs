//! The process dies, and nothing is lost and nothing is there twice: at every point of the corridor, for every kind, once
//! and twice, and when the destination took a write whose answer never came. Told of any home; run here in one process,
//! and in `fleet_crash` with three workers.

use std::collections::BTreeSet;

use protocol::{
    ObjectKind::{self, Agent, Attachment, Contact, CustomField, Customer, Message, Tag, Ticket},
    StepPoint,
};
use serde_json::{Value, json};
use tests::{Home, Stack};

use crate::crash_lane::{Account, Hands, Lane, passages, through_lanes};

/// Every pair of kind and point there is: a kind with batches of its own passes the batch's points, a record that is
/// written the write's, a file the upload's. No agent is ever made, so none is intended; a document is not written there.
fn expected() -> BTreeSet<(ObjectKind, StepPoint)> {
    use StepPoint::{
        Checkpointed, Claimed, Committed, Completed, Finished, Intended, PageRead, UploadRecorded, Uploaded,
        Written,
    };
    let mut pairs = BTreeSet::from([(Attachment, Uploaded), (Attachment, UploadRecorded)]);
    for kind in [CustomField, Tag, Agent, Customer, Contact, Ticket] {
        pairs.extend([Claimed, PageRead, Checkpointed, Finished].map(|point| (kind, point)));
    }
    for kind in [CustomField, Tag, Customer, Contact, Ticket, Message] {
        pairs.extend([Intended, Written, Completed, Committed].map(|point| (kind, point)));
    }
    pairs.insert((Agent, Committed));
    for kind in ObjectKind::DOCUMENTED {
        pairs.extend([Claimed, Finished].map(|point| (kind, point)));
    }
    pairs
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_step_leaves_no_duplicate_and_loses_nothing() {
    a_kill_at_any_step::<Stack>().await;
}

/// Once at each point, for each kind that passes it.
pub(crate) async fn a_kill_at_any_step<H: Home>() {
    let (mut met, mut found) = (BTreeSet::new(), Vec::new());
    for account in [Account::Small, Account::Whole] {
        let cases: Vec<_> = passages::<H>(account).await.into_iter().map(|(pair, _)| pair).collect();
        met.extend(cases.clone());
        found.extend(through_lanes((account, Hands::One), cases, killed_once::<H>).await);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(met, expected(), "a point nobody passes is a point nobody tests");
}

/// Killed at the first passage; the next run goes to the end.
async fn killed_once<H: Home>(
    mut lane: Lane<H>,
    (kind, point): (ObjectKind, StepPoint),
) -> (Lane<H>, Vec<String>) {
    let killed = lane.stack().run_until_crash(kind, point, 1).await;
    assert!(killed.was_killed(), "{kind} {point:?}: {}", killed.stderr);
    let ended = lane.stack().run().await;
    let found = lane.close(&ended).await;
    (lane, found.into_iter().map(|what| format!("killed at {kind} {point:?}: {what}")).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_may_happen_twice() {
    two_kills_at_any_step::<Stack>().await;
}

/// In the middle of each point's passages, and again where the next run comes to it.
pub(crate) async fn two_kills_at_any_step<H: Home>() {
    let mut found = Vec::new();
    for account in [Account::Small, Account::Whole] {
        let mut cases = passages::<H>(account).await;
        // A document is written whole or not at all, and never at the destination: killed once is killed enough.
        cases.retain(|((kind, _), _)| !ObjectKind::DOCUMENTED.contains(kind));
        found.extend(through_lanes((account, Hands::Many), cases, killed_twice::<H>).await);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Killed at a later passage, with other workers in the middle of something; killed again where the next run first comes
/// to the same point; the third run goes to the end.
async fn killed_twice<H: Home>(
    mut lane: Lane<H>,
    ((kind, point), count): ((ObjectKind, StepPoint), u64),
) -> (Lane<H>, Vec<String>) {
    let later = count / 2 + 1;
    let killed = lane.stack().run_until_crash(kind, point, later).await;
    assert!(killed.was_killed(), "{kind} {point:?} {later}: {}", killed.stderr);
    let again = lane.stack().run_until_crash(kind, point, 1).await;
    // What was the last of its kind, and durable, is not done again; nor is what others have done since.
    let last = later == count || H::OTHERS_GO_ON;
    let may_be_over = last && matches!(point, StepPoint::Checkpointed | StepPoint::Finished);
    assert!(again.was_killed() || may_be_over, "{kind} {point:?} again: {}", again.stderr);
    let ended = lane.stack().run().await;
    let found = lane.close(&ended).await;
    (lane, found.into_iter().map(|what| format!("killed twice at {kind} {point:?}: {what}")).collect())
}

/// Every endpoint that writes.
const WRITES: [(&str, &str); 8] = [
    ("POST", "/api/custom-fields$"),
    ("POST", "/api/tags$"),
    ("POST", "/api/customers$"),
    ("PUT", "/api/customers/*/data$"),
    ("PUT", "/api/customers/*/custom-fields$"),
    ("POST", "/api/tickets$"),
    ("POST", "/api/tickets/*/messages$"),
    ("POST", "/api/upload"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_write_applied_and_then_lost_is_not_repeated() {
    a_lost_answer_at_any_write::<Stack>().await;
}

/// Each way in which the answer of an applied write can be lost.
pub(crate) async fn a_lost_answer_at_any_write<H: Home>() {
    let lost = [
        json!({ "kind": "applied_then_timeout" }),
        json!({ "kind": "applied_then_status", "status": 502 }),
        json!({ "kind": "half_body" }),
        json!({ "kind": "applied_then_status", "status": 504 }),
    ];
    let found = through_lanes((Account::Whole, Hands::Many), lost.to_vec(), applied_and_lost::<H>).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The second and third write of every endpoint are applied, and their answers lost.
async fn applied_and_lost<H: Home>(mut lane: Lane<H>, action: Value) -> (Lane<H>, Vec<String>) {
    let rule = |(method, path): (&str, &str)| json!({ "api": "gorgias", "method": method, "path": path, "skip": 1, "times": 2, "action": action });
    lane.stack().faults(&json!(WRITES.map(rule))).await;
    let ended = lane.stack().run().await;
    let standing = lane.stack().admin_get("faults").await;
    let mut found = Vec::new();
    for rule in standing.as_array().unwrap() {
        if rule["hits"] != json!(2) {
            found.push(format!("the fault never struck: {rule}"));
        }
    }
    found.extend(lane.close(&ended).await);
    (lane, found.into_iter().map(|what| format!("{action}: {what}")).collect())
}
