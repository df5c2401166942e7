//! The verdict table: what `intend` says of a record, for every way it can have ended before.

use protocol::{EntryState, FailureCode, Key, ObjectKind, Outcome, Pass, TargetId, UnixMs};

use super::{
    on_every_backend,
    stage::{Stage, TTL_MS, failed, print, rejected, ticket},
};
use crate::{Commit, Resolution, Verdict};

on_every_backend! {
    a_record_is_new_once_then_in_doubt_then_settled,
    what_was_surely_not_sent_is_in_no_doubt,
    only_an_intent_of_ones_own_is_withdrawn,
    entries_are_read_many_at_once,
    an_earlier_landing_is_same_or_changed,
    a_record_that_did_not_land_is_tried_again,
    a_doubt_outlives_passes_surveys_and_failures,
    what_another_batch_means_to_write_is_elsewhere_while_its_lease_holds,
    who_has_settled_a_record_has_let_go_of_it,
    an_update_in_doubt_is_changed_not_created_again,
    a_change_left_alone_is_a_change_again,
    an_upload_without_an_id_is_same_and_keeps_its_facts,
    links_resolve_to_what_landed,
    a_tag_with_any_name_is_found_again,
}

async fn a_record_is_new_once_then_in_doubt_then_settled(stage: Stage) {
    let lease = stage.lease().await;
    let key = ticket(1);
    let since = protocol::Clock::now(&*stage.clock);
    assert_eq!(stage.intend(&lease, &key, "a").await, Verdict::New);
    stage.clock.pass_ms(5);
    let again = stage.intend(&lease, &key, "b").await;
    assert_eq!(again, Verdict::InDoubt { since, last: since }, "the first doubt counts");
    let entry = stage.ledger.entry(&stage.id, &key).await.unwrap().unwrap();
    assert_eq!((entry.state, entry.fingerprint), (EntryState::Intended { at: since }, Some(print("b"))));
    stage.commit(&lease, &Commit::landed(key.clone(), Outcome::Created, TargetId(11))).await;
    assert_eq!(stage.intend(&lease, &key, "c").await, Verdict::Settled);
    let entry = stage.ledger.entry(&stage.id, &key).await.unwrap().unwrap();
    assert_eq!(entry.state, EntryState::Settled { outcome: Outcome::Created });
    assert_eq!((entry.target, entry.fingerprint), (Some(TargetId(11)), Some(print("b"))));
}

async fn what_was_surely_not_sent_is_in_no_doubt(stage: Stage) {
    let (lease, key) = (stage.lease().await, ticket(1));
    assert_eq!(stage.intend(&lease, &key, "a").await, Verdict::New);
    stage.ledger.withdraw(&lease, &key).await.unwrap();
    let entry = stage.ledger.entry(&stage.id, &key).await.unwrap().unwrap();
    assert_eq!((entry.state, entry.fingerprint), (EntryState::Seen, None));
    assert_eq!(stage.intend(&lease, &key, "b").await, Verdict::New, "and may be written at once");
    let tallies = stage.ledger.tallies(&stage.id, Pass(1)).await.unwrap();
    assert_eq!(tallies[&ObjectKind::Ticket].source, 1, "it stays counted, and unaccounted for");
}

async fn only_an_intent_of_ones_own_is_withdrawn(stage: Stage) {
    let (lease, key) = (stage.lease().await, ticket(1));
    stage.intend(&lease, &key, "a").await;
    stage.commit(&lease, &Commit::landed(key.clone(), Outcome::Created, TargetId(11))).await;
    stage.ledger.withdraw(&lease, &key).await.unwrap();
    let entry = stage.ledger.entry(&stage.id, &key).await.unwrap().unwrap();
    assert_eq!(entry.state, EntryState::Settled { outcome: Outcome::Created }, "what is settled stays");

    stage.intend(&lease, &ticket(2), "a").await;
    stage.clock.pass_ms(i64::try_from(TTL_MS).unwrap() + 1);
    assert!(matches!(stage.ledger.withdraw(&lease, &ticket(2)).await, Err(crate::Error::LeaseLost { .. })));
    let entry = stage.ledger.entry(&stage.id, &ticket(2)).await.unwrap().unwrap();
    assert!(matches!(entry.state, EntryState::Intended { .. }), "a lost lease takes nothing back");
}

