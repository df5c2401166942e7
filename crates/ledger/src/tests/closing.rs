//! The closed equation: counts follow every move of an entry.

use std::collections::BTreeMap;

use protocol::{FailureCode, ObjectKind, Outcome, Pass, SourceId, Survey, Tally, TargetId};

use super::{
    on_every_backend,
    stage::{Stage, failed, rejected, ticket},
};
use crate::{Commit, Error, Filter};

on_every_backend! {
    a_record_counts_once_per_pass_however_often_it_is_seen,
    every_outcome_has_its_column_and_the_rest_is_listed,
    settling_otherwise_moves_the_count,
    what_landed_is_listed_by_key,
    surveys_and_verified_figures_are_kept_by_pass,
}

pub(super) const TICKET: ObjectKind = ObjectKind::Ticket;

pub(super) async fn tally(stage: &Stage, pass: i64) -> Tally {
    let tallies = stage.ledger.tallies(&stage.id, Pass(pass)).await.unwrap();
    tallies.get(&TICKET).copied().unwrap_or_default()
}

fn ids(numbers: std::ops::RangeInclusive<i64>) -> Vec<SourceId> {
    numbers.map(SourceId::from).collect()
}

async fn a_record_counts_once_per_pass_however_often_it_is_seen(stage: Stage) {
    let twice = [ids(1..=600), ids(1..=600)].concat();
    assert_eq!(stage.ledger.note_seen(&stage.id, Pass(1), TICKET, &twice).await.unwrap(), 600);
    assert_eq!(stage.ledger.note_seen(&stage.id, Pass(1), TICKET, &ids(590..=610)).await.unwrap(), 10);
    let lease = stage.lease().await;
    stage.create(&lease, &ticket(1), "a", 11).await;
    stage.create(&lease, &ticket(9_999), "a", 12).await;
    assert_eq!(tally(&stage, 1).await, Tally { source: 611, created: 2, ..Tally::default() });
    assert_eq!(stage.ledger.note_seen(&stage.id, Pass(1), TICKET, &ids(1..=1)).await.unwrap(), 0);
    assert_eq!(tally(&stage, 1).await.created, 2, "seeing a settled record again unsettles nothing");
    stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap();
    assert_eq!(stage.ledger.note_seen(&stage.id, Pass(2), TICKET, &ids(1..=3)).await.unwrap(), 3);
    assert_eq!((tally(&stage, 1).await.source, tally(&stage, 2).await.source), (611, 3));
    let late = stage.ledger.note_seen(&stage.id, Pass(1), TICKET, &ids(1..=3)).await;
    assert!(matches!(late, Err(Error::WrongPass { asked: 1, current: 2, .. })));
}

async fn every_outcome_has_its_column_and_the_rest_is_listed(stage: Stage) {
    let lease = stage.lease().await;
    stage.ledger.note_seen(&stage.id, Pass(1), TICKET, &ids(1..=11)).await.unwrap();
    for (number, outcome) in (1..).zip(Outcome::ALL) {
        let commit = if outcome.landed() {
            Commit::landed(ticket(number), outcome, TargetId(number))
        } else {
            Commit::left(ticket(number), outcome, Some(FailureCode::BadValue))
        };
        stage.commit(&lease, &commit).await;
        assert_eq!(tally(&stage, 1).await.of(outcome), 1);
        assert_eq!(tally(&stage, 1).await.difference(), 11 - number);
    }
    stage.intend(&lease, &ticket(10), "a").await;
    let open = stage.ledger.unaccounted(&stage.id, Pass(1), TICKET, 100).await.unwrap();
    assert_eq!(open, [SourceId::from("10"), SourceId::from("11")]);
    assert_eq!(stage.ledger.unaccounted(&stage.id, Pass(1), TICKET, 1).await.unwrap().len(), 1);
    let causes = stage.ledger.causes(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(
        causes,
        BTreeMap::from([(FailureCode::BadValue, 3)]),
        "skipped, rejected and failed have causes"
    );
}

async fn settling_otherwise_moves_the_count(stage: Stage) {
    let lease = stage.lease().await;
    stage.commit(&lease, &failed(&ticket(1), FailureCode::TargetConflict)).await;
    stage.commit(&lease, &rejected(&ticket(1), FailureCode::BadValue)).await;
    assert_eq!(tally(&stage, 1).await, Tally { source: 1, rejected: 1, ..Tally::default() });
    let letters = stage.ledger.dead_letters(&stage.id, &Filter::default(), None, 10).await.unwrap();
    assert_eq!((letters.len(), letters[0].cause), (1, FailureCode::BadValue));
    stage.commit(&lease, &Commit::landed(ticket(1), Outcome::Created, TargetId(11))).await;
    assert_eq!(tally(&stage, 1).await, Tally { source: 1, created: 1, ..Tally::default() });
    assert!(stage.ledger.dead_letters(&stage.id, &Filter::default(), None, 10).await.unwrap().is_empty());
    assert!(stage.ledger.causes(&stage.id, Pass(1)).await.unwrap().is_empty());
}

async fn what_landed_is_listed_by_key(stage: Stage) {
    let lease = stage.lease().await;
    for number in 1..=5 {
        stage.create(&lease, &ticket(number), "a", 10 + number).await;
    }
    stage.commit(&lease, &rejected(&ticket(6), FailureCode::BadValue)).await;
    stage.intend(&lease, &ticket(7), "a").await;
    let (first, pass) = (SourceId::from(2), Pass(1));
    let page = stage.ledger.targets(&stage.id, pass, TICKET, Some(&first), 2).await.unwrap();
    let expected = [3, 4].map(|number| (SourceId::from(number), TargetId(10 + number), Outcome::Created));
    assert_eq!(page, expected);
    let lease = stage.next_pass().await;
    stage.intend(&lease, &ticket(3), "a").await;
    let landed = stage.ledger.targets(&stage.id, Pass(2), TICKET, None, 9).await.unwrap();
    assert_eq!(landed, [(SourceId::from(3), TargetId(13), Outcome::Unchanged)]);
}

async fn surveys_and_verified_figures_are_kept_by_pass(stage: Stage) {
    let survey = |kind, count| Survey { kind, count, declared: None, pages: 1, observed: BTreeMap::new() };
    for found in [survey(TICKET, 5), survey(ObjectKind::Customer, 2), survey(TICKET, 6)] {
        stage.ledger.put_survey(&stage.id, Pass(1), &found).await.unwrap();
    }
    let surveys = stage.ledger.surveys(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(surveys, [survey(ObjectKind::Customer, 2), survey(TICKET, 6)]);
    for count in [3, 4] {
        stage.ledger.mark_verified(&stage.id, Pass(1), TICKET, count).await.unwrap();
    }
    assert_eq!(stage.ledger.verified(&stage.id, Pass(1)).await.unwrap(), BTreeMap::from([(TICKET, 4)]));
    assert!(stage.ledger.surveys(&stage.id, Pass(2)).await.unwrap().is_empty());
    assert!(stage.ledger.verified(&stage.id, Pass(2)).await.unwrap().is_empty());
}
