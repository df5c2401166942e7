//! PostgreSQL goes away and comes back: a call in flight says so, the next one works, nothing answered is lost.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use protocol::{EntryState, FailureCode, Key, ObjectKind, Outcome, Pass, TargetId};
use servers::Postgres;

use super::stage::{begun, pages, print, ticket};
use crate::{Commit, Error, Ledger, PostgresLedger};

/// Writes until told to stop, and counts what was answered.
async fn write_on(
    ledger: &dyn Ledger,
    lease: &protocol::Lease,
    task: i64,
    (stop, answered): (&AtomicBool, &AtomicI64),
) -> Vec<(Key, Outcome)> {
    let mut landed = Vec::new();
    for number in (task..).step_by(4) {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let commit = Commit::landed(ticket(number), Outcome::Created, TargetId(number));
        let written = async {
            ledger.intend(lease, &ticket(number), print("a")).await?;
            ledger.commit(lease, &commit).await
        };
        match written.await {
            Ok(()) => {
                landed.push((ticket(number), Outcome::Created));
                answered.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => {
                assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
                assert_eq!(error.code(), FailureCode::LedgerUnavailable);
            }
        }
    }
    landed
}

#[tokio::test]
async fn a_restart_of_the_server_loses_nothing_that_was_answered() {
    let mut server = Postgres::start().await.unwrap();
    let ledger: Arc<dyn Ledger> = Arc::new(PostgresLedger::connect(&server.url()).await.unwrap());
    let id = begun(&*ledger).await;
    let batch = ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap()[0];
    let lease = ledger.claim(batch, "anna", 600_000).await.unwrap().unwrap();
    let (stop, answered) = (AtomicBool::new(false), AtomicI64::new(0));
    let tasks =
        futures::future::join_all((0..4).map(|task| write_on(&*ledger, &lease, task, (&stop, &answered))));
    let restarts = async {
        for restart in 1..=2 {
            while answered.load(Ordering::SeqCst) < restart * 50 {
                tokio::task::yield_now().await;
            }
            server.restart().await.unwrap();
        }
        let before = answered.load(Ordering::SeqCst);
        while answered.load(Ordering::SeqCst) < before + 50 {
            tokio::task::yield_now().await;
        }
        stop.store(true, Ordering::SeqCst);
    };
    let (landed, ()) = futures::future::join(tasks, restarts).await;
    let landed: Vec<_> = landed.into_iter().flatten().collect();
    assert!(landed.len() >= 150, "work went on after each restart");
    for (key, outcome) in &landed {
        let entry = ledger.entry(&id, key).await.unwrap().unwrap();
        assert_eq!(entry.state, EntryState::Settled { outcome: *outcome }, "{key}");
    }
    let tally = ledger.tallies(&id, Pass(1)).await.unwrap()[&ObjectKind::Ticket];
    let open = ledger.unaccounted(&id, Pass(1), ObjectKind::Ticket, 1_000).await.unwrap();
    assert_eq!(tally.difference(), i64::try_from(open.len()).unwrap(), "counts and entries agree");
}

#[tokio::test]
async fn a_server_that_is_away_is_named_without_its_password() {
    let mut server = Postgres::start().await.unwrap();
    let url = server.url().replace("postgres@", "postgres:geheim@");
    let ledger = PostgresLedger::connect(&url).await.unwrap();
    server.stop().await;
    for error in [ledger.migrations().await.unwrap_err(), PostgresLedger::connect(&url).await.unwrap_err()] {
        assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
        let told = format!("{error} {error:?}");
        assert!(!told.contains("geheim") && !told.contains("127.0.0.1"), "{told}");
    }
    let unreadable = PostgresLedger::connect("postgres://anna:geheim@[nowhere/x").await.unwrap_err();
    assert!(!format!("{unreadable} {unreadable:?}").contains("geheim"), "{unreadable:?}");
}