async fn entries_are_read_many_at_once(stage: Stage) {
    let lease = stage.lease().await;
    let ids: Vec<_> =
        (1..=3).map(|number| ticket(number).id).chain([protocol::SourceId("a 'b\"".into())]).collect();
    for id in &ids {
        stage.intend(&lease, &Key { kind: ObjectKind::Ticket, id: id.clone() }, "a").await;
    }
    let asked = [&ids[1..], &[protocol::SourceId("99".into())]].concat();
    let found = stage.ledger.entries(&stage.id, ObjectKind::Ticket, &asked).await.unwrap();
    assert_eq!(found.len(), 3);
    assert!(ids[1..].iter().all(|id| found[id].key.id == *id));
    assert!(stage.ledger.entries(&stage.id, ObjectKind::Contact, &asked).await.unwrap().is_empty());
    assert!(stage.ledger.entries(&stage.id, ObjectKind::Ticket, &[]).await.unwrap().is_empty());
}

async fn an_earlier_landing_is_same_or_changed(stage: Stage) {
    let lease = stage.lease().await;
    for (number, outcome) in [(1, Outcome::Created), (2, Outcome::Adopted), (3, Outcome::Updated)] {
        stage.intend(&lease, &ticket(number), "a").await;
        stage.commit(&lease, &Commit::landed(ticket(number), outcome, TargetId(10 + number))).await;
    }
    for content in ["a", "b"] {
        let lease = stage.next_pass().await;
        for number in 1..=3 {
            let target = TargetId(10 + number);
            let expected = match content {
                "a" => Verdict::Same { target: Some(target) },
                _ => Verdict::Changed { target, before: Some(print("a")) },
            };
            assert_eq!(stage.intend(&lease, &ticket(number), content).await, expected);
        }
    }
    let tallies = stage.ledger.tallies(&stage.id, Pass(2)).await.unwrap();
    assert_eq!(tallies[&ObjectKind::Ticket].unchanged, 3, "the same is settled by its verdict");
    assert_eq!(tallies[&ObjectKind::Ticket].difference(), 0);
}

async fn a_record_that_did_not_land_is_tried_again(stage: Stage) {
    let lease = stage.lease().await;
    stage.commit(&lease, &rejected(&ticket(1), FailureCode::UnmappedValue)).await;
    stage.commit(&lease, &Commit::left(ticket(2), Outcome::Skipped, Some(FailureCode::SourceGone))).await;
    stage.commit(&lease, &Commit::left(ticket(3), Outcome::Excluded, None)).await;
    stage.intend(&lease, &ticket(4), "a").await;
    stage.commit(&lease, &failed(&ticket(4), FailureCode::TargetRejected)).await;
    let lease = stage.next_pass().await;
    for number in 1..=4 {
        assert_eq!(stage.intend(&lease, &ticket(number), "a").await, Verdict::New, "ticket {number}");
    }
}

async fn a_doubt_outlives_passes_surveys_and_failures(stage: Stage) {
    let lease = stage.lease().await;
    let since = protocol::Clock::now(&*stage.clock);
    for number in 1..=4 {
        stage.intend(&lease, &ticket(number), "a").await;
    }
    // 1 was cut off; 2 failed without an answer; 3 failed and was reopened; 4 was found unmappable after the restart.
    stage.commit(&lease, &failed(&ticket(2), FailureCode::TargetUncertain)).await;
    stage.commit(&lease, &failed(&ticket(3), FailureCode::TargetConflict)).await;
    stage.commit(&lease, &rejected(&ticket(4), FailureCode::UnmappedValue)).await;
    let filter = crate::Filter { key: Some(ticket(3)), ..Default::default() };
    stage.ledger.reopen(&stage.id, Pass(1), &filter).await.unwrap();
    assert_eq!(stage.intend(&lease, &ticket(3), "a").await, Verdict::InDoubt { since, last: since });
    stage.clock.pass_ms(9);
    let lease = stage.next_pass().await;
    let ids: Vec<_> = (1..=4).map(|number| ticket(number).id).collect();
    stage.ledger.note_seen(&stage.id, Pass(2), ObjectKind::Ticket, &ids).await.unwrap();
    for number in 1..=4 {
        let verdict = stage.intend(&lease, &ticket(number), "a").await;
        let seen_again = protocol::Clock::now(&*stage.clock);
        assert_eq!(verdict, Verdict::InDoubt { since, last: seen_again }, "ticket {number}");
    }
}

