//! Stories of whole runs: what the dispatcher does with what the ledger says.

use protocol::{FailureCode, MapSpec, MigrationState, ObjectKind, Outcome, SourceId, Step};

use super::stage::{Habits, Stage};
use crate::Ended;

const PARENTS_FIRST: [ObjectKind; 3] = [ObjectKind::Customer, ObjectKind::Contact, ObjectKind::Ticket];

#[tokio::test]
async fn a_run_ends_ready_and_no_child_is_copied_before_its_parents_are_verified() {
    let stage = Stage::new().await;
    let (ended, done) = stage.run(Habits::default()).await;
    assert_eq!(ended, Ended::Ready);
    let at = |step, kind| done.iter().position(|one| *one == (step, kind)).unwrap();
    for pair in PARENTS_FIRST.windows(2) {
        assert!(at(Step::Verify, pair[0]) < at(Step::Copy, pair[1]), "{done:?}");
    }
    assert!(crate::reconcile(&*stage.ledger, &stage.migration().await).await.unwrap().closes());
}

#[tokio::test]
async fn a_job_the_queue_lost_is_pushed_again() {
    let stage = Stage::new().await;
    let (ended, _) = stage.run(Habits { loses: 3, ..Habits::default() }).await;
    assert_eq!(ended, Ended::Ready);
}

#[tokio::test]
async fn a_record_the_listing_did_not_show_is_looked_for_by_id() {
    let stage = Stage::new().await;
    let overlooks = vec![SourceId::from("2")];
    let (ended, _) = stage.run(Habits { overlooks, ..Habits::default() }).await;
    assert_eq!(ended, Ended::Ready);
    assert_eq!(stage.outcome(ObjectKind::Ticket, "2").await, Some(Outcome::Created));
}

#[tokio::test]
async fn a_record_nobody_accounts_for_halts_and_is_listed() {
    let stage = Stage::new().await;
    let forgets = vec![SourceId::from("2")];
    let (ended, _) = stage.run(Habits { forgets, ..Habits::default() }).await;
    assert_eq!(ended, Ended::Halted(FailureCode::SourceIncomplete));
    let report = crate::reconcile(&*stage.ledger, &stage.migration().await).await.unwrap();
    assert!(!report.closes());
    assert_eq!(report.records[&ObjectKind::Ticket].difference, 1);
    let listed: Vec<_> = report.unaccounted.iter().map(|key| (key.kind, key.id.0.as_str())).collect();
    assert_eq!(listed, [(ObjectKind::Ticket, "2")]);
}

#[tokio::test]
async fn a_record_tried_again_after_the_end_lands_and_the_run_ends_ready() {
    let stage = Stage::new().await;
    let fails = vec![SourceId::from("2")];
    let (ended, _) = stage.run(Habits { fails, ..Habits::default() }).await;
    assert_eq!(ended, Ended::Ready);
    let migration = stage.migration().await;
    let keys = stage.ledger.reopen(&migration.id, migration.pass, &ledger::Filter::default()).await.unwrap();
    assert_eq!(keys.len(), 1);
    let again = MigrationState::Running;
    stage.ledger.transition(&migration.id, again, None, "operator", "try again").await.unwrap();
    let (ended, done) = stage.run(Habits::default()).await;
    assert_eq!(ended, Ended::Ready);
    assert_eq!(done, [(Step::Copy, ObjectKind::Ticket), (Step::Verify, ObjectKind::Ticket)]);
    assert_eq!(stage.outcome(ObjectKind::Ticket, "2").await, Some(Outcome::Created));
}

#[tokio::test]
async fn a_halted_run_goes_on_where_it_was_when_it_is_run_again() {
    let stage = Stage::new().await;
    let forgets = vec![SourceId::from("2")];
    stage.run(Habits { forgets, ..Habits::default() }).await;
    let (ended, done) = stage.run(Habits::default()).await;
    assert_eq!(ended, Ended::Ready);
    assert!(done.iter().all(|(_, kind)| *kind == ObjectKind::Ticket), "{done:?}");
}

#[tokio::test]
async fn nothing_is_copied_while_the_map_has_a_problem() {
    let mut stage = Stage::new().await;
    stage.spec = MapSpec { fallback_agent: None, ..stage.spec };
    let (ended, done) = stage.run(Habits::default()).await;
    assert_eq!(ended, Ended::Halted(FailureCode::NoFallback));
    assert!(done.iter().all(|(step, _)| *step == Step::Survey), "{done:?}");
    assert_eq!(stage.migration().await.map_hash, None);
}

#[tokio::test]
async fn a_failed_record_is_accounted_for_and_ends_ready() {
    let stage = Stage::new().await;
    let (ended, _) = stage.run(Habits { fails: vec![SourceId::from("2")], ..Habits::default() }).await;
    assert_eq!(ended, Ended::Ready);
    let report = crate::reconcile(&*stage.ledger, &stage.migration().await).await.unwrap();
    assert_eq!(report.causes[&FailureCode::TargetRejected], 1);
}

#[tokio::test]
async fn a_paused_migration_is_left_alone() {
    let stage = Stage::new().await;
    stage.run(Habits::default()).await;
    let spec = &stage.spec;
    crate::start(&*stage.ledger, &stage.id, spec, &stage.signature()).await.unwrap();
    stage.ledger.transition(&stage.id, MigrationState::Paused, None, "Ruth", "lunch").await.unwrap();
    let (ended, done) = stage.dispatch(Habits::default()).await;
    assert_eq!((ended, done.len()), (Ended::Stopped, 0));
}

#[tokio::test]
async fn a_nested_record_nobody_accounts_for_halts_at_the_end() {
    let stage = Stage::new().await;
    let started = crate::start(&*stage.ledger, &stage.id, &stage.spec, &stage.signature()).await.unwrap();
    let (pass, file) = (started.migration.pass, [SourceId::from("1/file")]);
    stage.ledger.note_seen(&stage.id, pass, ObjectKind::Attachment, &file).await.unwrap();
    let (ended, _) = stage.dispatch(Habits::default()).await;
    assert_eq!(ended, Ended::Halted(FailureCode::SourceIncomplete));
    let report = crate::reconcile(&*stage.ledger, &stage.migration().await).await.unwrap();
    assert_eq!(report.records[&ObjectKind::Attachment].difference, 1);
}
