//! Migrations: legal moves only, each with its line in the audit log.

use protocol::{FailureCode, MapSpec, MigrationId, MigrationState, ObjectKind, Pass, SourceId};

use super::{on_every_backend, stage::Stage};
use crate::Error;

on_every_backend! {
    creating_again_answers_what_stands,
    only_legal_moves_are_made_and_each_has_its_line,
    a_halt_names_its_cause_and_is_made_once,
    the_confirmed_map_is_kept_with_its_hash,
    passes_count_up,
    an_unknown_migration_is_named,
    an_erasure_leaves_nothing_and_touches_nothing_else,
}

async fn an_erasure_leaves_nothing_and_touches_nothing_else(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let other = MigrationId::new("beta").unwrap();
    ledger.create(&other, serde_json::Value::Null).await.unwrap();
    ledger.begin_errand(&other, &protocol::Errand::Move, "anna").await.unwrap();
    let ids: Vec<SourceId> = (1..=12_000).map(SourceId::from).collect();
    for one in [id, &other] {
        let pass = ledger.migration(one).await.unwrap().unwrap().pass;
        ledger.note_seen(one, pass, ObjectKind::Ticket, &ids).await.unwrap();
        ledger.put_leaf(one, "map", &serde_json::json!({ "a": 1 }), "anna").await.unwrap();
    }
    let rows = ledger.erase(id).await.unwrap();
    assert_eq!(
        (rows.deleted["entries"], rows.deleted["dossier"], rows.deleted["migrations"]),
        (12_000, 1, 1)
    );
    assert!(rows.deleted["audit"] > 0);
    assert!(rows.left.values().all(|left| *left == 0), "{rows:?}");
    assert_eq!(rows.left.len(), rows.deleted.len(), "every table is counted afterwards");
    assert_eq!(ledger.migration(id).await.unwrap(), None);
    assert!(matches!(ledger.erase(id).await, Err(Error::NoSuchMigration(_))));
    let pass = ledger.migration(&other).await.unwrap().unwrap().pass;
    assert_eq!(ledger.tallies(&other, pass).await.unwrap()[&ObjectKind::Ticket].source, 12_000);
    assert!(ledger.audit_holds(&other).await.unwrap());
    let again = ledger.create(id, serde_json::Value::Null).await.unwrap();
    assert_eq!(again.pass, Pass(0), "the name is free again");
}

async fn creating_again_answers_what_stands(stage: Stage) {
    let other = MigrationId::new("beta").unwrap();
    let made = stage.ledger.create(&other, serde_json::json!({"source": "one"})).await.unwrap();
    assert_eq!((made.state, made.pass, made.map_hash), (MigrationState::Draft, Pass(0), None));
    stage.clock.pass_ms(10);
    let again = stage.ledger.create(&other, serde_json::json!({"source": "two"})).await.unwrap();
    assert_eq!(again.created_at, made.created_at);
    assert_eq!(stage.ledger.settings(&other).await.unwrap(), serde_json::json!({"source": "one"}));
    let names: Vec<_> = stage.ledger.migrations().await.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(names, [stage.id.clone(), other]);
}

async fn only_legal_moves_are_made_and_each_has_its_line(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let refused = ledger.transition(id, MigrationState::Running, None, "anna", "now").await;
    assert!(matches!(
        refused,
        Err(Error::IllegalMove { from: MigrationState::Draft, to: MigrationState::Running, .. })
    ));
    stage.clock.pass_ms(10);
    let moved = ledger.transition(id, MigrationState::Surveyed, None, "anna", "all counted").await.unwrap();
    assert_eq!((moved.state, moved.since), (MigrationState::Surveyed, protocol::Clock::now(&*stage.clock)));
    stage.clock.pass_ms(10);
    let stayed = ledger.transition(id, MigrationState::Surveyed, None, "bert", "again").await.unwrap();
    assert_eq!(stayed, moved, "being there already is no move");
    let lines = ledger.audit(id).await.unwrap();
    let told: Vec<_> = lines.iter().map(|line| (line.seq, line.who.as_str(), line.what.as_str())).collect();
    assert_eq!(
        told,
        [
            (1, "flotilla", "created"),
            (2, "flotilla", "pass 1 begun, to move"),
            (3, "anna", "draft -> surveyed")
        ]
    );
    assert_eq!(lines[2].why, "all counted");
    assert!(ledger.audit_holds(id).await.unwrap());
}

async fn a_halt_names_its_cause_and_is_made_once(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let halt = |cause| ledger.transition(id, MigrationState::Halted, Some(cause), "worker", "401");
    assert_eq!(halt(FailureCode::TargetAuth).await.unwrap().cause, Some(FailureCode::TargetAuth));
    halt(FailureCode::TargetAuth).await.unwrap();
    assert!(matches!(halt(FailureCode::SourceAuth).await, Err(Error::IllegalMove { .. })));
    let lines = ledger.audit(id).await.unwrap();
    assert_eq!((lines.len(), lines[2].what.as_str()), (3, "draft -> halted: target_auth"));
    let again = ledger.transition(id, MigrationState::Draft, None, "anna", "new key").await.unwrap();
    assert_eq!(again.cause, None);
}

async fn the_confirmed_map_is_kept_with_its_hash(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    assert_eq!(ledger.map_spec(id).await.unwrap(), None);
    let spec = MapSpec { fallback_agent: Some("desk@example.com".to_owned()), ..MapSpec::default() };
    for _ in 0..2 {
        let standing = ledger.confirm_map(id, &spec, "anna").await.unwrap();
        assert_eq!(standing.map_hash, Some(spec.hash().to_hex()));
        assert_eq!(standing.state, MigrationState::Draft);
    }
    assert_eq!(ledger.map_spec(id).await.unwrap(), Some(spec.at_rest()));
    assert_ne!(spec.at_rest().fallback_agent, spec.fallback_agent, "an address does not lie in the ledger");
    assert_eq!(ledger.audit(id).await.unwrap().len(), 3, "confirming the same map again is no line");
}

async fn passes_count_up(stage: Stage) {
    assert_eq!(
        stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap(),
        Pass(2)
    );
    assert_eq!(stage.ledger.migration(&stage.id).await.unwrap().unwrap().pass, Pass(2));
    assert!(stage.ledger.audit_holds(&stage.id).await.unwrap());
}

async fn an_unknown_migration_is_named(stage: Stage) {
    let nobody = MigrationId::new("nobody").unwrap();
    assert_eq!(stage.ledger.migration(&nobody).await.unwrap(), None);
    let answers = [
        stage.ledger.begin_errand(&nobody, &protocol::Errand::Move, "flotilla").await.map(|_| ()),
        stage.ledger.audit(&nobody).await.map(|_| ()),
        stage.ledger.tallies(&nobody, Pass(1)).await.map(|_| ()),
        stage.ledger.transition(&nobody, MigrationState::Surveyed, None, "", "").await.map(|_| ()),
    ];
    for answer in answers {
        assert!(matches!(answer, Err(Error::NoSuchMigration(id)) if id == nobody));
    }
}
