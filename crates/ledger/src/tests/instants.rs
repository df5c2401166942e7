//! A kill between any two statements: a child makes every kind of write and is killed at its n-th statement, for every n.
//! Whatever it had come to, the counts are those of the entries, and a dead letter lies where one must and nowhere else.

#![cfg(target_os = "linux")]

use std::{collections::BTreeMap, path::Path, sync::Arc};

use protocol::{
    EntryState, FailureCode, Key, MigrationId, ObjectKind, Outcome, Pass, SourceId, Tally, TargetId,
};

use super::{
    child::{self, orders, say},
    deaths,
    stage::{HandClock, Stage, TTL_MS, failed, open, pages, print, rejected, ticket},
};
use crate::{Commit, Filter, Ledger};

const TICKET: ObjectKind = ObjectKind::Ticket;

/// The child. Orders: place, migration, statements it may begin.
#[tokio::test]
#[ignore = "started by the tests below"]
async fn a_child_that_dies_at_a_statement() {
    let orders = orders();
    let [place, id, statements] = orders.split(' ').collect::<Vec<_>>()[..] else { return };
    let (ledger, id) = (child::ledger_at(place).await, MigrationId::new(id).unwrap());
    say("there");
    deaths::die_after(statements.parse().unwrap());
    every_kind_of_write(&*ledger, &id).await;
    deaths::die_after(-1);
    say("done");
}

async fn every_kind_of_write(ledger: &dyn Ledger, id: &MigrationId) {
    let batch = ledger.ready(id, Pass(1), 1).await.unwrap()[0].id;
    let lease = ledger.claim(batch, "child", TTL_MS).await.unwrap().unwrap();
    let ids: Vec<SourceId> = (1..=4).map(SourceId::from).collect();
    ledger.note_seen(id, Pass(1), TICKET, &ids).await.unwrap();
    ledger.intend(&lease, &ticket(7), print("a")).await.unwrap();
    ledger.commit(&lease, &Commit::landed(ticket(7), Outcome::Created, TargetId(7))).await.unwrap();
    ledger.commit(&lease, &rejected(&ticket(2), FailureCode::BadValue)).await.unwrap();
    ledger.dead_letter(&lease, &failed(&ticket(3), FailureCode::TargetConflict), "409").await.unwrap();
    ledger.commit(&lease, &Commit::landed(ticket(3), Outcome::Adopted, TargetId(3))).await.unwrap();
    ledger.reopen(id, Pass(1), &Filter::default()).await.unwrap();
    ledger.checkpoint(&lease, 2).await.unwrap();
    ledger.finish(&lease).await.unwrap();
    ledger.begin_errand(id, &protocol::Errand::Move, "flotilla").await.unwrap();
    let batch = ledger.add_batches(id, Pass(2), &[pages(1, 1)]).await.unwrap()[0];
    let lease = ledger.claim(batch, "child", TTL_MS).await.unwrap().unwrap();
    ledger.note_seen(id, Pass(2), TICKET, &ids).await.unwrap();
    ledger.intend(&lease, &ticket(7), print("a")).await.unwrap();
}

/// What stands in the ledger agrees with itself.
async fn agrees(ledger: &dyn Ledger, id: &MigrationId, when: &str) {
    let pass = ledger.migration(id).await.unwrap().unwrap().pass;
    let (mut tally, mut causes, mut letters) = (Tally::default(), BTreeMap::new(), Vec::new());
    let mut open = 0;
    for entry in ledger.entries_under(id, TICKET, "").await.unwrap() {
        let settled = match entry.state {
            EntryState::Settled { outcome } => Some(outcome),
            _ => None,
        };
        if matches!(settled, Some(Outcome::Rejected | Outcome::Failed)) {
            letters.push(entry.key.clone());
        }
        if entry.pass != pass {
            continue;
        }
        tally.source += 1;
        open += i64::from(settled.is_none());
        if let Some(outcome) = settled {
            *tally.of_mut(outcome) += 1;
            if let Some(cause) = entry.cause {
                *causes.entry(cause).or_insert(0) += 1;
            }
        }
    }
    let counted = ledger.tallies(id, pass).await.unwrap().get(&TICKET).copied().unwrap_or_default();
    assert_eq!((counted, counted.difference()), (tally, open), "{when}");
    assert_eq!(ledger.causes(id, pass).await.unwrap(), causes, "{when}");
    let lying = ledger.dead_letters(id, &Filter::default(), None, 100).await.unwrap();
    let lying: Vec<Key> = lying.into_iter().map(|letter| letter.key).collect();
    assert_eq!(lying, letters, "{when}");
    let unaccounted = ledger.unaccounted(id, pass, TICKET, 100).await.unwrap();
    assert_eq!(i64::try_from(unaccounted.len()).unwrap(), open, "{when}");
    assert!(ledger.audit_holds(id).await.unwrap(), "{when}");
}

/// Kills the child at every statement it makes in the ledger at `place`. `beside`: a ledger that may stay open meanwhile;
/// a file is opened for each look and closed again.
async fn killed_at_every_statement(place: &str, beside: Option<Arc<dyn Ledger>>) {
    for statements in 0..400 {
        let id = MigrationId::new(format!("m{statements}")).unwrap();
        look(place, beside.as_deref(), async |ledger| {
            ledger.create(&id, serde_json::Value::Null).await.unwrap();
            ledger.begin_errand(&id, &protocol::Errand::Move, "flotilla").await.unwrap();
            ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap();
        })
        .await;
        let orders = format!("{place} {id} {statements}");
        let child = child::start("tests::instants::a_child_that_dies_at_a_statement", &orders);
        let said = child.says_until_it_ends();
        assert_eq!(said.first().map(String::as_str), Some("there"), "it died before its first statement");
        let when = format!("killed at statement {statements}");
        look(place, beside.as_deref(), async |ledger| agrees(ledger, &id, &when).await).await;
        if said.len() > 1 {
            println!("killed at each of {statements} statements");
            assert!(statements > 40, "the child died {statements} times only");
            return;
        }
    }
    panic!("the child never came to its end");
}

async fn look(place: &str, beside: Option<&dyn Ledger>, at: impl AsyncFnOnce(&dyn Ledger)) {
    if let Some(ledger) = beside {
        return at(ledger).await;
    }
    let ledger = open(Path::new(place), &HandClock::new()).await;
    at(&*ledger).await;
    ledger.close().await;
}

#[tokio::test]
async fn a_kill_between_any_two_statements_leaves_the_file_at_one_with_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = super::stage::file_in(&folder);
    open(&path, &HandClock::new()).await.close().await;
    killed_at_every_statement(path.to_str().unwrap(), None).await;
}

#[tokio::test]
async fn a_kill_between_any_two_statements_leaves_the_server_at_one_with_itself() {
    let stage = Stage::postgres().await;
    killed_at_every_statement(&stage.place, Some(stage.ledger)).await;
}