async fn what_another_batch_means_to_write_is_elsewhere_while_its_lease_holds(stage: Stage) {
    let (anna, bert) = (stage.lease().await, stage.lease().await);
    let since = protocol::Clock::now(&*stage.clock);
    for number in 1..=3 {
        assert_eq!(stage.intend(&anna, &ticket(number), "a").await, Verdict::New);
    }
    let before = stage.ledger.entry(&stage.id, &ticket(1)).await.unwrap();
    stage.clock.pass_ms(5);
    assert_eq!(stage.intend(&bert, &ticket(1), "b").await, Verdict::Elsewhere);
    assert_eq!(stage.ledger.entry(&stage.id, &ticket(1)).await.unwrap(), before, "nothing was changed");
    let own = Verdict::InDoubt { since, last: since };
    assert_eq!(
        stage.intend(&anna, &ticket(1), "a").await,
        own,
        "its own intent is a doubt to the batch itself"
    );
    stage.clock.pass_ms(1);
    let anna = stage.ledger.renew(&anna, TTL_MS).await.unwrap();
    stage.clock.pass_ms(TTL_MS.cast_signed() - 1);
    let bert = stage.ledger.claim(bert.batch.id, "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!(stage.intend(&bert, &ticket(1), "b").await, Verdict::Elsewhere, "a renewed lease holds");
    // What was meant under a former token of the same batch is its present holder's doubt, and others' too.
    stage.ledger.release(&anna, false, UnixMs(0), None).await.unwrap();
    let clara = stage.ledger.claim(anna.batch.id, "clara", TTL_MS).await.unwrap().unwrap();
    let last = UnixMs(since.0 + 5);
    assert_eq!(stage.intend(&bert, &ticket(1), "b").await, Verdict::InDoubt { since, last });
    assert_eq!(stage.intend(&clara, &ticket(1), "b").await, Verdict::Elsewhere, "now it is in other hands");
    assert_eq!(stage.intend(&clara, &ticket(2), "a").await, own, "what its former holder meant");
    stage.clock.pass_ms(TTL_MS.cast_signed());
    let dora = stage.lease().await;
    for number in 1..=3 {
        let verdict = stage.intend(&dora, &ticket(number), "a").await;
        assert!(
            matches!(verdict, Verdict::InDoubt { .. }),
            "ticket {number}: the leases have ended: {verdict:?}"
        );
    }
}

async fn who_has_settled_a_record_has_let_go_of_it(stage: Stage) {
    let (anna, bert) = (stage.lease().await, stage.lease().await);
    let since = protocol::Clock::now(&*stage.clock);
    stage.intend(&anna, &ticket(1), "a").await;
    stage.commit(&anna, &failed(&ticket(1), FailureCode::TargetUncertain)).await;
    assert_eq!(stage.intend(&bert, &ticket(1), "a").await, Verdict::Settled);
    stage.ledger.reopen(&stage.id, Pass(1), &crate::Filter::default()).await.unwrap();
    let doubt = Verdict::InDoubt { since, last: since };
    assert_eq!(stage.intend(&bert, &ticket(1), "a").await, doubt, "anna's lease holds, but not this record");
}

async fn an_update_in_doubt_is_changed_not_created_again(stage: Stage) {
    let lease = stage.lease().await;
    stage.create(&lease, &ticket(1), "a", 11).await;
    let changed = Verdict::Changed { target: TargetId(11), before: Some(print("a")) };
    let lease = stage.next_pass().await;
    assert_eq!(stage.intend(&lease, &ticket(1), "b").await, changed);
    assert_eq!(stage.intend(&lease, &ticket(1), "a").await, changed, "b may have been written since");
    stage.commit(&lease, &Commit::landed(ticket(1), Outcome::Updated, TargetId(11))).await;
    let lease = stage.next_pass().await;
    assert_eq!(stage.intend(&lease, &ticket(1), "a").await, Verdict::Same { target: Some(TargetId(11)) });
}

async fn a_change_left_alone_is_a_change_again(stage: Stage) {
    let lease = stage.lease().await;
    stage.create(&lease, &ticket(1), "a", 11).await;
    for content in ["b", "b"] {
        let lease = stage.next_pass().await;
        let changed = Verdict::Changed { target: TargetId(11), before: Some(print("a")) };
        assert_eq!(stage.intend(&lease, &ticket(1), content).await, changed);
        let left = Commit::left(ticket(1), Outcome::Skipped, Some(FailureCode::ChangedSinceCopy));
        stage.commit(&lease, &left).await;
    }
    let lease = stage.next_pass().await;
    assert_eq!(stage.intend(&lease, &ticket(1), "a").await, Verdict::Same { target: Some(TargetId(11)) });
}

async fn an_upload_without_an_id_is_same_and_keeps_its_facts(stage: Stage) {
    let lease = stage.lease().await;
    let (key, other) =
        (Key::new(ObjectKind::Attachment, "123/1"), Key::new(ObjectKind::Attachment, "1234/1"));
    for key in [&key, &other] {
        stage.intend(&lease, key, "a").await;
        let facts = Some(serde_json::json!({"size": 3}));
        stage.commit(&lease, &Commit { facts, ..Commit::left(key.clone(), Outcome::Created, None) }).await;
    }
    let lease = stage.next_pass().await;
    assert_eq!(stage.intend(&lease, &key, "a").await, Verdict::Same { target: None });
    assert_eq!(stage.intend(&lease, &other, "b").await, Verdict::New, "another file is uploaded anew");
    let under = stage.ledger.entries_under(&stage.id, ObjectKind::Attachment, "123/").await.unwrap();
    assert_eq!(under.len(), 1);
    assert_eq!((&under[0].key, &under[0].facts), (&key, &Some(serde_json::json!({"size": 3}))));
}

async fn links_resolve_to_what_landed(stage: Stage) {
    let lease = stage.lease().await;
    stage.create(&lease, &ticket(1), "a", 11).await;
    stage.commit(&lease, &rejected(&ticket(2), FailureCode::BadValue)).await;
    stage.commit(&lease, &Commit::left(ticket(3), Outcome::Excluded, None)).await;
    stage.intend(&lease, &ticket(4), "a").await;
    let same_number = Key::new(ObjectKind::Customer, 1);
    let links = [ticket(1), ticket(2), ticket(3), ticket(4), ticket(5), same_number.clone(), ticket(1)];
    let resolved = stage.ledger.resolve(&stage.id, &links).await.unwrap();
    let expected = [
        (ticket(1), Resolution::Landed(TargetId(11))),
        (ticket(2), Resolution::NotLanded(Some(FailureCode::BadValue))),
        (ticket(3), Resolution::NotLanded(None)),
        (ticket(4), Resolution::Unknown),
        (ticket(5), Resolution::Unknown),
        (same_number, Resolution::Unknown),
    ];
    assert_eq!(resolved, expected.into_iter().collect());
    // A known record stays a parent also while the next pass has not come to it.
    stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap();
    stage.ledger.note_seen(&stage.id, Pass(2), ObjectKind::Ticket, &[ticket(1).id]).await.unwrap();
    let resolved = stage.ledger.resolve(&stage.id, &[ticket(1)]).await.unwrap();
    assert_eq!(resolved[&ticket(1)], Resolution::Landed(TargetId(11)));
    let many: Vec<Key> = (1..=1_201).map(ticket).collect();
    assert_eq!(stage.ledger.resolve(&stage.id, &many).await.unwrap().len(), 1_201);
}

async fn a_tag_with_any_name_is_found_again(stage: Stage) {
    let lease = stage.lease().await;
    for (target, name) in (1..).zip(["VIP", "vip", "תקלה דחופה", "it's; --", "%", "", "\u{10ffff}"])
    {
        let key = Key::new(ObjectKind::Tag, name);
        assert_eq!(stage.intend(&lease, &key, name).await, Verdict::New);
        stage.commit(&lease, &Commit::landed(key.clone(), Outcome::Created, TargetId(target))).await;
        let resolved = stage.ledger.resolve(&stage.id, std::slice::from_ref(&key)).await.unwrap();
        assert_eq!(resolved[&key], Resolution::Landed(TargetId(target)));
    }
    assert!(stage.ledger.entry(&stage.id, &Key::new(ObjectKind::Tag, "Vip")).await.unwrap().is_none());
}
