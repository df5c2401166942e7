//! Stories of what is nested in a ticket: its files are accounted for with it, whatever becomes of it.

use objects::{ObjectType as _, Ticket};
use protocol::{BatchState, Entry, EntryState, FailureCode, ObjectKind, Outcome, Slice, SourceId, Window};
use serde_json::json;
use simulator::Settings;

use super::stage::Stage;

/// Copies everybody a ticket may belong to.
async fn people(stage: &Stage) {
    for kind in [ObjectKind::Customer, ObjectKind::Contact] {
        let batch = stage.plan(kind, Slice::Whole).await;
        assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    }
}

/// A ticket that has files and belongs to somebody.
async fn ticket_with_files(stage: &Stage) -> SourceId {
    for page in 1.. {
        let page = Ticket::page(&stage.cx.source, &Window::All, page).await.unwrap();
        for row in page.rows.iter().filter(|row| !Ticket::excluded(row, &stage.cx.spec)) {
            if row.customer_id.is_some()
                && !stage.cx.source.atera.attachment_urls(row.id).await.unwrap().is_empty()
            {
                return Ticket::id(row);
            }
        }
        assert!(!page.last, "no ticket has files");
    }
    unreachable!()
}

async fn files(stage: &Stage, ticket: &SourceId) -> Vec<Entry> {
    let prefix = format!("{ticket}/");
    stage.cx.ledger.entries_under(&stage.cx.migration, ObjectKind::Attachment, &prefix).await.unwrap()
}

async fn difference(stage: &Stage, kind: ObjectKind) -> i64 {
    let tallies = stage.cx.ledger.tallies(&stage.cx.migration, stage.migration().await.pass).await.unwrap();
    tallies.get(&kind).map_or(0, protocol::Tally::difference)
}

#[tokio::test]
async fn the_files_of_a_ticket_that_is_put_aside_are_accounted_for() {
    let stage = Stage::with(Settings::default(), |cx| cx.knobs.max_attempts = 1).await;
    people(&stage).await;
    let id = ticket_with_files(&stage).await;
    let rule = json!({"api": "gorgias", "method": "POST", "path": "/api/upload", "action": {"kind": "status", "status": 500}});
    stage.faults(json!([rule])).await;
    let batch = stage.plan_ids(ObjectKind::Ticket, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    assert!(!files(&stage, &id).await.is_empty());
    assert_eq!(difference(&stage, ObjectKind::Attachment).await, 0);
    assert_eq!(difference(&stage, ObjectKind::Ticket).await, 0);

    // Tried again, both are there.
    stage.faults(json!([])).await;
    let only = ledger::Filter { kind: Some(ObjectKind::Ticket), ..ledger::Filter::default() };
    stage.cx.ledger.reopen(&stage.cx.migration, stage.pass(), &only).await.unwrap();
    let batch = stage.plan_ids(ObjectKind::Ticket, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    let created = EntryState::Settled { outcome: Outcome::Created };
    assert_eq!(stage.entry(ObjectKind::Ticket, &id).await.unwrap().state, created);
    assert!(files(&stage, &id).await.iter().any(|file| file.state == created));
}

#[tokio::test]
async fn a_file_that_the_ticket_no_longer_has_is_accounted_for() {
    let stage = Stage::new().await;
    people(&stage).await;
    let id = ticket_with_files(&stage).await;
    let once = SourceId(format!("{id}/once"));
    stage
        .cx
        .ledger
        .note_seen(&stage.cx.migration, stage.pass(), ObjectKind::Attachment, std::slice::from_ref(&once))
        .await
        .unwrap();
    let batch = stage.plan_ids(ObjectKind::Ticket, &[id]).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    let gone = stage.entry(ObjectKind::Attachment, &once).await.unwrap();
    assert_eq!(gone.state, EntryState::Settled { outcome: Outcome::Skipped });
    assert_eq!(gone.cause, Some(FailureCode::SourceGone));
    assert_eq!(difference(&stage, ObjectKind::Attachment).await, 0);
}

#[tokio::test]
async fn a_second_pass_uploads_nothing_and_accounts_for_every_file() {
    let stage = Stage::new().await;
    people(&stage).await;
    let id = ticket_with_files(&stage).await;
    let batch = stage.plan_ids(ObjectKind::Ticket, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    let writes = stage.cx.gorgias.stats().writes;

    stage.cx.ledger.begin_errand(&stage.cx.migration, &protocol::Errand::Move, "flotilla").await.unwrap();
    let batch = stage.plan_ids(ObjectKind::Ticket, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    assert_eq!(stage.cx.gorgias.stats().writes, writes);
    let unchanged = EntryState::Settled { outcome: Outcome::Unchanged };
    assert_eq!(stage.entry(ObjectKind::Ticket, &id).await.unwrap().state, unchanged);
    assert!(files(&stage, &id).await.iter().all(|file| file.state == unchanged));
    assert_eq!(difference(&stage, ObjectKind::Attachment).await, 0);
}

#[tokio::test]
async fn an_upload_that_is_recorded_is_not_made_again() {
    let stage = Stage::new().await;
    people(&stage).await;
    let id = ticket_with_files(&stage).await;
    let rule = json!({"api": "gorgias", "method": "POST", "path": "/api/tickets$", "times": 3, "action": {"kind": "drop"}});
    stage.faults(json!([rule])).await;
    let batch = stage.plan_ids(ObjectKind::Ticket, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Ready);
    let uploaded = |stage: &Stage| stage.cx.gorgias.stats().writes;
    let before = uploaded(&stage);
    stage.clock.pass_ms(10_000);
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    assert_eq!(uploaded(&stage), before + 1, "the ticket alone is written");
    // What the first attempt of the pass uploaded was created in this pass, whoever came after it.
    let created = EntryState::Settled { outcome: Outcome::Created };
    let moved: Vec<Entry> =
        files(&stage, &id).await.into_iter().filter(|file| file.facts.is_some()).collect();
    assert!(!moved.is_empty() && moved.iter().all(|file| file.state == created), "{moved:?}");
}
