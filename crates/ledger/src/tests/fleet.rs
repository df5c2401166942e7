//! What a fleet keeps: offices held for a term, accounts by name, requests answered once, live controls.

use protocol::{
    Account, Clock as _, Controls, Fingerprint, Leader, MigrationId, Name, UnixMs,
    account::{AccountRate, At},
};
use serde_json::json;

use super::{
    on_every_backend,
    stage::{Stage, TTL_MS},
};
use crate::{Created, Error};

on_every_backend! {
    an_office_has_one_holder_for_a_term,
    who_resigns_leaves_the_office_at_once,
    an_account_is_kept_by_name_and_the_latest_counts,
    a_request_that_comes_twice_makes_one_migration,
    a_name_that_is_taken_is_refused_and_leaves_no_request,
    controls_are_kept_and_told_in_the_audit_log,
    the_audit_log_comes_in_pages,
    settings_change_and_say_so,
    a_deed_is_noted_once_however_many_note_it,
}

async fn an_office_has_one_holder_for_a_term(stage: Stage) {
    let (ledger, start) = (&stage.ledger, stage.clock.now());
    assert_eq!(ledger.now().await.unwrap(), start);
    assert_eq!(ledger.leader("dispatcher").await.unwrap(), None);
    let anna =
        |epoch, until: i64| Leader { holder: "anna".to_owned(), epoch, until: UnixMs(start.0 + until) };
    let term = TTL_MS.cast_signed();
    assert_eq!(ledger.lead("dispatcher", "anna", TTL_MS).await.unwrap(), Some(anna(1, term)));
    assert_eq!(ledger.lead("dispatcher", "bert", TTL_MS).await.unwrap(), None);
    assert!(
        ledger.lead("another", "bert", TTL_MS).await.unwrap().is_some(),
        "each office has its own holder"
    );
    stage.clock.pass_ms(10);
    let renewed = Some(anna(1, 10 + term));
    assert_eq!(ledger.lead("dispatcher", "anna", TTL_MS).await.unwrap(), renewed, "the epoch stays");
    stage.clock.pass_ms(term - 1);
    assert_eq!(ledger.lead("dispatcher", "bert", TTL_MS).await.unwrap(), None);
    assert_eq!(ledger.leader("dispatcher").await.unwrap(), renewed);
    stage.clock.pass_ms(1);
    assert_eq!(ledger.leader("dispatcher").await.unwrap(), None);
    let bert = ledger.lead("dispatcher", "bert", TTL_MS).await.unwrap().unwrap();
    assert_eq!((bert.holder.as_str(), bert.epoch), ("bert", 2));
    assert_eq!(ledger.lead("dispatcher", "anna", TTL_MS).await.unwrap(), None);
}

async fn who_resigns_leaves_the_office_at_once(stage: Stage) {
    let ledger = &stage.ledger;
    ledger.lead("dispatcher", "anna", TTL_MS).await.unwrap().unwrap();
    ledger.resign("dispatcher", "bert").await.unwrap();
    assert!(ledger.leader("dispatcher").await.unwrap().is_some(), "nobody gives up what another holds");
    ledger.resign("dispatcher", "anna").await.unwrap();
    ledger.resign("nothing", "anna").await.unwrap();
    assert_eq!(ledger.leader("dispatcher").await.unwrap(), None);
    assert_eq!(ledger.lead("dispatcher", "bert", TTL_MS).await.unwrap().unwrap().epoch, 2);
}

async fn an_account_is_kept_by_name_and_the_latest_counts(stage: Stage) {
    let name = |name: &str| Name::new(name).unwrap();
    let account = |of: &str, limit| Account {
        name: name(of),
        base_url: format!("https://{of}.example.com/api"),
        credential: name("key"),
        at: At::Gorgias { rate: AccountRate { limit, window_ms: 20_000, reserve: 0.1, quiet: Vec::new() } },
    };
    let ledger = &stage.ledger;
    assert_eq!(ledger.account(&name("acme")).await.unwrap(), None);
    for one in [account("beta", 40), account("acme", 40), account("beta", 80)] {
        ledger.put_account(&one).await.unwrap();
    }
    assert_eq!(ledger.account(&name("acme")).await.unwrap(), Some(account("acme", 40)));
    assert_eq!(ledger.accounts().await.unwrap(), [account("acme", 40), account("beta", 80)]);
}

