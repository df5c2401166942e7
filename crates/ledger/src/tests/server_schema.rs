//! What only the database in PostgreSQL keeps: its schema, its plans, its audit log, and a group's members apart.

use futures::future::join_all;
use protocol::{Key, ObjectKind, Pass};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use super::{
    server,
    stage::{Stage, print, ticket},
};
use crate::{Error, PostgresLedger, Verdict};

#[tokio::test]
async fn many_processes_bring_one_schema_up() {
    let (url, _) = server::database().await;
    let ledgers = join_all((0..4).map(|_| PostgresLedger::connect(&url))).await;
    for ledger in ledgers {
        assert!(ledger.unwrap().migrations().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_untouched() {
    let (url, _) = server::database().await;
    PostgresLedger::connect(&url).await.unwrap().close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9000, 'from the future', TRUE, '', 0)";
    server::meddle(&url, newer).await;
    let refused = PostgresLedger::connect(&url).await.unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 9000, .. }), "{refused:?}");
}

#[tokio::test]
async fn an_edited_audit_log_shows() {
    for edit in [
        "UPDATE audit SET who = 'bert' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit",
        "UPDATE audit SET hash = '\\x00' WHERE seq = 2",
    ] {
        let stage = Stage::postgres().await;
        assert!(stage.ledger.audit_holds(&stage.id).await.unwrap());
        server::meddle(&stage.place, edit).await;
        assert!(!stage.ledger.audit_holds(&stage.id).await.unwrap(), "{edit}");
    }
}

#[tokio::test]
async fn a_move_the_database_refuses_harms_no_move_beside_it() {
    let stage = Stage::postgres().await;
    let lease = stage.lease().await;
    // PostgreSQL keeps no NUL in a text.
    let keys =
        (0..20).map(|number| if number == 7 { Key::new(ObjectKind::Tag, "a\0b") } else { ticket(number) });
    let keys: Vec<Key> = keys.collect();
    let answers = join_all(keys.iter().map(|key| stage.ledger.intend(&lease, key, print("a")))).await;
    for (number, answer) in answers.into_iter().enumerate() {
        match answer {
            Err(error) => assert!(number == 7 && matches!(error, Error::Sql(_)), "{error:?}"),
            Ok(verdict) => assert_eq!((verdict, number == 7), (Verdict::New, false)),
        }
    }
    assert_eq!(stage.ledger.tallies(&stage.id, Pass(1)).await.unwrap()[&ObjectKind::Ticket].source, 19);
}

#[tokio::test]
async fn records_are_found_by_their_keys() {
    let stage = Stage::postgres().await;
    let options: PgConnectOptions = stage.place.parse().unwrap();
    let mut conn = options.options(crate::postgres::SETTINGS).connect().await.unwrap();
    let statements = [
        (crate::sql::postgres::ENTRIES, "entries_pkey"),
        (crate::sql::postgres::SET_ENTRIES, "entries_pkey"),
        (crate::sql::postgres::RESOLVE, "entries_pkey"),
        (crate::sql::postgres::SEE_AGAIN, "entries_pkey"),
        (crate::sql::entries::UNACCOUNTED, "entries_unaccounted"),
        (crate::sql::entries::TARGETS, "entries_pkey"),
        (crate::sql::batches::READY, "batches"),
    ];
    for (statement, index) in statements {
        let values = (1..20).filter(|number| statement.contains(&format!("${number}"))).map(|_| "NULL");
        let values = values.collect::<Vec<_>>().join(", ");
        let explain = format!(
            "DEALLOCATE ALL; SET plan_cache_mode = force_generic_plan; PREPARE asked AS {statement};
             EXPLAIN EXECUTE asked ({values})"
        );
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(explain)).fetch_all(&mut conn).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| sqlx::Row::get(row, 0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{plan}");
    }
}
