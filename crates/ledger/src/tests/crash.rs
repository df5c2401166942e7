//! SIGKILL at any instant: a child process writes and says what was answered; it is killed; what it was told stands.

#![cfg(target_os = "linux")]

use std::{path::Path, sync::Arc};

use protocol::{EntryState, Lease, MigrationId, ObjectKind, Outcome, Pass, TargetId};

use super::{
    child::{self, orders, say},
    stage::{TTL_MS, begun, file_in, open, pages, print, ticket},
};
use crate::{Commit, Ledger, Verdict, tests::stage::HandClock};

/// Tasks of the child, so that calls share transactions.
const TASKS: i64 = 4;

/// The child: writes until it is killed, a line on stdout for each answer. Its file's path comes on stdin;
/// without one nobody has started it and it ends.
#[tokio::test]
#[ignore = "started by the test below, ends only when killed"]
async fn a_child_that_writes_until_killed() {
    let path = orders();
    if path.is_empty() {
        return;
    }
    let ledger = child::ledger_at(&path).await;
    ledger.expire_leases_of_the_dead().await.unwrap();
    let id = MigrationId::new("acme").unwrap();
    let batch = ledger.ready(&id, Pass(1), 1).await.unwrap()[0].id;
    let lease = ledger.claim(batch, "child", TTL_MS).await.unwrap().unwrap();
    let tasks = (0..TASKS).map(|task| write_on(Arc::clone(&ledger), lease.clone(), task));
    futures::future::join_all(tasks).await;
}

async fn write_on(ledger: Arc<dyn Ledger>, lease: Lease, task: i64) {
    for number in (task..).step_by(4) {
        let verdict = ledger.intend(&lease, &ticket(number), print("a")).await.unwrap();
        say(&format!("intended {number}"));
        if verdict != Verdict::Settled {
            let commit = Commit::landed(ticket(number), Outcome::Created, TargetId(number));
            ledger.commit(&lease, &commit).await.unwrap();
            say(&format!("committed {number}"));
        }
    }
}

/// Starts the child, kills it after so many answers, and gives back all it said.
fn killed_after(path: &Path, answers: usize) -> Vec<String> {
    let name = "tests::crash::a_child_that_writes_until_killed";
    let mut child = child::start(name, &path.display().to_string());
    let mut said = Vec::new();
    while said.len() < answers {
        said.push(child.says().expect("the child ended by itself"));
    }
    said.extend(child.kill());
    said
}

#[tokio::test]
async fn what_was_answered_survives_sigkill_at_any_instant() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    let ledger = open(&path, &clock).await;
    let id = begun(&ledger).await;
    ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap();
    ledger.close().await;
    let mut said = Vec::new();
    for answers in [1, 2, 3, 50, 177, 400, 401, 403] {
        said.extend(killed_after(&path, answers));
        let ledger = open(&path, &clock).await;
        for line in &said {
            let (what, number) = line.split_once(' ').unwrap();
            let key = ticket(number.parse().unwrap());
            let entry = ledger.entry(&id, &key).await.unwrap().unwrap();
            let settled = entry.state == EntryState::Settled { outcome: Outcome::Created };
            assert!(settled || what == "intended", "{line}, but it is {:?}", entry.state);
        }
        let tally = ledger.tallies(&id, Pass(1)).await.unwrap()[&ObjectKind::Ticket];
        let open = ledger.unaccounted(&id, Pass(1), ObjectKind::Ticket, 10_000).await.unwrap();
        assert_eq!(tally.difference(), i64::try_from(open.len()).unwrap(), "counts and entries agree");
        assert!(i64::try_from(open.len()).unwrap() <= TASKS);
        assert!(ledger.audit_holds(&id).await.unwrap());
        ledger.close().await;
    }
}
