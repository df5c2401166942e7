//! Stories of doubt: a write that may have happened is looked for until it must show, and never doubled.

use objects::{Customer, ObjectType as _};
use protocol::{BatchState, EntryState, Fingerprint, Key, ObjectKind, Outcome};
use serde_json::json;
use simulator::Settings;

use super::stage::Stage;

const KIND: ObjectKind = ObjectKind::Customer;

#[tokio::test]
async fn a_request_that_left_long_after_its_intent_is_not_made_twice() {
    let lag = Settings { external_id_lag_ms: 300, ..Settings::default() };
    let stage = Stage::with(lag, |cx| cx.knobs.doubt.look_at_ages_ms = vec![50, 2_000]).await;
    let id = stage.ids::<Customer>().await.remove(0);
    let batch = stage.plan_ids(KIND, std::slice::from_ref(&id)).await;
    // A worker means to write, waits long for its permit, writes, and is killed.
    let lease = stage.cx.ledger.claim(batch, "killed", 60_000).await.unwrap().unwrap();
    let key = Key { kind: KIND, id: id.clone() };
    stage.cx.ledger.intend(&lease, &key, Fingerprint::of(b"company")).await.unwrap();
    stage.clock.pass_ms(40_000);
    let external = Customer::external_id(&stage.cx.spec, &id).unwrap();
    let written = stage.cx.gorgias.create_customer(&gorgias::NewCustomer::new(&external)).await.unwrap();
    stage.cx.ledger.expire_leases_of_the_dead().await.unwrap();

    let done = stage.attempt(batch).await;

    assert_eq!(done.state, BatchState::Done);
    assert_eq!(stage.entry(KIND, &id).await.unwrap().target.unwrap().0, written);
    stage.admin("PUT", "settings", json!({"external_id_lag_ms": 0})).await;
    assert_eq!(stage.companies(&id).await, [written]);
}

#[tokio::test]
async fn each_further_try_says_afresh_when_it_was_meant() {
    let stage = Stage::new().await;
    let id = stage.ids::<Customer>().await.remove(0);
    let batch = stage.plan_ids(KIND, std::slice::from_ref(&id)).await;
    let rule = |times: u64, skip: u64, action| json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "times": times, "skip": skip, "action": action});
    stage
        .faults(json!([
            rule(1, 0, json!({"kind": "drop"})),
            rule(1, 0, json!({"kind": "slow", "ms": 60_000})),
        ]))
        .await;
    let (handler, job) = (stage.handler(), stage.job(batch).await);
    let attempt = tokio::spawn(async move { queue::Handler::handle(&handler, job).await });
    let wanted = json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "count": 2, "stage": "arrived"});
    stage.admin("POST", "events/wait", wanted).await;
    attempt.abort();

    let entry = stage.entry(KIND, &id).await.unwrap();
    let EntryState::Intended { at: first } = entry.state else { panic!("{entry:?}") };
    assert!(entry.at > first, "the second request has no intent of its own: {entry:?}");
}

#[tokio::test]
async fn what_holds_the_address_is_ours_if_it_says_so() {
    // Hidden from the look by external id for longer than anybody waits, but found by its address.
    let lag = Settings { external_id_lag_ms: 600_000, ..Settings::default() };
    let stage = Stage::with(lag, |_| {}).await;
    let customers = stage.plan(ObjectKind::Customer, protocol::Slice::Whole).await;
    stage.attempt(customers).await;
    let page = objects::Contact::page(&stage.cx.source, &protocol::Window::All, 1).await.unwrap();
    let row = page.rows.iter().find(|row| row.email.is_some() && row.customer_id.is_some()).unwrap();
    let id = objects::Contact::id(row);
    let rule = json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "times": 1, "action": {"kind": "applied_then_status", "status": 502}});
    stage.faults(json!([rule])).await;

    let batch = stage.plan_ids(ObjectKind::Contact, std::slice::from_ref(&id)).await;
    stage.attempt(batch).await;

    let entry = stage.entry(ObjectKind::Contact, &id).await.unwrap();
    assert_eq!(entry.state, EntryState::Settled { outcome: Outcome::Created });
}

#[tokio::test]
async fn a_stop_ends_the_wait_and_spends_no_attempt() {
    let stage = Stage::with(Settings::default(), |cx| {
        cx.knobs.doubt.look_at_ages_ms = vec![600_000];
    })
    .await;
    let id = stage.ids::<Customer>().await.remove(0);
    stage.refuse_customers(None).await;
    let batch = stage.plan_ids(KIND, &[id]).await;
    let (handler, job) = (stage.handler(), stage.job(batch).await);
    let attempt = tokio::spawn(async move { queue::Handler::handle(&handler, job).await });
    let wanted = json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "count": 1});
    stage.admin("POST", "events/wait", wanted).await;
    stage.cx.stop.cancel();
    attempt.await.unwrap();

    let batch = stage.batch(batch).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
}

#[tokio::test]
async fn a_look_that_is_refused_settles_no_doubt() {
    let stage = Stage::with(Settings::default(), |cx| cx.knobs.max_attempts = 1).await;
    let id = stage.ids::<Customer>().await.remove(0);
    let rule = |method: &str, action| json!({"api": "gorgias", "method": method, "path": "/api/customers$", "action": action});
    let rules = [
        rule("POST", json!({"kind": "applied_then_timeout"})),
        rule("GET", json!({"kind": "status", "status": 400})),
    ];
    stage.faults(json!(rules)).await;
    let batch = stage.plan_ids(KIND, std::slice::from_ref(&id)).await;
    stage.attempt(batch).await;
    let entry = stage.entry(KIND, &id).await.unwrap();
    assert!(matches!(entry.state, EntryState::Intended { .. }), "{entry:?}");

    // Once looking is possible again, what was written is found.
    stage.faults(json!([])).await;
    stage.cx.ledger.revive(&stage.cx.migration, stage.pass()).await.unwrap();
    stage.resume().await;
    stage.attempt(batch).await;
    assert_eq!(
        stage.entry(KIND, &id).await.unwrap().state,
        EntryState::Settled { outcome: Outcome::Created }
    );
    assert_eq!(stage.companies(&id).await.len(), 1);
}
