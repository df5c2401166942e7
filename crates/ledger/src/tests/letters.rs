//! Dead letters: kept exactly for what did not land, listed by filter, and reopened with the counts put right.

use std::collections::BTreeMap;

use protocol::{FailureCode, Key, ObjectKind, Outcome, Pass, Tally};

use super::{
    closing::{TICKET, tally},
    on_every_backend,
    stage::{Stage, failed, rejected, ticket},
};
use crate::{Commit, Error, Filter};

on_every_backend! {
    reopening_takes_everything_back,
    letters_of_an_earlier_pass_are_reopened_into_this_one,
    letters_come_in_pages_and_by_filter,
    no_one_fails_without_a_cause,
}

async fn reopening_takes_everything_back(stage: Stage) {
    let lease = stage.lease().await;
    for number in 1..=2_500 {
        let cause = if number <= 3 { FailureCode::BadValue } else { FailureCode::UnmappedValue };
        stage.ledger.dead_letter(&lease, &rejected(&ticket(number), cause), "status 400").await.unwrap();
    }
    let filter = Filter { cause: Some(FailureCode::UnmappedValue), ..Filter::default() };
    let keys = stage.ledger.reopen(&stage.id, Pass(1), &filter).await.unwrap();
    assert_eq!(keys.len(), 2_497);
    assert!(!keys.contains(&ticket(2)));
    assert_eq!(tally(&stage, 1).await, Tally { source: 2_500, rejected: 3, ..Tally::default() });
    let causes = stage.ledger.causes(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(causes, BTreeMap::from([(FailureCode::BadValue, 3)]));
    assert_eq!(stage.ledger.unaccounted(&stage.id, Pass(1), TICKET, 9_999).await.unwrap().len(), 2_497);
    assert!(stage.ledger.reopen(&stage.id, Pass(1), &filter).await.unwrap().is_empty());
    assert!(matches!(stage.ledger.reopen(&stage.id, Pass(2), &filter).await, Err(Error::WrongPass { .. })));
    let what = stage.ledger.audit(&stage.id).await.unwrap().pop().unwrap().what;
    assert_eq!(what, "2497 dead letters reopened in pass 1", "nothing reopened is no line");
}

async fn letters_of_an_earlier_pass_are_reopened_into_this_one(stage: Stage) {
    let lease = stage.lease().await;
    stage.commit(&lease, &rejected(&ticket(1), FailureCode::BadValue)).await;
    stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap();
    let keys = stage.ledger.reopen(&stage.id, Pass(2), &Filter::default()).await.unwrap();
    assert_eq!(keys, [ticket(1)]);
    assert_eq!(tally(&stage, 1).await, Tally { source: 1, rejected: 1, ..Tally::default() }, "history stays");
    assert_eq!(tally(&stage, 2).await, Tally { source: 1, ..Tally::default() });
}

async fn letters_come_in_pages_and_by_filter(stage: Stage) {
    let lease = stage.lease().await;
    let contact = Key::new(ObjectKind::Contact, 7);
    stage
        .ledger
        .dead_letter(&lease, &failed(&contact, FailureCode::TargetConflict), "POST 409")
        .await
        .unwrap();
    for number in 1..=5 {
        stage.commit(&lease, &rejected(&ticket(number), FailureCode::BadValue)).await;
    }
    let mut seen = Vec::new();
    loop {
        let page = stage.ledger.dead_letters(&stage.id, &Filter::default(), seen.last(), 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|letter| letter.key));
    }
    assert_eq!(seen, [contact.clone(), ticket(1), ticket(2), ticket(3), ticket(4), ticket(5)]);
    for (filter, found) in [
        (Filter { kind: Some(ObjectKind::Contact), ..Filter::default() }, 1),
        (Filter { cause: Some(FailureCode::BadValue), ..Filter::default() }, 5),
        (Filter { key: Some(ticket(4)), ..Filter::default() }, 1),
        (Filter { key: Some(ticket(7)), ..Filter::default() }, 0),
        (Filter { key: Some(ticket(4)), kind: Some(ObjectKind::Contact), ..Filter::default() }, 0),
    ] {
        assert_eq!(stage.ledger.dead_letters(&stage.id, &filter, None, 10).await.unwrap().len(), found);
    }
    let filter = Filter { key: Some(contact), ..Filter::default() };
    assert_eq!(stage.ledger.dead_letters(&stage.id, &filter, None, 10).await.unwrap()[0].detail, "POST 409");
}

async fn no_one_fails_without_a_cause(stage: Stage) {
    let lease = stage.lease().await;
    let answer = stage.ledger.commit(&lease, &Commit::left(ticket(1), Outcome::Failed, None)).await;
    assert!(matches!(answer, Err(Error::NoCause { key }) if key == ticket(1)));
    assert_eq!(stage.ledger.entry(&stage.id, &ticket(1)).await.unwrap(), None, "the call is undone whole");
}