async fn a_request_that_comes_twice_makes_one_migration(stage: Stage) {
    let (ledger, id) = (&stage.ledger, MigrationId::new("beta").unwrap());
    let (asked, other) = (Fingerprint::of(b"asked"), Fingerprint::of(b"other"));
    let settings = json!({"source": "atera-beta"});
    let request = |body| ledger.create_once(Some(("key-1", body)), &id, settings.clone(), "anna");
    let Created::New(made) = request(asked).await.unwrap() else { panic!("it is new") };
    assert_eq!(ledger.settings(&id).await.unwrap(), settings);
    let lines = ledger.audit(&id).await.unwrap();
    assert_eq!((lines[0].who.as_str(), lines[0].what.as_str()), ("anna", "created"));
    assert_eq!(request(asked).await.unwrap(), Created::Again(made));
    ledger.begin_errand(&id, &protocol::Errand::Move, "flotilla").await.unwrap();
    let Created::Again(now) = request(asked).await.unwrap() else { panic!("it is there") };
    assert_eq!(now.pass.0, 1, "as it stands now");
    assert!(matches!(request(other).await, Err(Error::RequestReused { key }) if key == "key-1"));
    let many = (0..8).map(|_| {
        let id = MigrationId::new("gamma").unwrap();
        async move { ledger.create_once(Some(("key-2", asked)), &id, json!({}), "anna").await.unwrap() }
    });
    let answers = futures::future::join_all(many).await;
    assert_eq!(answers.iter().filter(|one| matches!(one, Created::New(_))).count(), 1);
}

async fn a_name_that_is_taken_is_refused_and_leaves_no_request(stage: Stage) {
    let ledger = &stage.ledger;
    let body = Fingerprint::of(b"asked");
    for request in [None, Some(("key-1", body)), Some(("key-1", body))] {
        let answer = ledger.create_once(request, &stage.id, json!({}), "anna").await;
        assert!(matches!(answer, Err(Error::MigrationExists(id)) if id == stage.id));
    }
    let beta = MigrationId::new("beta").unwrap();
    let made = ledger.create_once(Some(("key-1", body)), &beta, json!({}), "anna").await.unwrap();
    assert!(matches!(made, Created::New(_)));
    let gamma = MigrationId::new("gamma").unwrap();
    assert!(matches!(ledger.create_once(None, &gamma, json!({}), "anna").await.unwrap(), Created::New(_)));
}

async fn controls_are_kept_and_told_in_the_audit_log(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    assert_eq!(ledger.controls(id).await.unwrap(), Controls::default());
    let controls = Controls { limit: Some(20), reserve: Some(0.25), window: None };
    ledger.set_controls(id, &Controls { window: Some(3), ..controls.clone() }, "anna", "slow").await.unwrap();
    ledger.set_controls(id, &controls, "bert", "noon").await.unwrap();
    assert_eq!(ledger.controls(id).await.unwrap(), controls);
    let line = ledger.audit(id).await.unwrap().pop().unwrap();
    assert_eq!((line.who.as_str(), line.why.as_str()), ("bert", "noon"));
    assert_eq!(line.what, r#"controls set: {"limit":20,"reserve":0.25}"#);
    assert!(ledger.audit_holds(id).await.unwrap());
    let nobody = MigrationId::new("nobody").unwrap();
    assert!(matches!(ledger.controls(&nobody).await, Err(Error::NoSuchMigration(_))));
    let set = ledger.set_controls(&nobody, &controls, "anna", "").await;
    assert!(matches!(set, Err(Error::NoSuchMigration(_))));
}

async fn the_audit_log_comes_in_pages(stage: Stage) {
    for _ in 0..5 {
        stage.ledger.begin_errand(&stage.id, &protocol::Errand::Move, "flotilla").await.unwrap();
    }
    let all = stage.ledger.audit(&stage.id).await.unwrap();
    assert_eq!(all.len(), 7);
    let mut read = Vec::new();
    loop {
        let after = read.last().map_or(0, |line: &protocol::migration::AuditLine| line.seq);
        let page = stage.ledger.audit_after(&stage.id, after, 3).await.unwrap();
        assert!(page.len() <= 3);
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, all);
}

async fn settings_change_and_say_so(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let settings = json!({"source": "atera-acme", "signed_off_by": "clara"});
    for _ in 0..2 {
        ledger.set_settings(id, settings.clone(), "anna", "signed").await.unwrap();
        assert_eq!(ledger.settings(id).await.unwrap(), settings);
    }
    let lines = ledger.audit(id).await.unwrap();
    assert_eq!(lines.len(), 3, "the same settings again are no change");
    assert_eq!((lines[2].what.as_str(), lines[2].why.as_str()), ("settings changed", "signed"));
    let nobody = MigrationId::new("nobody").unwrap();
    let set = ledger.set_settings(&nobody, settings, "anna", "").await;
    assert!(matches!(set, Err(Error::NoSuchMigration(_))));
}

async fn a_deed_is_noted_once_however_many_note_it(stage: Stage) {
    let (ledger, id) = (&stage.ledger, &stage.id);
    let note = |what| async move { ledger.note_once(id, "scheduler", what, "due").await.unwrap() };
    let many = futures::future::join_all((0..12).map(|_| note("delta of Monday"))).await;
    assert_eq!(many.into_iter().filter(|added| *added).count(), 1);
    assert!(note("delta of Tuesday").await);
    assert!(!note("delta of Monday").await);
    assert_eq!(ledger.audit(id).await.unwrap().len(), 4);
    assert!(ledger.audit_holds(id).await.unwrap());
    let nobody = MigrationId::new("nobody").unwrap();
    let noted = ledger.note_once(&nobody, "scheduler", "delta", "due").await;
    assert!(matches!(noted, Err(Error::NoSuchMigration(_))));
}
