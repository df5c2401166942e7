//! The dossier: versions count up, nothing is overwritten, and each new one is in the audit log.

use protocol::{Errand, Migration, MigrationId, MigrationState, Pass, UndoScope};
use serde_json::json;

use super::{
    on_every_backend,
    stage::{Stage, ticket},
};
use crate::{Commit, Error};

on_every_backend! {
    a_leaf_is_kept_in_every_version,
    a_leaf_of_nobody_is_refused,
    a_leaf_is_put_behind_the_version_that_was_read_and_behind_no_other,
    an_errand_says_what_its_pass_is_for,
    what_stands_is_listed_whichever_pass_wrote_it,
    what_was_undone_is_new_again,
}

async fn a_leaf_is_kept_in_every_version(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    assert_eq!(ledger.leaf(id, "map", None).await.unwrap(), None);
    let lines = ledger.audit(id).await.unwrap().len();
    for (body, version) in [(json!({"a": 1}), 1), (json!({"a": 2}), 2), (json!({"a": 2}), 2)] {
        let leaf = ledger.put_leaf(id, "map", &body, "anna").await.unwrap();
        assert_eq!((leaf.version, leaf.who.as_str(), leaf.body), (version, "anna", body));
    }
    let first = ledger.leaf(id, "map", Some(1)).await.unwrap().unwrap();
    assert_eq!(first.body, json!({"a": 1}));
    assert_eq!(ledger.leaf(id, "map", Some(9)).await.unwrap(), None);
    let versions = ledger.leaf_versions(id, "map").await.unwrap();
    assert_eq!(versions.iter().map(|leaf| leaf.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(ledger.leaf(id, "map", None).await.unwrap(), versions.last().cloned());
    assert_eq!(ledger.audit(id).await.unwrap().len(), lines + 2, "the same body again is no line");
    assert!(ledger.audit_holds(id).await.unwrap());
}

async fn a_leaf_of_nobody_is_refused(stage: Stage) {
    let nobody = MigrationId::new("nobody").unwrap();
    let put = stage.ledger.put_leaf(&nobody, "map", &json!({}), "anna").await;
    assert!(matches!(put, Err(Error::NoSuchMigration(id)) if id == nobody));
}

async fn a_leaf_is_put_behind_the_version_that_was_read_and_behind_no_other(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let put = async |after, body: i32| {
        let put = ledger.put_leaf_after(id, "seats", after, &json!(body), "anna").await.unwrap();
        put.map(|leaf| (leaf.version, leaf.body))
    };
    assert_eq!(put(Some(1), 0).await, None, "there is none to be behind");
    assert_eq!(put(None, 1).await, Some((1, json!(1))));
    assert_eq!(put(None, 2).await, None, "somebody was there before");
    assert_eq!(put(Some(1), 2).await, Some((2, json!(2))));
    assert_eq!(put(Some(1), 3).await, None);
    let newest = ledger.leaf(id, "seats", None).await.unwrap().unwrap();
    assert_eq!((newest.version, newest.body), (2, json!(2)));
    assert!(ledger.audit_holds(id).await.unwrap());
}

async fn an_errand_says_what_its_pass_is_for(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let errand = Errand::Undo { scope: UndoScope { sample: true, ..UndoScope::default() } };
    assert_eq!(ledger.begin_errand(id, &errand, "anna").await.unwrap(), Pass(2));
    let standing: Migration = ledger.migration(id).await.unwrap().unwrap();
    assert_eq!((standing.errand, standing.came_from), (errand, MigrationState::Draft));
    let last = ledger.audit(id).await.unwrap().pop().unwrap();
    assert_eq!((last.who.as_str(), last.what.as_str()), ("anna", "pass 2 begun, to undo"));
}

async fn what_stands_is_listed_whichever_pass_wrote_it(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let lease = stage.lease().await;
    for number in 1..=3 {
        let landed = Commit::landed(ticket(number), protocol::Outcome::Created, protocol::TargetId(number));
        ledger.commit(&lease, &landed).await.unwrap();
    }
    ledger.begin_errand(id, &Errand::Delta, "anna").await.unwrap();
    let page = ledger.standing(id, ticket(1).kind, None, 2).await.unwrap();
    assert_eq!(page.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>(), [ticket(1), ticket(2)]);
    let rest = ledger.standing(id, ticket(1).kind, Some(&ticket(2).id), 9).await.unwrap();
    assert_eq!(rest.len(), 1);
    ledger.note_seen(id, Pass(2), ticket(1).kind, &[ticket(9).id]).await.unwrap();
    assert_eq!(ledger.standing(id, ticket(1).kind, None, 9).await.unwrap().len(), 3);
    assert_eq!(ledger.page(id, ticket(1).kind, Some(&ticket(2).id), 9).await.unwrap().len(), 2);
}

async fn what_was_undone_is_new_again(stage: Stage) {
    let ledger = &stage.ledger;
    let (lease, key, print) = (stage.lease().await, ticket(1), protocol::Fingerprint([1; 16]));
    ledger.intend(&lease, &key, print).await.unwrap();
    let landed = Commit::landed(key.clone(), protocol::Outcome::Created, protocol::TargetId(7));
    ledger.commit(&lease, &landed).await.unwrap();
    ledger.commit(&lease, &Commit::left(key.clone(), protocol::Outcome::Undone, None)).await.unwrap();
    let tally = super::closing::tally(&stage, 1).await;
    assert_eq!((tally.source, tally.created, tally.undone, tally.difference()), (1, 0, 1, 0));
    assert_eq!(ledger.entry(&stage.id, &key).await.unwrap().unwrap().target, None);
    assert_eq!(ledger.intend(&lease, &key, print).await.unwrap(), crate::Verdict::New);
    let tally = super::closing::tally(&stage, 1).await;
    assert_eq!((tally.source, tally.undone, tally.difference()), (1, 0, 1));
    ledger.withdraw(&lease, &key).await.unwrap();
    ledger.begin_errand(&stage.id, &Errand::Move, "anna").await.unwrap();
    let lease = stage.lease().await;
    assert_eq!(ledger.intend(&lease, &key, print).await.unwrap(), crate::Verdict::New);
}
