//! Stories of the seat cycle in the dossier: what it is planned from, in which order it goes on, and what two people who act at
//! once leave behind.

use std::sync::Arc;

use protocol::{
    MapSpec, MigrationId, TargetId, UnixMs,
    api::PlanSeats,
    facts::{FACTS, Facts, TechnicianFacts, UserFacts},
};
use queue::MemoryQueue;
use serde_json::{Value, json};

use super::fleet::{Fleet, VIEWER, create_acme, steady};
use crate::{
    Error,
    judgement::{SAID, Said},
    seat_desk::{self, SEATS},
};

/// So many active accounts of agents, and one technician without one.
pub(super) fn facts(accounts: i64) -> Value {
    let mut facts = Facts { at: UnixMs(1), ..Facts::default() };
    let user =
        |id| UserFacts { id: TargetId(id), address: None, role: Some("agent".to_owned()), active: true };
    facts.destination.users = (1..=accounts).map(user).collect();
    let (address, role, user) = (Some("a-hash".to_owned()), None, None);
    facts.source.technicians =
        vec![TechnicianFacts { id: "7".into(), address, role, active: true, user, user_active: false }];
    json!(facts)
}

/// The same, looked up at another time.
fn facts_at(accounts: i64, at: UnixMs) -> Value {
    let mut facts = facts(accounts);
    facts["at"] = json!(at);
    facts
}

async fn assessed() -> (Fleet, MigrationId) {
    let (fleet, id) = (Fleet::new().await, MigrationId::new("acme").unwrap());
    fleet.ledger.create(&id, Value::Null).await.unwrap();
    fleet.ledger.put_leaf(&id, FACTS, &facts(2), "played").await.unwrap();
    (fleet, id)
}

fn seats(seats: u64) -> PlanSeats {
    PlanSeats { seats: Some(seats), disable: None }
}

#[tokio::test]
async fn a_cycle_needs_an_assessment_and_the_seats_and_keeps_both_for_the_preflight() {
    let (fleet, spec) = (Fleet::new().await, MapSpec::default());
    let (ledger, id) = (&*fleet.ledger, MigrationId::new("acme").unwrap());
    ledger.create(&id, Value::Null).await.unwrap();
    let planned = seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await;
    assert!(matches!(planned, Err(Error::NotAssessed { .. })), "{planned:?}");
    ledger.put_leaf(&id, FACTS, &facts(2), "played").await.unwrap();
    let planned = seat_desk::plan(ledger, &id, &spec, &PlanSeats::default(), "Ann").await;
    assert!(matches!(planned, Err(Error::SeatsUnsaid { .. })), "{planned:?}");
    assert!(matches!(seat_desk::seats(ledger, &id).await, Err(Error::NoSeatPlan { .. })));
    assert!(matches!(seat_desk::acknowledge(ledger, &id, 1, "Ann").await, Err(Error::NoSeatPlan { .. })));

    let planned = seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await.unwrap();
    assert_eq!((planned.version, planned.next, planned.cycle.steps.len()), (1, Some(1), 4));
    let said: Said =
        serde_json::from_value(ledger.leaf(&id, SAID, None).await.unwrap().unwrap().body).unwrap();
    assert_eq!(said.seats, Some(2), "the pre-flight counts by it too");
    let again = seat_desk::plan(ledger, &id, &spec, &PlanSeats::default(), "Bob").await.unwrap();
    assert_eq!(again, planned, "the same plan is no new version");
    let more = seat_desk::plan(ledger, &id, &spec, &seats(3), "Ann").await.unwrap();
    assert_eq!((more.version, more.cycle.steps.len()), (2, 0), "{}", more.says);
}

