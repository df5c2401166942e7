//! What must not be found of a fleet at work: no token, no key, no password, no customer's word in a log, an answer of the
//! API, Redis (every write it ever took) or PostgreSQL. Only the workers' folder of credentials holds secrets.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use tests::{FleetStack, Home as _, StackOptions};

use crate::{
    PROGRAM,
    at_rest::{Secrets, TICKETS},
};

/// Every reading the API offers.
const READINGS: [&str; 10] = [
    "/v1/accounts",
    "/v1/accounts/source-account",
    "/v1/accounts/destination-account",
    "/v1/migrations",
    "/v1/migrations/under-test",
    "/v1/migrations/under-test/report",
    "/v1/migrations/under-test/events?after=0&limit=1000",
    "/v1/migrations/under-test/failures?limit=1000",
    "/v1/migrations/under-test/records/ticket/1",
    "/metrics",
];

/// Whatever of it stands in a log, an answer, Redis or PostgreSQL.
async fn found(stack: &FleetStack, secrets: &Secrets) -> Vec<String> {
    let mut found = Vec::new();
    for (name, log) in stack.logs().await {
        found.extend(secrets.found_in(&format!("log of {name}"), log.as_bytes()));
    }
    let admin = stack.api("admin").await;
    for path in READINGS {
        let answer = admin.get(path).await;
        // A ticket that no survey has met is not there yet.
        let unmet = answer.status == 404 && path.ends_with("/ticket/1");
        assert!(answer.status == 200 || unmet, "{path}: {} {}", answer.status, answer.text);
        found.extend(secrets.found_in(path, answer.text.as_bytes()));
    }
    let servers = stack.servers().await;
    let dump = servers.postgres.dump(servers.database()).await.unwrap();
    assert!(dump.contains("under-test"), "the dump is not of this ledger");
    found.extend(secrets.found_in("PostgreSQL", dump.as_bytes()));
    let writes = servers.redis.writes();
    assert!(String::from_utf8_lossy(&writes).contains("flotilla:{jobs}"), "Redis was not used");
    found.extend(secrets.found_in("Redis", &writes));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_customers_word_is_found_outside_the_credentials() {
    // As loud as it gets.
    let options = StackOptions::tickets(TICKETS).processes(1, 2).set("log.level", "trace");
    let stack = FleetStack::start(PROGRAM, options).await;
    let mut secrets = Secrets::of(&stack).await;
    for token in stack.tokens() {
        secrets.add("token of the API", token);
    }
    let ended = stack.run().await;
    let _ = ended.well();
    assert!(stack.logs().await.values().any(|log| log.contains("TRACE")), "the logs are not loud");
    let found = found(&stack, &secrets).await;
    assert!(found.is_empty(), "{found:#?}");
}

/// A password in an address is what every message about that server is apt to quote. So both servers are lost half way.
#[tokio::test(flavor = "multi_thread")]
async fn the_passwords_in_the_addresses_of_the_servers_are_told_to_nobody() {
    let (redis, postgres) = ("planted-redis-71c0", "planted-postgres-9d3e");
    let options = StackOptions::tickets(24).processes(1, 2).passwords(redis, postgres);
    let stack = FleetStack::start(PROGRAM, options.rate(20, 1_000).set("log.level", "trace")).await;
    let mut secrets = Secrets::default();
    secrets.add("password of Redis", redis);
    secrets.add("password of PostgreSQL", postgres);
    stack.begin().await;
    let _ = stack.holder("ticket").await;
    stack.servers().await.admit_to_redis(false).await;
    said_by_somebody(&stack, "the queue is away").await;
    stack.servers().await.postgres.stop().await;
    said_by_somebody(&stack, "the ledger").await;
    stack.servers().await.postgres.restart().await.unwrap();
    stack.servers().await.admit_to_redis(true).await;
    let ended = stack.run().await;
    let _ = ended.well();
    let found = found(&stack, &secrets).await;
    assert!(found.is_empty(), "{found:#?}");
}

/// Waits until a line of somebody's log, above the loudest levels, says this.
async fn said_by_somebody(stack: &FleetStack, what: &str) {
    let loud = |line: &str| (line.contains("WARN") || line.contains("ERROR")) && line.contains(what);
    let said = async {
        while !stack.logs().await.values().any(|log| log.lines().any(loud)) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let said = tokio::time::timeout(Duration::from_secs(60), said).await;
    assert!(said.is_ok(), "nobody says {what:?}: {:#?}", stack.logs().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_cannot_be_used_halts_the_migration_and_is_not_quoted() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(12).processes(1, 1)).await;
    let planted = "planted-4f1d7c9e2b";
    let mut secrets = Secrets::default();
    secrets.add("planted secret", planted);
    let file = stack.folder().join("credentials/source-account.toml");
    let sound = fs::read_to_string(&file).unwrap();
    let refused = format!("token = \"{planted}.{planted}.{planted}\"\n");
    let malformed = format!("token = {planted}\nthis is no TOML: {planted}");
    for (content, place) in [(refused, "source"), (malformed, "source-account")] {
        fs::write(&file, content).unwrap();
        stack.begin().await;
        let seen = stack.state_of("under-test", &["halted"]).await;
        assert_eq!(seen["migration"]["cause"], json!("source_auth"), "{seen}");
        let events = stack.api("viewer").await.get(READINGS[6]).await.well();
        let last = events["events"].as_array().unwrap().last().unwrap();
        assert!(last["why"].as_str().unwrap().contains(place), "{last}");
        let _: Value = seen;
        let found = found(&stack, &secrets).await;
        assert!(found.is_empty(), "{found:#?}");
    }
    fs::write(&file, sound).unwrap();
    let ended = stack.run().await;
    assert_eq!(ended.well()["state"], "ready", "with a sound credential the same migration goes on");
}
