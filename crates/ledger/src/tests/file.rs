//! The file: who may open it, which schema it may have, and that an edited audit log shows.

use std::{path::Path, sync::Arc};

use protocol::{FailureCode, MigrationState, Outcome, Pass, TargetId};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::stage::{TTL_MS, begun, file_in, open, pages, print, ticket};
use crate::{Commit, Error, Ledger, SqliteLedger, tests::stage::HandClock};

/// Runs statements in the file as somebody else would.
async fn meddle(path: &Path, statements: &'static str) {
    let mut conn: SqliteConnection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    let ledger = open(&path, &clock).await;
    let id = begun(&ledger).await;
    let second = SqliteLedger::open(&path, Arc::<HandClock>::clone(&clock)).await;
    let refused = second.unwrap_err();
    assert!(matches!(&refused, Error::Locked { path: named } if *named == path));
    assert_eq!(refused.code(), FailureCode::LedgerUnavailable);

    let reader = SqliteLedger::open_read_only(&path, Arc::<HandClock>::clone(&clock)).await.unwrap();
    ledger.transition(&id, MigrationState::Surveyed, None, "anna", "").await.unwrap();
    assert_eq!(reader.migration(&id).await.unwrap().unwrap().state, MigrationState::Surveyed);
    assert!(reader.audit_holds(&id).await.unwrap());
    assert!(matches!(
        reader.begin_errand(&id, &protocol::Errand::Move, "flotilla").await,
        Err(Error::ReadOnly)
    ));
    ledger.close().await;
    reader.close().await;
    open(&path, &clock).await.close().await;
}

#[tokio::test]
async fn a_ledger_that_is_not_there_is_missing_for_a_reader() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    let missing = SqliteLedger::open_read_only(&path, Arc::<HandClock>::clone(&clock)).await;
    assert!(matches!(missing.unwrap_err(), Error::Missing { .. }));
    assert!(!path.exists());
    let no_folder = SqliteLedger::open(Path::new("/proc/nowhere/ledger.db"), clock).await;
    assert!(matches!(no_folder.unwrap_err(), Error::Unopenable { .. }));
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_untouched() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    open(&path, &clock).await.close().await;
    meddle(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'from the future', TRUE, x'00', 0)",
    )
    .await;
    for answer in [
        SqliteLedger::open(&path, Arc::<HandClock>::clone(&clock)).await,
        SqliteLedger::open_read_only(&path, Arc::<HandClock>::clone(&clock)).await,
    ] {
        assert!(matches!(answer.unwrap_err(), Error::Newer { found: 9000, known: 3 }));
    }
}

#[tokio::test]
async fn an_empty_file_is_older_and_a_foreign_file_is_damaged() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    std::fs::write(&path, b"").unwrap();
    let older = SqliteLedger::open_read_only(&path, Arc::<HandClock>::clone(&clock)).await;
    assert!(matches!(older.unwrap_err(), Error::Older { found: 0, known: 3 }));
    std::fs::write(&path, [b'x'; 8192]).unwrap();
    let damaged = SqliteLedger::open(&path, clock).await;
    assert!(matches!(damaged.unwrap_err(), Error::Corrupt { .. }));
}

#[tokio::test]
async fn an_edited_audit_log_shows() {
    let edits = [
        "UPDATE audit SET who = 'bert' WHERE seq = 2",
        "UPDATE audit SET at = at + 1 WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET hash = x'00' WHERE seq = 3",
        "INSERT INTO audit SELECT migration, 4, at, who, what, why, hash FROM audit WHERE seq = 3",
    ];
    for edit in edits {
        let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
        let path = file_in(&folder);
        let ledger = open(&path, &clock).await;
        let id = begun(&ledger).await;
        ledger.transition(&id, MigrationState::Surveyed, None, "anna", "counted").await.unwrap();
        assert!(ledger.audit_holds(&id).await.unwrap());
        ledger.close().await;
        meddle(&path, edit).await;
        let ledger = open(&path, &clock).await;
        assert!(!ledger.audit_holds(&id).await.unwrap(), "{edit}");
    }
}

/// Two histories that differ in their first line alone: the second lines are equal but for their hash.
#[tokio::test]
async fn an_audit_line_covers_the_line_before_it() {
    let mut seconds = Vec::new();
    for created_after_ms in [0, 5] {
        let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
        let ledger = open(&file_in(&folder), &clock).await;
        let id = protocol::MigrationId::new("acme").unwrap();
        clock.pass_ms(created_after_ms);
        ledger.create(&id, serde_json::Value::Null).await.unwrap();
        clock.pass_ms(10 - created_after_ms);
        ledger.begin_errand(&id, &protocol::Errand::Move, "flotilla").await.unwrap();
        seconds.push(ledger.audit(&id).await.unwrap().remove(1));
    }
    let [one, two] = &seconds[..] else { panic!("two histories") };
    assert_eq!((one.at, &one.what), (two.at, &two.what));
    assert_ne!(one.hash, two.hash);
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_drop_without_close() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    let ledger = open(&path, &clock).await;
    let id = begun(&ledger).await;
    let batch = ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap()[0];
    let lease = ledger.claim(batch, "anna", TTL_MS).await.unwrap().unwrap();
    ledger.intend(&lease, &ticket(1), print("a")).await.unwrap();
    let commit = Commit::landed(ticket(1), Outcome::Created, TargetId(11));
    ledger.commit(&lease, &commit).await.unwrap();
    drop(ledger);
    let ledger: Arc<dyn Ledger> = Arc::new(open(&path, &clock).await);
    let entry = ledger.entry(&id, &ticket(1)).await.unwrap().unwrap();
    assert_eq!((entry.target, entry.fingerprint), (Some(TargetId(11)), Some(print("a"))));
}

#[tokio::test]
async fn the_open_records_are_found_by_their_index() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    open(&path, &clock).await.close().await;
    let mut conn = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    for (statement, index) in [
        (crate::sql::entries::UNACCOUNTED, "entries_unaccounted (migration=? AND kind=? AND pass=?)"),
        (crate::sql::batches::READY, "batches_open"),
    ] {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&mut conn).await.unwrap();
        assert!(plan.iter().any(|(.., step)| step.contains(index)), "{plan:?}");
    }
    let values = crate::sql::rows(2, 3, crate::sql::entries::RESOLVE_COLUMNS);
    let resolve = format!("{}{values}{}", crate::sql::entries::RESOLVE, crate::sql::entries::RESOLVE_TAIL);
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {resolve}"));
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&mut conn).await.unwrap();
    let by_key = "SEARCH e USING PRIMARY KEY (migration=? AND kind=? AND source_id=?)";
    assert!(plan.iter().any(|(.., step)| step.contains(by_key)), "{plan:?}");
}
