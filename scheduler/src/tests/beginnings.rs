//! Stories of how a run begins: in which pass, from which state, and under whose signature.

use protocol::{MapSpec, MigrationState, Pass};

use super::stage::{Habits, Stage};
use crate::{Error, start};

#[tokio::test]
async fn the_first_run_begins_the_first_pass_and_a_second_start_resumes_it() {
    let stage = Stage::new().await;
    for resumed in [false, true, true] {
        let started = start(&*stage.ledger, &stage.id, &stage.spec, &stage.signature()).await.unwrap();
        assert_eq!((started.resumed, started.migration.pass), (resumed, Pass(1)));
        assert_eq!(started.migration.state, MigrationState::Draft);
    }
}

#[tokio::test]
async fn a_run_of_a_ready_migration_is_the_next_pass() {
    let stage = Stage::new().await;
    stage.run(Habits::default()).await;
    let started = start(&*stage.ledger, &stage.id, &stage.spec, &stage.signature()).await.unwrap();
    assert!(!started.resumed);
    assert_eq!((started.migration.pass, started.migration.state), (Pass(2), MigrationState::Running));
}

#[tokio::test]
async fn another_map_voids_the_signature_until_it_is_signed_for_by_its_hash() {
    let mut stage = Stage::new().await;
    stage.run(Habits::default()).await;
    stage.spec = MapSpec { company_field: "Firm".to_owned(), ..stage.spec };
    let refused = start(&*stage.ledger, &stage.id, &stage.spec, &stage.signature()).await;
    assert!(matches!(refused, Err(Error::MapChanged { .. })), "{refused:?}");
    assert_eq!(stage.migration().await.pass, Pass(1));

    let mut signature = stage.signature();
    signature.map = Some(stage.spec.hash().to_hex());
    let started = start(&*stage.ledger, &stage.id, &stage.spec, &signature).await.unwrap();
    assert_eq!(started.migration.state, MigrationState::Mapped);
}

#[tokio::test]
async fn a_frozen_migration_is_not_run() {
    let stage = Stage::new().await;
    stage.run(Habits::default()).await;
    stage.ledger.transition(&stage.id, MigrationState::Frozen, None, "Ruth", "cutover").await.unwrap();
    let refused = start(&*stage.ledger, &stage.id, &stage.spec, &stage.signature()).await;
    assert!(matches!(refused, Err(Error::Refused { state: MigrationState::Frozen, .. })), "{refused:?}");
}
