//! The client against a scripted vendor on loopback: each rule of the policy has a test that names it. Nothing here knows
//! how the client is built inside, and no test waits for luck.

mod auth;
mod fake;
mod imported;
mod listing;
mod reads;
mod throttling;
mod upload;
mod writes;

use std::sync::Arc;
use std::time::Duration;

use limiter::{LocalLimiter, Rate};
use secrecy::SecretString;
use tokio::time::Instant;

use crate::{Auth, Body, Client, Config, HistoricalMessage, NewTicket, Person};
use fake::Fake;

/// A limiter that never makes a test wait.
fn quick() -> Arc<LocalLimiter> {
    Arc::new(LocalLimiter::new(Rate::new(10_000, 1_000)))
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn basic() -> Auth {
    Auth::Basic { email: "admin@msp.example".to_owned(), api_key: secret("key-of-the-account") }
}

fn config(fake: &Fake) -> Config {
    let mut config = Config::new(fake.url("/api"), basic());
    config.read_pause_ms = 1;
    config
}

fn client(fake: &Fake) -> Client {
    client_of(config(fake))
}

fn client_of(config: Config) -> Client {
    match Client::new(config, quick()) {
        Ok(client) => client,
        Err(error) => panic!("{error}"),
    }
}

fn soon(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

fn at(text: &str) -> jiff::Timestamp {
    match text.parse() {
        Ok(at) => at,
        Err(error) => panic!("{error}"),
    }
}

fn message(id: &str) -> HistoricalMessage {
    HistoricalMessage::from_customer(
        at("2021-03-04T05:06:07Z"),
        Person::new(11),
        Body::text("printer on fire"),
    )
    .with_external_id(id)
}

fn note(id: &str) -> HistoricalMessage {
    HistoricalMessage::internal_note(at("2021-03-04T05:07:00Z"), Person::new(2), Body::text("we know"))
        .with_external_id(id)
}

fn ticket() -> NewTicket {
    NewTicket::new("flotilla:ticket:7", Person::new(11), vec![message("m1"), note("m2")])
}
