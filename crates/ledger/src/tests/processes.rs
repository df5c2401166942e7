//! Two processes at one ledger: of each lease one gets it, of each record one is told to write it.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;

use protocol::{BatchId, MigrationId, Pass};

use super::{
    child::{self, orders, say},
    stage::{Stage, TTL_MS, pages, print, ticket},
};
use crate::Verdict;

const BATCHES: u32 = 60;
const RECORDS: i64 = 200;

/// The child. Orders: place and its name; then, once both are there, `go`.
#[tokio::test]
#[ignore = "started by the test below"]
async fn a_child_that_takes_what_it_gets() {
    let named = orders();
    let Some((place, name)) = named.split_once(' ') else { return };
    let (ledger, id) = (child::ledger_at(place).await, MigrationId::new("acme").unwrap());
    let batches = ledger.batches(&id, Pass(1)).await.unwrap();
    // One is its own, however unequal the race for the others turns out.
    let own = if name == "anna" { batches.first() } else { batches.last() };
    let lease = ledger.claim(own.unwrap().id, name, TTL_MS).await.unwrap().unwrap();
    say("there");
    assert_eq!(orders(), "go");
    say(&format!("won {} {}", lease.batch.id, lease.fence.0));
    for batch in batches {
        if let Some(lease) = ledger.claim(batch.id, name, TTL_MS).await.unwrap() {
            say(&format!("won {} {}", batch.id, lease.fence.0));
        }
    }
    let keys: Vec<_> = (0..RECORDS).map(ticket).collect();
    let intents = keys.iter().map(|key| ledger.intend(&lease, key, print("a")));
    for (key, verdict) in keys.iter().zip(futures::future::join_all(intents).await) {
        match verdict.unwrap() {
            Verdict::New => say(&format!("wrote {}", key.id)),
            Verdict::Elsewhere => {}
            other => say(&format!("met {other:?}")),
        }
    }
}

#[tokio::test]
async fn of_two_processes_one_gets_each_lease_and_each_record() {
    let stage = Stage::postgres().await;
    let plan: Vec<_> = (1..=BATCHES).map(|page| pages(page, page)).collect();
    let batches: Vec<BatchId> = stage.ledger.add_batches(&stage.id, Pass(1), &plan).await.unwrap();
    let mut children = ["anna", "bert"].map(|name| {
        let orders = format!("{} {name}", stage.place);
        child::start("tests::processes::a_child_that_takes_what_it_gets", &orders)
    });
    for child in &mut children {
        assert_eq!(child.says().as_deref(), Some("there"));
    }
    for child in &mut children {
        child.order("go");
    }
    let said = children.map(child::Started::says_until_it_ends);
    assert!(said.iter().all(|said| said.iter().any(|line| line.starts_with("won"))), "both got some");
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for line in said.iter().flatten() {
        *times.entry(line).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "twice: {times:?}");
    let won = |batch: &BatchId| format!("won {batch} 1");
    assert!(batches.iter().all(|batch| times.contains_key(won(batch).as_str())), "{times:?}");
    assert!((0..RECORDS).all(|number| times.contains_key(format!("wrote {number}").as_str())));
    assert_eq!(times.len(), usize::try_from(i64::from(BATCHES) + RECORDS).unwrap(), "{times:?}");
    let tally = stage.ledger.tallies(&stage.id, Pass(1)).await.unwrap()[&protocol::ObjectKind::Ticket];
    assert_eq!(tally.source, RECORDS.unsigned_abs());
}