#[tokio::test]
async fn a_cycle_under_way_is_planned_anew_from_younger_facts_alone_and_still_gives_back() {
    let (fleet, id) = assessed().await;
    let (ledger, spec) = (&*fleet.ledger, MapSpec::default());
    seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await.unwrap();
    let done = seat_desk::acknowledge(ledger, &id, 1, "Ann").await.unwrap();
    assert_eq!((done.version, done.in_use, done.next), (2, 1, Some(2)));
    let again = seat_desk::acknowledge(ledger, &id, 1, "Bob").await.unwrap();
    assert_eq!(again, done, "again is nothing: no version, no other name");
    let refused = seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await.unwrap_err();
    assert!(
        matches!(refused, Error::SeatFactsOld { open: true, .. }) && refused.to_string().contains("next")
    );

    // Looked at again: the account is disabled, somebody else has the technician's place to wait for.
    let at = ledger.leaf(&id, SEATS, None).await.unwrap().unwrap().at;
    ledger.put_leaf(&id, FACTS, &facts_at(1, at), "played").await.unwrap();
    assert!(seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await.is_err(), "of the same moment");
    let mut younger: Facts = serde_json::from_value(facts_at(2, at.plus_ms(1))).unwrap();
    younger.destination.users[0].active = false;
    ledger.put_leaf(&id, FACTS, &json!(younger), "played").await.unwrap();
    let anew = seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await.unwrap();
    let deeds: Vec<String> = anew.cycle.steps.iter().map(|step| step.deed.to_string()).collect();
    assert_eq!(
        deeds,
        ["bring in technician 7", "disable the account of technician 7", "enable account 1 again"]
    );
}

#[tokio::test]
async fn of_two_people_who_acknowledge_at_once_nobody_takes_the_others_word_away() {
    let (fleet, id) = assessed().await;
    let (ledger, spec) = (&*fleet.ledger, MapSpec::default());
    let steps = seat_desk::plan(ledger, &id, &spec, &seats(2), "Ann").await.unwrap().cycle.steps.len();
    let mut step = 1;
    while step <= steps {
        let both = ["Ann", "Bob"].map(|by| seat_desk::acknowledge(ledger, &id, step, by));
        let [ann, bob] = both;
        let (ann, bob) = tokio::join!(ann, bob);
        for ended in [ann, bob] {
            match ended {
                Ok(standing) => assert!(standing.cycle.steps[step - 1].by.is_some()),
                Err(error) => assert!(matches!(error, Error::SeatsMoved { .. }), "{error}"),
            }
        }
        step += 1;
    }
    let standing = seat_desk::seats(ledger, &id).await.unwrap();
    assert_eq!((standing.next, standing.in_use, standing.version), (None, 2, steps as u32 + 1));
}

#[tokio::test]
async fn the_api_refuses_a_step_out_of_order_and_a_viewer_s_word() {
    let fleet = Fleet::new().await;
    let service = fleet.service("one", Arc::new(MemoryQueue::new()));
    let client = fleet.client(&service, Ok(steady())).await;
    create_acme(&client).await;
    let id = MigrationId::new("acme").unwrap();
    let (place, word) = ("/v1/migrations/acme/seats", json!({ "by": "Ruth" }));
    client.post(place, &json!({ "seats": 2 })).await.is(409);
    fleet.ledger.put_leaf(&id, FACTS, &facts(2), "played").await.unwrap();
    client.with(VIEWER).post(place, &json!({ "seats": 2 })).await.is(403);
    client.post(place, &json!({ "seats": 2 })).await.is(200);
    client.with(VIEWER).post(&format!("{place}/1"), &word).await.is(403);
    let refused = client.post(&format!("{place}/3"), &word).await.is(409).json();
    assert_eq!(refused["type"], "urn:flotilla:out_of_order");
    assert!(refused["detail"].as_str().unwrap().contains("step 1 is to be done"), "{refused}");
    for step in 1..=4 {
        client.post(&format!("{place}/{step}"), &word).await.is(200);
    }
    let seen = client.with(VIEWER).get(place).await.is(200).json();
    assert_eq!((&seen["next"], &seen["steps"][3]["by"]), (&Value::Null, &json!("Ruth")));
}
