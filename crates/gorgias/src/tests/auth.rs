//! Credentials: Basic as given, bearer tokens fetched and refreshed once, and no secret in any `Debug`.

use serde_json::json;

use super::fake::{Fake, Reply};
use super::{client, client_of, config, secret, ticket};
use crate::{Auth, Client, Config, ErrorKind, NotSentCause};

fn token(access: &str, refresh: &str) -> Reply {
    Reply::json(200, &json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600}))
}

fn oauth(fake: &Fake) -> Client {
    let auth = Auth::OAuth {
        client_id: "app".to_owned(),
        client_secret: secret("app-secret"),
        refresh_token: secret("first-refresh"),
        token_url: fake.url("/oauth/token"),
    };
    client_of(Config { auth, ..config(fake) })
}

fn bearers(fake: &Fake) -> Vec<String> {
    fake.seen().iter().map(|seen| seen.header("authorization").to_owned()).collect()
}

#[tokio::test]
async fn basic_credentials_are_sent_as_they_are_and_a_401_is_final() {
    let fake = Fake::start(vec![Reply::json(401, &json!({"message": "Unauthorized"}))]).await;
    let error = client(&fake).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(bearers(&fake), ["Basic YWRtaW5AbXNwLmV4YW1wbGU6a2V5LW9mLXRoZS1hY2NvdW50"]);
    assert!(fake.seen()[0].header("user-agent").starts_with("flotilla/"));
}

#[tokio::test]
async fn a_token_is_fetched_once_and_used_for_all_calls() {
    let fake = Fake::start(vec![token("one", "second-refresh"), Fake::made(1)]).await;
    let client = oauth(&fake);
    client.create_ticket(&ticket()).await.unwrap();
    client.create_ticket(&ticket()).await.unwrap();
    assert_eq!(fake.lines(), ["POST /oauth/token", "POST /api/tickets", "POST /api/tickets"]);
    assert_eq!(bearers(&fake)[1..], ["Bearer one", "Bearer one"]);
    assert_eq!(&fake.seen()[0].body[..], b"grant_type=refresh_token&refresh_token=first-refresh");
}

#[tokio::test]
async fn a_token_refused_with_401_is_refreshed_once_with_the_rotated_refresh_token() {
    let fake = Fake::start(vec![
        token("one", "second-refresh"),
        Reply::empty(401),
        token("two", "third-refresh"),
        Fake::made(1),
    ])
    .await;
    assert_eq!(oauth(&fake).create_ticket(&ticket()).await.unwrap().id, 1);
    assert_eq!(bearers(&fake)[3], "Bearer two");
    assert!(fake.seen()[2].body.ends_with(b"refresh_token=second-refresh"));
}

#[tokio::test]
async fn a_second_401_is_final() {
    let fake =
        Fake::start(vec![token("one", "r"), Reply::empty(401), token("two", "r"), Reply::empty(401)]).await;
    let error = oauth(&fake).account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(fake.lines().len(), 4);
}

#[tokio::test]
async fn a_refused_refresh_token_is_final_and_the_call_never_leaves() {
    let fake = Fake::start(vec![Reply::json(400, &json!({"error": "invalid_grant"}))]).await;
    let error = oauth(&fake).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!((error.kind(), error.endpoint()), (ErrorKind::Unauthorized, "POST /tickets"));
    assert_eq!(fake.lines(), ["POST /oauth/token"]);
}

#[tokio::test]
async fn a_token_host_in_trouble_means_that_the_call_was_not_sent() {
    let fake = Fake::start(vec![Reply::empty(503)]).await;
    let error = oauth(&fake).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent(NotSentCause::Token));
    assert!(error.is_surely_not_applied());
}

#[tokio::test]
async fn no_secret_appears_in_debug() {
    let fake = Fake::start(vec![token("access-secret", "refresh-secret"), Fake::made(1)]).await;
    let client = oauth(&fake);
    client.create_ticket(&ticket()).await.unwrap();
    let shown = format!("{client:?} {:?} {:?}", config(&fake), super::client(&fake));
    for hidden in ["app-secret", "first-refresh", "access-secret", "refresh-secret", "key-of-the-account"] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_http_is_refused_before_any_call() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let mut config = config(&fake);
    config.base_url = url::Url::parse("ftp://acme.example/api").unwrap();
    let error = Client::new(config, super::quick()).unwrap_err();
    assert_eq!((error.kind(), error.fields()), (ErrorKind::BadConfig, &["base_url".to_owned()][..]));
}
