//! Reads are tried a few times over hiccups, and no more; what is final is not tried again.

use serde_json::json;

use super::fake::{Fake, Reply, nobody};
use super::{basic, client, client_of, config};
use crate::{Config, ErrorKind, NotSentCause};

fn account() -> Reply {
    Reply::json(200, &json!({"domain": "acme", "status": {"status": "active"}}))
}

#[tokio::test]
async fn a_read_is_tried_again_after_a_hiccup() {
    let hiccups = [
        Reply::empty(503),
        Reply::json(200, &json!({"domain": "acme"})).cut_in_half(),
        Reply::raw(200, b"\xff\xfe"),
    ];
    for hiccup in hiccups {
        let fake = Fake::start(vec![hiccup, account()]).await;
        let client = client(&fake);
        assert_eq!(client.account().await.unwrap().domain.as_deref(), Some("acme"));
        assert_eq!((fake.lines().len(), client.stats().retries), (2, 1));
    }
}

#[tokio::test]
async fn a_read_is_given_up_after_the_configured_tries() {
    let fake = Fake::start(vec![Reply::empty(502)]).await;
    let mut config = config(&fake);
    config.read_attempts = 3;
    let error = client_of(config).account().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(502)));
    assert_eq!(fake.lines().len(), 3);
}

#[tokio::test]
async fn a_read_that_gets_no_answer_is_unavailable() {
    let fake = Fake::start(vec![Reply::silent()]).await;
    let mut config = config(&fake);
    (config.timeout_ms, config.read_attempts) = (200, 2);
    assert_eq!(client_of(config).account().await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(fake.lines().len(), 2);
}

#[tokio::test]
async fn what_is_final_is_not_read_again() {
    let finals = [
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (400, ErrorKind::Rejected),
        (418, ErrorKind::Unexpected),
    ];
    for (status, kind) in finals {
        let fake = Fake::start(vec![Reply::json(status, &json!({"message": "Unauthorized"}))]).await;
        let error = client(&fake).ticket(5).await.unwrap_err();
        assert_eq!((error.kind(), error.record()), (kind, Some("ticket 5")));
        assert_eq!(fake.lines(), ["GET /api/tickets/5?relationships=custom_fields"]);
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_named_as_such() {
    let mut config = Config::new(nobody().await, basic());
    (config.read_pause_ms, config.read_attempts) = (1, 2);
    let client = client_of(config);
    let error = client.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent(NotSentCause::Connect));
    assert_eq!(client.stats().retries, 1);
}

#[tokio::test]
async fn a_ticket_is_read_with_its_messages_in_whatever_shape_they_come() {
    let body = json!({
        "id": 7, "external_id": 12, "status": "closed", "tags": [{"name": "VIP"}, "plain"], "messages_count": 1,
        "custom_fields": [{"field": {"id": 3}, "value": 1}, {"id": 4, "value": "x"}, {"field": 5, "value": null}],
        "created_datetime": "2019-07-05T14:42:00.384938", "trashed_datetime": null, "customer": {"id": 11},
        "messages": [{"id": 1, "public": false, "sent_datetime": "2019-07-05T14:42:00+00:00", "attachments": null}],
        "something_new": {}
    });
    let fake = Fake::start(vec![Reply::json(200, &body)]).await;
    let ticket = client(&fake).ticket(7).await.unwrap();
    assert_eq!(ticket.row.external_id.as_deref(), Some("12"));
    assert_eq!(ticket.row.tags, ["VIP", "plain"]);
    assert_eq!(ticket.row.custom_fields.iter().map(|value| value.id).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(ticket.row.created_datetime, Some(super::at("2019-07-05T14:42:00.384938Z")));
    assert!(!ticket.row.is_trashed() && ticket.messages[0].is_internal_note());
    assert_eq!(ticket.messages[0].sent_datetime, Some(super::at("2019-07-05T14:42:00Z")));
}
