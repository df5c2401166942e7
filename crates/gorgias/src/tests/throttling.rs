//! 429 and permits: a wait for everybody, never a failure, and nothing leaves without leave.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use limiter::{Limiter, LimiterError, LimiterSnapshot, LocalLimiter, Permit, Rate};
use serde_json::json;
use tokio::time::Instant;

use super::fake::{Fake, Reply};
use super::{client, config, message, quick, soon, ticket};
use crate::{Client, ErrorKind, NotSentCause};

fn throttled(seconds: &str) -> Reply {
    Reply::json(429, &json!({"error": {"msg": "Too many requests"}})).with("Retry-after", seconds)
}

#[tokio::test]
async fn a_429_pauses_everybody_for_retry_after_and_then_the_call_is_made_again() {
    let fake = Fake::start(vec![throttled("0.25"), throttled("0.25"), Fake::made(1)]).await;
    let limiter = quick();
    let client = Client::new(config(&fake), limiter.clone()).unwrap();
    assert_eq!(client.create_ticket(&ticket()).await.unwrap().id, 1);
    let figures = limiter.snapshot();
    assert_eq!((figures.blocks, figures.blocked_ms_total), (2, 500));
    assert_eq!(fake.lines(), vec!["POST /api/tickets"; 3]);
    let stats = client.stats();
    assert_eq!((stats.responses_429, stats.retries, stats.messages_created), (2, 2, 2));
}

#[tokio::test]
async fn while_one_client_is_throttled_another_on_the_same_limiter_sends_nothing() {
    let fake = Fake::start(vec![throttled("3600")]).await;
    let limiter = quick();
    let one = Client::new(config(&fake), limiter.clone()).unwrap();
    let other = Client::new(config(&fake), limiter.clone()).unwrap();
    let first = one.until(soon(60)).account().await.unwrap_err();
    assert_eq!(first.kind(), ErrorKind::NotSent(NotSentCause::Deadline));
    let second = other.until(soon(60)).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::NotSent(NotSentCause::Deadline));
    assert_eq!(fake.lines(), ["GET /api/account"]);
}

#[tokio::test]
async fn a_429_without_retry_after_pauses_for_the_configured_time() {
    let fake = Fake::start(vec![Reply::empty(429), Fake::made(1)]).await;
    let limiter = quick();
    let mut config = config(&fake);
    config.default_retry_after_ms = 40;
    Client::new(config, limiter.clone()).unwrap().create_ticket(&ticket()).await.unwrap();
    assert_eq!(limiter.snapshot().blocked_ms_total, 40);
}

#[tokio::test]
async fn a_throttled_write_is_doubt_when_so_configured() {
    let fake = Fake::start(vec![throttled("1"), Fake::made(1)]).await;
    let limiter = quick();
    let mut config = config(&fake);
    config.throttled_write_may_apply = true;
    let client = Client::new(config, limiter.clone()).unwrap();
    assert_eq!(client.create_ticket(&ticket()).await.unwrap_err().kind(), ErrorKind::Ambiguous);
    assert_eq!((fake.lines().len(), limiter.snapshot().blocks), (1, 1));
}

#[tokio::test]
async fn nothing_leaves_after_the_deadline() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let client = client(&fake);
    let error = client.until(Instant::now()).create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent(NotSentCause::Deadline));
    assert!(error.is_surely_not_applied());
    assert!(fake.lines().is_empty());
    assert_eq!(client.stats().requests, 0);
}

/// Gives permits of a fixed kind and writes down what it hears.
#[derive(Debug, Default)]
struct Listener {
    heard: Mutex<Vec<String>>,
    stale: bool,
    unreachable: bool,
}

impl Listener {
    fn hear(&self, what: String) {
        self.heard.lock().unwrap().push(what);
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

#[async_trait]
impl Limiter for Listener {
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        self.hear("acquire".to_owned());
        if self.unreachable {
            return Err(LimiterError::Unavailable { reason: "down".to_owned() });
        }
        Ok(Permit::new(if self.stale { Instant::now() } else { deadline }))
    }

    fn feedback(&self, used: u32, limit: u32) {
        self.hear(format!("{used}/{limit}"));
    }

    fn block_for(&self, pause: Duration) {
        self.hear(format!("block {pause:?}"));
    }

    fn set_rate(&self, _: Rate) {}

    fn snapshot(&self) -> LimiterSnapshot {
        LocalLimiter::new(Rate::new(1, 1)).snapshot()
    }
}

#[tokio::test]
async fn every_answer_tells_the_limiter_what_the_vendor_counts() {
    let header = "X-Gorgias-Account-Api-Call-Limit";
    let refused = Reply::json(400, &json!({})).with(header, "8/40");
    let fake =
        Fake::start(vec![Fake::made(1).with(header, "7/40"), refused, Reply::json(200, &json!({}))]).await;
    let limiter = Arc::new(Listener::default());
    let client = Client::new(config(&fake), limiter.clone()).unwrap();
    let _ = client.create_ticket(&ticket()).await;
    let _ = client.create_message(1, &message("m")).await;
    let _ = client.account().await;
    assert_eq!(limiter.heard(), ["acquire", "7/40", "acquire", "8/40", "acquire"]);
}

#[tokio::test]
async fn a_permit_whose_deadline_has_passed_lets_nothing_leave() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let limiter = Arc::new(Listener { stale: true, ..Listener::default() });
    let client = Client::new(config(&fake), limiter).unwrap();
    let error = client.create_ticket(&ticket()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent(NotSentCause::Deadline));
    assert!(fake.lines().is_empty());
}

#[tokio::test]
async fn nobody_sends_while_the_limiter_is_out_of_reach() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let limiter = Arc::new(Listener { unreachable: true, ..Listener::default() });
    let client = Client::new(config(&fake), limiter).unwrap();
    let error = client.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent(NotSentCause::Limiter));
    assert!(fake.lines().is_empty());
}

#[tokio::test]
async fn a_body_the_gate_refuses_costs_no_permit() {
    let fake = Fake::start(vec![Fake::made(1)]).await;
    let limiter = Arc::new(Listener::default());
    let client = Client::new(config(&fake), limiter.clone()).unwrap();
    let mut empty = ticket();
    empty.messages.clear();
    let error = client.create_ticket(&empty).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefusedByWireGate);
    assert_eq!(error.fields(), ["messages"]);
    assert!(limiter.heard().is_empty() && fake.lines().is_empty());
    assert_eq!(client.stats().refused_by_wire_gate, 1);
}
