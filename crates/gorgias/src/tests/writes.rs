//! What the answer to a write means: done, refused for a reason, or unknown. A write is never made twice.

use serde_json::json;

use super::fake::{Fake, Reply, hangs_up, nobody};
use super::{client, client_of, config, message, note, soon, ticket};
use crate::{Config, Deleted, Error, ErrorKind, NewCustomer, NewTag, NotSentCause};

/// Creates a ticket against one answer and gives the error, after seeing that it was asked once only.
async fn refused_with(reply: Reply) -> Error {
    let fake = Fake::start(vec![reply, Fake::made(1)]).await;
    let error = client(&fake).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(fake.lines(), ["POST /api/tickets"], "a write is made once");
    assert_eq!((error.endpoint(), error.record()), ("POST /tickets", Some("external_id flotilla:ticket:7")));
    error
}

#[tokio::test]
async fn a_ticket_with_its_thread_is_one_call_and_its_messages_are_counted() {
    let fake = Fake::start(vec![Fake::made(77), Reply::json(201, &json!({"id": 5}))]).await;
    let client = client(&fake);
    let created = client.create_ticket(&ticket()).await.unwrap();
    assert_eq!((created.id, created.message_count), (77, 2));
    assert_eq!(client.create_message(77, &note("m3")).await.unwrap(), 5);
    let stats = client.stats();
    assert_eq!((stats.requests, stats.writes, stats.messages_created, stats.notes_created), (2, 2, 3, 2));
    assert_eq!(stats.messages_without_sent_datetime, 0);
    assert_eq!(fake.lines(), ["POST /api/tickets", "POST /api/tickets/77/messages"]);
    let sent = fake.seen()[0].json();
    assert_eq!(sent["messages"][1]["channel"], "internal-note");
    assert_eq!(sent["messages"][1]["public"], false);
    assert_eq!(sent["messages"][0]["sent_datetime"], "2021-03-04T05:06:07Z");
}

#[tokio::test]
async fn a_5xx_on_a_write_is_ambiguous_and_never_repeated() {
    for status in [500, 502, 503, 504, 408] {
        let error = refused_with(Reply::empty(status)).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Ambiguous, Some(status)));
        assert!(!error.is_surely_not_applied());
    }
}

#[tokio::test]
async fn half_a_body_after_a_success_is_ambiguous() {
    let half = Reply::json(201, &json!({"id": 9, "messages": []})).cut_in_half();
    assert_eq!(refused_with(half).await.kind(), ErrorKind::Ambiguous);
}

#[tokio::test]
async fn a_success_that_names_no_record_is_ambiguous() {
    for body in [&b"{}"[..], b"", b"\xff\xfe{", b"{\"id\": \"x\"}"] {
        assert_eq!(refused_with(Reply::raw(201, body)).await.kind(), ErrorKind::Ambiguous);
    }
}

#[tokio::test]
async fn a_write_that_gets_no_answer_in_time_is_ambiguous() {
    let fake = Fake::start(vec![Reply::silent()]).await;
    let mut config = config(&fake);
    config.timeout_ms = 300;
    let error = client_of(config).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(fake.lines().len(), 1);
}

#[tokio::test]
async fn an_answer_is_awaited_no_longer_than_the_deadline() {
    let fake = Fake::start(vec![Reply::silent()]).await;
    let mut config = config(&fake);
    (config.timeout_ms, config.least_answer_ms) = (3_600_000, 500);
    let error = client_of(config).until(soon(1)).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(fake.lines().len(), 1);
}

#[tokio::test]
async fn a_write_on_a_connection_that_breaks_is_ambiguous() {
    let (url, server) = hangs_up().await;
    let error = client_of(Config::new(url, super::basic())).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Ambiguous, None));
    server.abort();
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let config = Config::new(nobody().await, super::basic());
    let client = client_of(config);
    let error = client.create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent(NotSentCause::Connect));
    assert!(error.is_surely_not_applied());
    assert!(client.delete_ticket(1).await.is_err());
    assert_eq!(client.stats().retries, 0, "to write again is the caller's decision");
}

