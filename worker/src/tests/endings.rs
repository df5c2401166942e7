//! Stories of how an attempt ends, and what the ledger says of it afterwards.

use std::sync::Arc;

use objects::Customer;
use protocol::{BatchState, FailureCode, MigrationState, ObjectKind, SourceId, StepPoint};
use serde_json::json;
use simulator::Settings;

use super::stage::{At, Stage};

const KIND: ObjectKind = ObjectKind::Customer;

#[tokio::test]
async fn a_failed_attempt_is_spent_and_the_first_pause_is_the_one_set() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await;
    stage.refuse_customers(None).await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    let batch = stage.attempt(batch).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 1));
    let now = stage.cx.clock.now();
    let pause = batch.not_before.since(now);
    assert!(pause > 0 && pause <= stage.cx.knobs.backoff_ms, "{pause}");
}

#[tokio::test]
async fn what_waits_for_leave_spends_no_attempt() {
    // The vendor asks for a longer pause than the lease lasts.
    let stage = Stage::with(Settings::default(), |cx| cx.knobs.lease_ms = 3_000).await;
    let ids = stage.ids::<Customer>().await;
    let action = json!({"kind": "status", "status": 429, "retry_after": 600});
    let rule = json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "action": action});
    stage.faults(json!([rule])).await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    let batch = stage.attempt(batch).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
    let troubles = stage.cx.ledger.troubles(&stage.cx.migration, stage.pass()).await.unwrap();
    assert_eq!(troubles[0].cause, FailureCode::LimiterUnavailable);
    assert_ne!(stage.state().await, MigrationState::Halted);
}

#[tokio::test]
async fn a_refused_key_halts_once_and_hands_the_batch_back() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await;
    let rule = json!({"api": "gorgias", "method": "POST", "action": {"kind": "status", "status": 401}});
    stage.faults(json!([rule])).await;
    let batches = [stage.plan_ids(KIND, &ids[..1]).await, stage.plan_ids(KIND, &ids[1..2]).await];
    for batch in batches {
        let batch = stage.attempt(batch).await;
        assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
    }
    let migration = stage.migration().await;
    assert_eq!((migration.state, migration.cause), (MigrationState::Halted, Some(FailureCode::TargetAuth)));
}

#[tokio::test]
async fn a_batch_that_makes_the_program_fail_is_not_tried_for_ever() {
    let stage = Stage::with(Settings::default(), |cx| {
        cx.knobs.max_attempts = 2;
        cx.probe = Arc::new(At(StepPoint::PageRead, || panic!("as asked for")));
    })
    .await;
    let ids = stage.ids::<Customer>().await;
    let id = stage.plan_ids(KIND, &ids[..1]).await;
    let batch = stage.attempt(id).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 1));
    stage.clock.pass_ms(10_000);
    assert_eq!(stage.attempt(id).await.state, BatchState::Dead);
    assert_eq!(stage.state().await, MigrationState::Halted);
}

#[tokio::test]
async fn too_many_dead_letters_halt_at_the_pages_end_and_the_batch_goes_on_from_there() {
    let stage = Stage::with(Settings::default(), |cx| cx.knobs.error_budget = 0).await;
    let ids = stage.ids::<Customer>().await;
    let rule = json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "times": 1, "action": {"kind": "status", "status": 400}});
    stage.faults(json!([rule])).await;
    let ids: Vec<_> =
        ids.into_iter().take(5).chain((0..6).map(|gone| SourceId(format!("99999{gone}")))).collect();
    let batch = stage.plan_ids(KIND, &ids).await;
    let batch = stage.attempt(batch).await;
    assert_eq!((batch.state, batch.checkpoint), (BatchState::Ready, Some(10)));
    assert_eq!(stage.migration().await.cause, Some(FailureCode::ErrorBudget));
}

#[tokio::test]
async fn a_job_for_a_batch_that_is_held_is_dropped() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    stage.cx.ledger.claim(batch, "bert", 60_000).await.unwrap().unwrap();
    assert_eq!(stage.attempt(batch).await.state, BatchState::Leased);
    assert_eq!(stage.companies(&ids[0]).await.len(), 0);
}
