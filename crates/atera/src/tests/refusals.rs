//! Refusals and broken answers: what is waited out, what is tried again, what is final; and that nothing secret
//! or personal stands in an error.

use jiff::SignedDuration;

use super::fake::{Fake, Reply, client, listing};
use crate::{AuthScheme, Config, Error, ErrorKind, TicketFilter};

const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

fn one_ticket() -> Reply {
    Reply::json(r#"{"TicketID":5,"TicketTitle":"private words"}"#)
}

async fn failure(fake: &Fake) -> Error {
    fake.client().ticket(5).await.unwrap_err()
}

#[tokio::test]
async fn both_auth_schemes_are_spoken_by_shape_or_by_choice() {
    let cases = [
        ("legacy-key", AuthScheme::Auto, None, Some("legacy-key")),
        (JWT, AuthScheme::Auto, Some(format!("Bearer {JWT}")), None),
        ("legacy-key", AuthScheme::Bearer, Some("Bearer legacy-key".to_owned()), None),
        (JWT, AuthScheme::ApiKey, None, Some(JWT)),
    ];
    for (token, auth, bearer, key) in cases {
        let fake = Fake::start(|_| one_ticket()).await;
        let client = client(Config { token: token.into(), auth, ..fake.config() });
        client.ticket(5).await.unwrap().unwrap();
        let seen = fake.seen();
        let headers = &seen.first().unwrap().headers;
        assert_eq!(headers.get("authorization"), bearer.as_ref());
        assert_eq!(headers.get("x-api-key").map(String::as_str), key);
    }
}

#[tokio::test]
async fn a_401_is_final() {
    let fake = Fake::start(|_| Reply::status(401)).await;
    let error = failure(&fake).await;
    assert_eq!((error.kind, error.status, fake.seen().len()), (ErrorKind::Auth, Some(401), 1));
    assert_eq!(error.endpoint, "tickets/{ticketId}");
    assert_eq!(error.record.as_deref(), Some("5"));
}

#[tokio::test]
async fn a_403_is_final_even_as_a_page_of_html() {
    let fake =
        Fake::start(|_| Reply { status: 403, ..Reply::json("<html>Attention Required!</html>") }).await;
    let error = failure(&fake).await;
    assert_eq!((error.kind, fake.seen().len()), (ErrorKind::Forbidden, 1));
    assert!(!error.to_string().contains("html"));
}

#[tokio::test]
async fn a_400_is_final_and_a_404_is_none() {
    let fake = Fake::start(|_| Reply::status(400)).await;
    assert_eq!(failure(&fake).await.kind, ErrorKind::Refused);
    assert_eq!(fake.seen().len(), 1);
    for reply in [Reply::status(404), Reply::json("null")] {
        let fake = Fake::start(move |_| reply.clone()).await;
        assert_eq!(fake.client().ticket(5).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_listing_that_is_not_there_is_not_an_empty_one() {
    let fake = Fake::start(|_| Reply::status(404)).await;
    let error = fake.client().tickets_page(&TicketFilter::All, 1).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_500_is_tried_again_and_then_final() {
    let fake = Fake::start(|r| if r.before < 2 { Reply::status(500) } else { one_ticket() }).await;
    assert_eq!(fake.client().ticket(5).await.unwrap().unwrap().id, 5);
    assert_eq!(fake.seen().len(), 3);
    let broken = Fake::start(|_| Reply::status(502)).await;
    let error = failure(&broken).await;
    assert_eq!((error.kind, error.status, broken.seen().len()), (ErrorKind::Unavailable, Some(502), 3));
}

#[tokio::test]
async fn half_a_body_is_tried_again() {
    let fake = Fake::start(|r| {
        let whole = one_ticket();
        if r.before == 0 { Reply { cut_at: Some(20), ..whole } } else { whole }
    })
    .await;
    assert_eq!(fake.client().ticket(5).await.unwrap().unwrap().id, 5);
    assert_eq!(fake.seen().len(), 2);
    let ends_early =
        Fake::start(|r| if r.before == 0 { Reply::json(r#"{"TicketID":5"#) } else { one_ticket() }).await;
    assert_eq!(ends_early.client().ticket(5).await.unwrap().unwrap().id, 5);
}

#[tokio::test]
async fn a_connection_nobody_answers_is_unavailable() {
    let fake = Fake::start(|_| one_ticket()).await;
    let client = fake.client();
    let port = fake.origin.port().unwrap();
    drop(fake);
    // The port is free only once the server's task has let go of it.
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let error = client.ticket(5).await.unwrap_err();
    assert_eq!((error.kind, error.detail.as_deref()), (ErrorKind::Unavailable, Some("no connection")));
    assert_eq!(client.requests(), 3);
}

#[tokio::test]
async fn a_429_costs_no_try_and_slows_the_client_down() {
    let fake =
        Fake::start(
            |r| {
                if r.before < 4 { Reply::status(429).header("Retry-After", "0") } else { one_ticket() }
            },
        )
        .await;
    let client = fake.client();
    // Four refusals, though a read has three tries only.
    assert_eq!(client.ticket(5).await.unwrap().unwrap().id, 5);
    assert_eq!(client.pace().refusals, 4);
    assert!(client.pace().rate_per_s < 5_000.0);
}

#[tokio::test]
async fn a_429_pauses_every_clone_of_the_client_for_as_long_as_it_says() {
    let fake = Fake::start(|r| {
        if r.path.ends_with("/5") {
            Reply::status(429).header("Retry-After", "30")
        } else {
            listing_or_ticket(r)
        }
    })
    .await;
    let (client, stranger) = (fake.client(), fake.client());
    let clone = client.clone();
    let reads = async {
        // Another account's reads go their way meanwhile, so there is time enough for the clone's to slip out.
        let mut page = 1;
        while fake.seen().len() < 8 {
            stranger.tickets_page(&TicketFilter::All, page).await.unwrap();
            page += 1;
        }
    };
    let first = async {
        let refused = client.ticket(5);
        tokio::pin!(refused);
        while client.pace().refusals == 0 {
            tokio::select! {
                biased;
                _ = &mut refused => panic!("a refused read is not done"),
                () = tokio::task::yield_now() => {}
            }
        }
    };
    first.await;
    assert!((20_000..=30_000).contains(&client.pace().paused_ms.unwrap()));
    tokio::select! {
        biased;
        _ = clone.ticket(6) => panic!("the clone waits as well"),
        () = reads => {}
    }
    assert!(!fake.seen().iter().any(|r| r.path.ends_with("/6")));
}

fn listing_or_ticket(r: &super::fake::Request) -> Reply {
    if r.path.ends_with("/5") { one_ticket() } else { listing(r, 1, 50, |_| r#"{"TicketID":1}"#.to_owned()) }
}

fn fake_client(fake: &Fake, max_rate_wait_ms: u64) -> crate::Client {
    client(Config { max_rate_wait_ms, ..fake.config() })
}

#[tokio::test]
async fn a_read_that_would_wait_too_long_gives_up_as_rate_limited() {
    let fake = Fake::start(|_| Reply::status(429).header("Retry-After", "3600")).await;
    let error = fake_client(&fake, 1_000).ticket(5).await.unwrap_err();
    assert_eq!((error.kind, error.status, fake.seen().len()), (ErrorKind::RateLimited, Some(429), 1));
}

#[tokio::test]
async fn a_retry_after_date_is_measured_against_the_answers_own_date() {
    let http = |at: jiff::Timestamp| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let now: jiff::Timestamp = "2019-03-01T08:00:00Z".parse().unwrap();
    let fake = Fake::start(move |_| {
        Reply::status(429)
            .header("Date", http(now))
            .header("Retry-After", http(now + SignedDuration::from_secs(90)))
    })
    .await;
    let error = fake_client(&fake, 1_000).ticket(5).await.unwrap_err();
    assert!(error.to_string().contains(" 90000 ms"), "{error}");
}

#[tokio::test]
async fn an_error_says_where_and_what_next_and_quotes_nothing() {
    let fake = Fake::start(|_| Reply::json(r#"{"TicketID":"private words"}"#)).await;
    let error = failure(&fake).await;
    let text = format!("{error} {error:?}");
    assert_eq!(error.kind, ErrorKind::Malformed);
    assert!(text.starts_with("tickets/{ticketId} for record 5 answered 200: "), "{text}");
    assert!(text.contains("line 1 column"), "{text}");
    assert!(!text.contains("private words") && !text.contains("legacy-key"), "{text}");
    let client = fake.client();
    assert!(!format!("{client:?}").contains("legacy-key"));
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_before_anything_is_sent() {
    let fake = Fake::start(|_| one_ticket()).await;
    let bad = [
        Config { token: "".into(), ..fake.config() },
        Config { token: "line\nbreak".into(), ..fake.config() },
        Config { rate_cap_per_s: 0.0, ..fake.config() },
        Config { page_size: 0, ..fake.config() },
        Config { base_url: "file:///etc".parse().unwrap(), ..fake.config() },
    ];
    for config in bad {
        assert_eq!(crate::Client::new(config).unwrap_err().kind, ErrorKind::Configuration);
    }
    assert!(fake.seen().is_empty());
}