#[tokio::test]
async fn a_refused_body_names_its_fields_and_never_their_values() {
    for status in [400, 413, 422] {
        let body = json!({"error": {"msg": "no ada@example.com", "data": {"subject": ["ada@example.com"]}}});
        let error = refused_with(Reply::json(status, &body)).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Rejected, Some(status)));
        assert_eq!(error.fields(), ["subject"]);
        assert!(!format!("{error} {error:?}").contains("example.com"), "{error}");
    }
}

#[tokio::test]
async fn a_taken_identifier_is_a_conflict() {
    let body = json!({"error": {"msg": "exists", "data": {"email": ["taken"]}}});
    let fake = Fake::start(vec![Reply::json(409, &body)]).await;
    let error = client(&fake).create_customer(&NewCustomer::new("c:1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!((error.record(), error.fields()), (Some("external_id c:1"), &["email".to_owned()][..]));
}

#[tokio::test]
async fn a_merged_record_is_named_and_not_followed() {
    let by_header = Reply::empty(301).with("Location", "/api/customers/42");
    let fake = Fake::start(vec![by_header]).await;
    let error = client(&fake).delete_customer(41).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Merged { into: Some(42) });
    assert_eq!(fake.lines(), ["DELETE /api/customers/41"]);

    let by_body = Reply::json(301, &json!({"error": {"msg": "customer_merged", "data": {"id": 43}}}));
    let fake = Fake::start(vec![by_body]).await;
    let error = client(&fake).customer(41).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Merged { into: Some(43) }, Some("customer_merged")));
    assert_eq!(fake.lines().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let error = refused_with(Reply::empty(307).with("Location", "/api/tickets")).await;
    assert_eq!(error.kind(), ErrorKind::Unexpected);
}

#[tokio::test]
async fn deleting_what_is_gone_is_a_success() {
    let fake = Fake::start(vec![Reply::empty(204), Reply::empty(404), Reply::empty(500)]).await;
    let client = client(&fake);
    assert_eq!(client.delete_ticket(1).await.unwrap(), Deleted::Now);
    assert_eq!(client.delete_message(1, 2).await.unwrap(), Deleted::AlreadyGone);
    assert_eq!(client.delete_tag(3).await.unwrap_err().kind(), ErrorKind::Ambiguous);
    assert_eq!(
        fake.lines(),
        ["DELETE /api/tickets/1", "DELETE /api/tickets/1/messages/2", "DELETE /api/tags/3"]
    );
}

#[tokio::test]
async fn writes_without_an_answer_body_are_done() {
    let fake = Fake::start(vec![Reply::empty(202)]).await;
    let client = client(&fake);
    client.put_customer_data(4, &json!({"a": 1})).await.unwrap();
    client.put_customer_fields(4, &[crate::FieldValue { id: 8, value: json!(2.5) }]).await.unwrap();
    client.deactivate_custom_field(8, super::at("2024-01-01T00:00:00Z")).await.unwrap();
    let sent: Vec<_> = fake.seen().iter().map(super::fake::Seen::json).collect();
    assert_eq!(sent[0], json!({"data": {"a": 1}}));
    assert_eq!(sent[1], json!([{"id": 8, "value": 2.5}]));
    assert_eq!(sent[2], json!({"deactivated_datetime": "2024-01-01T00:00:00Z"}));
}

#[tokio::test]
async fn an_error_says_where_what_and_what_next() {
    let error =
        refused_with(Reply::json(400, &json!({"error": {"msg": "bad", "data": {"status": ["x"]}}}))).await;
    assert_eq!(
        error.to_string(),
        "POST /tickets (external_id flotilla:ticket:7) was refused (status 400) [status]; correct the named fields or the map"
    );
}

#[tokio::test]
async fn a_tag_and_a_message_are_made_as_asked() {
    let fake = Fake::start(vec![Reply::json(201, &json!({"id": 3, "name": "VIP"}))]).await;
    let client = client(&fake);
    assert_eq!(client.create_tag(&NewTag::new("VIP")).await.unwrap().id, 3);
    assert_eq!(client.create_message(1, &message("m")).await.unwrap(), 3);
    assert_eq!(fake.seen()[0].json(), json!({"name": "VIP"}));
}
