//! The import flag: sent while the account takes it, dropped for good once the account names it in a 400.

use serde_json::{Value, json};

use super::fake::{Fake, Reply, Seen};
use super::{client, client_of, config, message, ticket};
use crate::{ErrorKind, ImportedFlag};

fn flags(fake: &Fake) -> Vec<Value> {
    fake.seen().iter().map(Seen::json).map(|body| body["imported"].clone()).collect()
}

fn names_the_flag() -> Reply {
    Reply::json(400, &json!({"error": {"msg": "Invalid", "data": {"imported": ["Unknown field."]}}}))
}

#[tokio::test]
async fn tickets_and_messages_are_flagged_as_imported() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let client = client(&fake);
    client.create_ticket(&ticket()).await.unwrap();
    client.create_message(1, &message("m")).await.unwrap();
    assert_eq!(flags(&fake), [json!(true), json!(true)]);
}

#[tokio::test]
async fn an_account_that_does_not_know_the_flag_gets_the_same_body_without_it_from_then_on() {
    let fake = Fake::start(vec![names_the_flag(), Fake::made(1)]).await;
    let client = client(&fake);
    assert_eq!(client.create_ticket(&ticket()).await.unwrap().id, 1);
    client.clone().create_message(1, &message("m")).await.unwrap();
    assert_eq!(flags(&fake), [json!(true), Value::Null, Value::Null]);
    let sent: Vec<Value> = fake.seen().iter().map(Seen::json).collect();
    let mut flagged = sent[0].clone();
    flagged.as_object_mut().unwrap().remove("imported");
    assert_eq!(flagged, sent[1]);
    assert_eq!(client.stats().messages_created, 3);
}

#[tokio::test]
async fn another_400_is_not_taken_for_it() {
    let other = Reply::json(400, &json!({"error": {"msg": "imported by ada", "data": {"subject": ["no"]}}}));
    let fake = Fake::start(vec![other, Fake::made(1)]).await;
    let client = client(&fake);
    assert_eq!(client.create_ticket(&ticket()).await.unwrap_err().kind(), ErrorKind::Rejected);
    client.create_ticket(&ticket()).await.unwrap();
    assert_eq!(flags(&fake), [json!(true), json!(true)]);
}

#[tokio::test]
async fn the_flag_can_be_switched_off() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let mut config = config(&fake);
    config.imported = ImportedFlag::Never;
    client_of(config).create_ticket(&ticket()).await.unwrap();
    assert_eq!(flags(&fake), [Value::Null]);
}
