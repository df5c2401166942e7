//! A full disk: the call that meets it says so, nothing answered before is lost, and work goes on once there is room.

use protocol::{FailureCode, ObjectKind, Outcome, Pass, TargetId};

use super::stage::{TTL_MS, begun, file_in, open, pages, print, ticket};
use crate::{Commit, Error, SqliteLedger, home::Home as _, session::Session, tests::stage::HandClock};

/// Lets the file grow by so many pages, as a disk would.
async fn room(ledger: &SqliteLedger, pages: i64) {
    let set = ledger.write(move |session, _| {
        Box::pin(async move {
            let Session::Sqlite(conn) = session else { panic!("it is a file") };
            let now: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut **conn).await.unwrap();
            let set = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {}", now + pages));
            sqlx::query(set).execute(&mut **conn).await.unwrap();
            Ok(())
        })
    });
    set.await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_said_and_loses_nothing() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let ledger = open(&file_in(&folder), &clock).await;
    let id = begun(&ledger).await;
    let batch = ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap()[0];
    let lease = ledger.claim(batch, "anna", TTL_MS).await.unwrap().unwrap();

    room(&ledger, 4).await;
    let mut answered = 0;
    let error = loop {
        match ledger.intend(&lease, &ticket(answered), print("a")).await {
            Ok(_) => answered += 1,
            Err(error) => break error,
        }
        assert!(answered < 10_000, "the disk never filled");
    };
    assert!(matches!(error, Error::Full { .. }), "{error:?}");
    assert_eq!(error.code(), FailureCode::LedgerUnavailable);
    assert!(error.to_string().contains("free disk space"));
    let seen = ledger.tallies(&id, Pass(1)).await.unwrap()[&ObjectKind::Ticket].source;
    assert_eq!(seen, answered.unsigned_abs(), "what was refused is not counted");

    room(&ledger, 100_000).await;
    for number in 0..=answered {
        ledger.intend(&lease, &ticket(number), print("a")).await.unwrap();
        let commit = Commit::landed(ticket(number), Outcome::Created, TargetId(number));
        ledger.commit(&lease, &commit).await.unwrap();
    }
    let tally = ledger.tallies(&id, Pass(1)).await.unwrap()[&ObjectKind::Ticket];
    assert_eq!((tally.created, tally.difference()), (answered.unsigned_abs() + 1, 0));
}
