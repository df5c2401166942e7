//! Stories of poison: a record that fails whatever is done is put aside, and a fault that is everybody's is not held
//! against single records.

use objects::{Contact, Customer, ObjectType as _, Ticket};
use protocol::{BatchState, EntryState, FailureCode, MigrationState, ObjectKind, Outcome, SourceId};
use serde_json::json;
use simulator::Settings;

use super::stage::Stage;

const KIND: ObjectKind = ObjectKind::Customer;

async fn last_attempt_stage() -> Stage {
    Stage::with(Settings::default(), |cx| cx.knobs.max_attempts = 1).await
}

async fn outcome(stage: &Stage, kind: ObjectKind, id: &SourceId) -> (Option<Outcome>, Option<FailureCode>) {
    let entry = stage.entry(kind, id).await.unwrap();
    match entry.state {
        EntryState::Settled { outcome } => (Some(outcome), entry.cause),
        _ => (None, entry.cause),
    }
}

#[tokio::test]
async fn a_record_that_fails_at_every_attempt_is_put_aside_and_the_rest_goes_on() {
    let stage = last_attempt_stage().await;
    let ids = stage.ids::<Customer>().await[..3].to_vec();
    let poison = Customer::external_id(&stage.cx.spec, &ids[0]).unwrap();
    stage.refuse_customers(Some(&format!("\"{poison}\""))).await;

    let batch = stage.plan_ids(KIND, &ids).await;
    let batch = stage.attempt(batch).await;

    assert_eq!(batch.state, BatchState::Done);
    let failed = (Some(Outcome::Failed), Some(FailureCode::TargetUncertain));
    assert_eq!(outcome(&stage, KIND, &ids[0]).await, failed);
    for id in &ids[1..] {
        assert_eq!(outcome(&stage, KIND, id).await.0, Some(Outcome::Created));
    }
    assert_ne!(stage.state().await, MigrationState::Halted);
}

#[tokio::test]
async fn an_earlier_attempt_puts_nobody_aside() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Customer>().await[..2].to_vec();
    let poison = Customer::external_id(&stage.cx.spec, &ids[0]).unwrap();
    stage.refuse_customers(Some(&format!("\"{poison}\""))).await;
    let batch = stage.plan_ids(KIND, &ids).await;
    let batch = stage.attempt(batch).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 1));
    assert_eq!(outcome(&stage, KIND, &ids[0]).await.0, None);
}

#[tokio::test]
async fn an_outage_halts_and_is_held_against_no_record() {
    let stage = last_attempt_stage().await;
    let ids = stage.ids::<Customer>().await[..6].to_vec();
    stage.refuse_customers(None).await;

    let batch = stage.plan_ids(KIND, &ids).await;
    let batch = stage.attempt(batch).await;

    assert_eq!(batch.state, BatchState::Dead);
    let migration = stage.migration().await;
    assert_eq!(
        (migration.state, migration.cause),
        (MigrationState::Halted, Some(FailureCode::TargetUncertain))
    );
    let letters =
        stage.cx.ledger.dead_letters(&stage.cx.migration, &ledger::Filter::default(), None, 10).await;
    assert_eq!(letters.unwrap(), []);
}

#[tokio::test]
async fn a_refused_second_half_is_kept_with_its_id_and_gone_on_with() {
    let stage = Stage::new().await;
    let id = stage.ids::<Customer>().await.remove(0);
    let refusal = json!({"kind": "status", "status": 400});
    let rule = json!({"api": "gorgias", "method": "PUT", "path": "/api/customers/", "action": refusal});
    stage.faults(json!([rule])).await;
    let batch = stage.plan_ids(KIND, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    let rejected = (Some(Outcome::Failed), Some(FailureCode::TargetRejected));
    assert_eq!(outcome(&stage, KIND, &id).await, rejected);
    assert_ne!(stage.state().await, MigrationState::Halted);

    // The operator mends the cause and has it tried again.
    stage.faults(json!([])).await;
    stage.cx.ledger.reopen(&stage.cx.migration, stage.pass(), &ledger::Filter::default()).await.unwrap();
    let batch = stage.plan_ids(KIND, std::slice::from_ref(&id)).await;
    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    assert_eq!(outcome(&stage, KIND, &id).await, (Some(Outcome::Created), None));
    assert_eq!(stage.companies(&id).await.len(), 1);
}

#[tokio::test]
async fn a_record_that_goes_away_while_it_is_read_is_skipped() {
    let stage = Stage::new().await;
    let ids = stage.ids::<Ticket>().await;
    let not_found = json!({"kind": "status", "status": 404});
    let gone =
        |path: String, skip: u64| json!({"api": "atera", "path": path, "skip": skip, "action": not_found});
    // The first look at the ticket itself still shows it.
    let rules = [
        gone(format!("/api/v3/tickets/{}/comments", ids[0]), 0),
        gone(format!("/api/v3/tickets/{}$", ids[0]), 1),
    ];
    stage.faults(json!(rules)).await;
    let batch = stage.plan_ids(ObjectKind::Ticket, &ids[..1]).await;

    assert_eq!(stage.attempt(batch).await.state, BatchState::Done);
    let gone = (Some(Outcome::Skipped), Some(FailureCode::SourceGone));
    assert_eq!(outcome(&stage, ObjectKind::Ticket, &ids[0]).await, gone);
    assert_ne!(stage.state().await, MigrationState::Halted);
}

#[tokio::test]
async fn a_record_whose_parts_alone_are_missing_is_never_skipped_in_silence() {
    let stage = last_attempt_stage().await;
    let ids = stage.ids::<Ticket>().await;
    let rule = json!({"api": "atera", "path": "/api/v3/tickets/*/comments", "action": {"kind": "status", "status": 404}});
    stage.faults(json!([rule])).await;
    let batch = stage.plan_ids(ObjectKind::Ticket, &ids[..1]).await;
    stage.attempt(batch).await;
    let failed = (Some(Outcome::Failed), Some(FailureCode::SourceMalformed));
    assert_eq!(outcome(&stage, ObjectKind::Ticket, &ids[0]).await, failed);
}

#[tokio::test]
async fn a_second_record_of_ours_is_never_adopted() {
    let stage = Stage::new().await;
    let customers = stage.plan(KIND, protocol::Slice::Whole).await;
    stage.attempt(customers).await;
    let page = Contact::page(&stage.cx.source, &protocol::Window::All, 1).await.unwrap();
    let row = page.rows.iter().find(|row| row.email.is_some() && row.customer_id.is_some()).unwrap();
    let id = Contact::id(row);
    let external = Contact::external_id(&stage.cx.spec, &id).unwrap();
    for _ in 0..2 {
        stage.cx.gorgias.create_customer(&gorgias::NewCustomer::new(&external)).await.unwrap();
    }
    let rule = json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "action": {"kind": "status", "status": 409}});
    stage.faults(json!([rule])).await;
    let batch = stage.plan_ids(ObjectKind::Contact, &[id]).await;
    stage.attempt(batch).await;
    let migration = stage.migration().await;
    assert_eq!(
        (migration.state, migration.cause),
        (MigrationState::Halted, Some(FailureCode::TargetDuplicate))
    );
}
