//! Stories of the lease in hand.

use std::{sync::Arc, time::Duration};

use objects::Customer;
use protocol::ObjectKind;
use tokio::time::Instant;

use super::stage::Stage;
use crate::{Held, Trouble};

#[tokio::test]
async fn requests_may_leave_only_well_inside_the_lease() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(ObjectKind::Customer, &ids[..1]).await;
    let lease = stage.cx.ledger.claim(batch, "anna", 60_000).await.unwrap().unwrap();
    let asked_at = Instant::now();
    let held = Held::new(Arc::clone(&stage.cx.ledger), lease, 60_000, asked_at);
    assert_eq!(held.deadline(), asked_at + Duration::from_millis(45_000));
    assert!(held.check().is_ok());
}

#[tokio::test]
async fn a_lease_that_was_asked_for_too_long_ago_is_lost() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(ObjectKind::Customer, &ids[..1]).await;
    let lease = stage.cx.ledger.claim(batch, "anna", 60_000).await.unwrap().unwrap();
    let asked_at = Instant::now().checked_sub(Duration::from_millis(45_000)).unwrap();
    let held = Held::new(Arc::clone(&stage.cx.ledger), lease, 60_000, asked_at);
    assert!(matches!(held.check(), Err(Trouble::LeaseLost)));
}

#[tokio::test]
async fn a_former_holder_learns_that_its_batch_is_anothers() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(ObjectKind::Customer, &ids[..1]).await;
    let lease = stage.cx.ledger.claim(batch, "anna", 400).await.unwrap().unwrap();
    let held = Held::new(Arc::clone(&stage.cx.ledger), lease, 400, Instant::now());
    stage.clock.pass_ms(1_000);
    stage.cx.ledger.claim(batch, "bert", 60_000).await.unwrap().unwrap();
    while held.check().is_ok() {
        tokio::task::yield_now().await;
    }
    let key = protocol::Key { kind: ObjectKind::Customer, id: ids[0].clone() };
    let intent = stage.cx.ledger.intend(&held.lease(), &key, protocol::Fingerprint::of(b"")).await;
    assert!(matches!(intent, Err(ledger::Error::LeaseLost { .. })));
}

#[tokio::test]
async fn a_record_in_another_workers_hands_is_passed_by() {
    let stage = Stage::new().await;
    let id = stage.ids::<Customer>().await.remove(0);
    // Two batches show the same record; another process has said that it writes it, and its lease holds.
    let theirs = stage.plan(ObjectKind::Customer, protocol::Slice::Whole).await;
    let ours = stage.plan_ids(ObjectKind::Customer, std::slice::from_ref(&id)).await;
    let lease = stage.cx.ledger.claim(theirs, "bert", 60_000).await.unwrap().unwrap();
    let key = protocol::Key { kind: ObjectKind::Customer, id: id.clone() };
    stage.cx.ledger.intend(&lease, &key, protocol::Fingerprint::of(b"theirs")).await.unwrap();

    let done = stage.attempt(ours).await;

    assert_eq!(done.state, protocol::BatchState::Done);
    assert!(stage.companies(&id).await.is_empty(), "nothing was written beside the other worker");
    let entry = stage.entry(ObjectKind::Customer, &id).await.unwrap();
    assert!(matches!(entry.state, protocol::EntryState::Intended { .. }), "the other accounts for it");
}
