//! The plan: batches are added once, read in order, and counted by step.

use protocol::{
    BatchState, FailureCode, NewBatch, ObjectKind, Pass, Slice, SourceId, Step, UnixMs, api::StepProgress,
};

use super::{
    on_every_backend,
    stage::{Stage, TTL_MS, pages, rejected, ticket},
};
use crate::{Error, Filter};

on_every_backend! {
    an_equal_batch_is_not_added_twice,
    named_records_may_be_planned_again_after_a_human_looked,
    progress_follows_the_plan_and_the_clock,
    ready_batches_come_lowest_first_and_bounded,
    a_checkpoint_is_there_for_the_next_holder,
    a_dead_batch_is_revived_without_its_attempts,
    who_waits_for_agents_is_due_at_once_when_an_operator_runs_again,
    another_pass_is_refused,
}

fn named(ids: &[i64]) -> NewBatch {
    let ids = ids.iter().copied().map(SourceId::from).collect();
    NewBatch { step: Step::Copy, kind: ObjectKind::Ticket, slice: Slice::Ids { ids } }
}

async fn an_equal_batch_is_not_added_twice(stage: Stage) {
    let verify = NewBatch { step: Step::Verify, ..pages(1, 2) };
    let customers = NewBatch { kind: ObjectKind::Customer, ..pages(1, 2) };
    let plan = [pages(1, 2), pages(3, 4), verify, customers, pages(1, 2)];
    let first = stage.ledger.add_batches(&stage.id, Pass(1), &plan).await.unwrap();
    assert_eq!(first[4], first[0]);
    assert_eq!(stage.ledger.add_batches(&stage.id, Pass(1), &plan).await.unwrap(), first);
    let batches = stage.ledger.batches(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(batches.len(), 4);
    assert!(batches.is_sorted_by_key(|batch| batch.id));
    assert_eq!(batches[1].slice, plan[1].slice);
    stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap();
    let second = stage.ledger.add_batches(&stage.id, Pass(2), &plan[..1]).await.unwrap();
    assert!(!first.contains(&second[0]), "another pass has its own plan");
}

async fn named_records_may_be_planned_again_after_a_human_looked(stage: Stage) {
    let mut known = Vec::new();
    for look in 0..3 {
        let batch = stage.plan(Pass(1), named(&[1])).await;
        assert!(!known.contains(&batch));
        known.push(batch);
        let lease = stage.ledger.claim(batch, "anna", TTL_MS).await.unwrap().unwrap();
        stage.commit(&lease, &rejected(&ticket(1), FailureCode::BadValue)).await;
        stage.ledger.finish(&lease).await.unwrap();
        assert_eq!(stage.plan(Pass(1), named(&[1])).await, batch, "until then it is the same batch");
        if look == 0 {
            stage.ledger.reopen(&stage.id, Pass(1), &Filter::default()).await.unwrap();
        } else {
            stage.ledger.revive(&stage.id, Pass(1)).await.unwrap();
        }
    }
    let listing = stage.plan(Pass(1), pages(1, 2)).await;
    let lease = stage.ledger.claim(listing, "anna", TTL_MS).await.unwrap().unwrap();
    stage.ledger.finish(&lease).await.unwrap();
    stage.ledger.revive(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(stage.plan(Pass(1), pages(1, 2)).await, listing, "a listing that is done stays done");
}

async fn progress_follows_the_plan_and_the_clock(stage: Stage) {
    for page in 1..=4 {
        stage.plan(Pass(1), pages(page, page)).await;
    }
    stage.plan(Pass(1), NewBatch { kind: ObjectKind::Customer, ..pages(1, 1) }).await;
    let ready = stage.ledger.ready(&stage.id, Pass(1), 10).await.unwrap();
    let mut leases = Vec::new();
    for batch in &ready[..3] {
        leases.push(stage.ledger.claim(batch.id, "anna", TTL_MS).await.unwrap().unwrap());
    }
    stage.ledger.finish(&leases[0]).await.unwrap();
    stage.ledger.bury(&leases[1], FailureCode::SourceUnavailable, "GET /tickets 503").await.unwrap();
    let row = |done, leased, ready, dead| {
        let (step, kind) = (Step::Copy, ObjectKind::Ticket);
        StepProgress { step, kind, done, leased, ready, dead }
    };
    let progress = stage.ledger.progress(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(progress[0], row(1, 1, 1, 1));
    assert_eq!((progress.len(), progress[1].kind), (2, ObjectKind::Customer));
    stage.clock.pass_ms(TTL_MS.cast_signed());
    assert_eq!(stage.ledger.progress(&stage.id, Pass(1)).await.unwrap()[0], row(1, 0, 2, 1));
    let ended = stage.ledger.batch(leases[2].batch.id).await.unwrap().unwrap();
    assert_eq!(ended.state, BatchState::Ready, "an ended lease reads as ready");
}

async fn ready_batches_come_lowest_first_and_bounded(stage: Stage) {
    for page in 1..=6 {
        stage.plan(Pass(1), pages(page, page)).await;
    }
    let all = stage.ledger.ready(&stage.id, Pass(1), 100).await.unwrap();
    assert!(all.len() == 6 && all.is_sorted_by_key(|batch| batch.id));
    stage.ledger.claim(all[0].id, "anna", TTL_MS).await.unwrap().unwrap();
    let some = stage.ledger.ready(&stage.id, Pass(1), 2).await.unwrap();
    assert_eq!(some, all[1..3]);
    stage.clock.pass_ms(TTL_MS.cast_signed());
    let again = stage.ledger.ready(&stage.id, Pass(1), 1).await.unwrap();
    assert_eq!(again[0].id, all[0].id, "a batch whose lease has ended is ready again");
}

async fn a_checkpoint_is_there_for_the_next_holder(stage: Stage) {
    let lease = stage.lease().await;
    assert_eq!(lease.batch.checkpoint, None);
    stage.ledger.checkpoint(&lease, 3).await.unwrap();
    stage.ledger.release(&lease, false, UnixMs(0), None).await.unwrap();
    let next = stage.ledger.claim(lease.batch.id, "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!(next.batch.checkpoint, Some(3));
}

async fn a_dead_batch_is_revived_without_its_attempts(stage: Stage) {
    let lease = stage.lease().await;
    let batch = lease.batch.id;
    let due = UnixMs(lease.until.0 * 2);
    stage.ledger.release(&lease, true, UnixMs(0), Some(FailureCode::SourceUnavailable)).await.unwrap();
    let lease = stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!(lease.batch.attempts, 1);
    stage.ledger.bury(&lease, FailureCode::SourceUnavailable, "GET /tickets 503").await.unwrap();
    let troubles = stage.ledger.troubles(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(
        (troubles[0].batch.state, troubles[0].detail.as_str()),
        (BatchState::Dead, "GET /tickets 503")
    );
    stage.clock.pass_ms(due.0);
    assert!(stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().is_none());
    assert_eq!(stage.ledger.revive(&stage.id, Pass(1)).await.unwrap(), 1);
    assert!(stage.ledger.troubles(&stage.id, Pass(1)).await.unwrap().is_empty());
    let lease = stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!(lease.batch.attempts, 0);
}

async fn who_waits_for_agents_is_due_at_once_when_an_operator_runs_again(stage: Stage) {
    for (cause, due) in [(FailureCode::AgentsAwaited, true), (FailureCode::SourceUnavailable, false)] {
        let lease = stage.lease().await;
        let (batch, later) = (lease.batch.id, UnixMs(lease.until.0 * 2));
        stage.ledger.release(&lease, false, later, Some(cause)).await.unwrap();
        assert!(stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap().is_none());
        assert_eq!(stage.ledger.revive(&stage.id, Pass(1)).await.unwrap(), u64::from(due), "{cause}");
        let claimed = stage.ledger.claim(batch, "bert", TTL_MS).await.unwrap();
        assert_eq!(claimed.is_some(), due, "{cause}: a backoff is kept");
        if let Some(lease) = claimed {
            stage.ledger.finish(&lease).await.unwrap();
        }
    }
}

async fn another_pass_is_refused(stage: Stage) {
    let answer = stage.ledger.add_batches(&stage.id, Pass(2), &[pages(1, 1)]).await;
    assert!(matches!(answer, Err(Error::WrongPass { asked: 2, current: 1, .. })));
    assert!(stage.ledger.claim(protocol::BatchId(999), "anna", TTL_MS).await.unwrap().is_none());
    assert!(stage.ledger.batch(protocol::BatchId(999)).await.unwrap().is_none());
}
