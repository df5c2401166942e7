//! Several migrations on one fleet at once: two into one account keep its limit together and do not touch each other, and
//! one that is paused rests alone.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{FleetStack, Home as _, StackOptions};

use crate::PROGRAM;

const LOOK: Duration = Duration::from_millis(50);

/// Settled records of a migration, as the ledger counts them.
async fn settled(stack: &FleetStack, id: &str) -> u64 {
    let statement = format!(
        "SELECT count(*) FROM entries e JOIN migrations m ON m.no = e.migration \
         WHERE m.id = '{id}' AND e.state NOT IN ('seen', 'intended')"
    );
    stack.servers().await.sql(&statement).await[0].parse().unwrap()
}

async fn settled_at_least(stack: &FleetStack, id: &str, count: u64) {
    let enough = async {
        while settled(stack, id).await < count {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), enough).await.expect("too few records settled");
}

async fn act(stack: &FleetStack, id: &str, action: &str) -> Value {
    let api = stack.api("operator").await;
    api.post(&format!("/v1/migrations/{id}/{action}"), &json!({})).await.well()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_migrations_into_one_account_keep_its_limit_together_and_one_rests_alone() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(60).rate(320, 8_000)).await;
    for id in ["one", "two"] {
        // The same source twice: another prefix makes them other records.
        stack.create_with(id, &json!({ "prefix": id })).await;
        let _ = act(&stack, id, "start").await;
    }
    settled_at_least(&stack, "one", 30).await;
    settled_at_least(&stack, "two", 30).await;

    let _ = act(&stack, "one", "pause").await;
    let _ = stack.state_of("one", &["paused"]).await;
    // What was in hand is finished; then it rests while the other goes on to its end.
    let mut rested = settled(&stack, "one").await;
    let mut quiet = 0;
    while quiet < 20 {
        tokio::time::sleep(LOOK).await;
        let now = settled(&stack, "one").await;
        quiet = if now == rested { quiet + 1 } else { 0 };
        rested = now;
    }
    let two = stack.ended("two").await;
    let _ = two.well();
    assert_eq!(settled(&stack, "one").await, rested, "a paused migration moved on");
    assert_eq!(stack.look("one").await["migration"]["state"], "paused");

    let _ = act(&stack, "one", "resume").await;
    let one = stack.ended("one").await;
    let (one, two) = (one.well(), two.well());
    for summary in [one, two] {
        assert_eq!(summary["state"], "ready", "{summary}");
        assert!(summary["records"].as_object().unwrap().values().all(|row| row["difference"] == 0));
    }
    let created = |summary: &Value| summary["records"]["ticket"]["created"].as_u64().unwrap();
    assert_eq!(created(one), created(two));
    let state = stack.admin_get("state").await;
    for figure in ["duplicates_total", "emails_sent", "private_notes_public", "responses_429"] {
        assert_eq!(state[figure], json!(0), "{figure}: {}", state["duplicates"]);
    }
    assert_eq!(state["tickets"].as_u64().unwrap(), created(one) + created(two));
    let rate = stack.admin_get("rate").await;
    assert!(rate["max_in_any_window"].as_u64().unwrap() <= 320, "{rate}");
}

/// When each request of the destination came, by the stand-in's clock, in ms.
async fn times(stack: &FleetStack) -> Vec<f64> {
    let log = stack.admin_get("requests?api=gorgias&limit=1000000").await;
    log.as_array().unwrap().iter().map(|entry| entry["t_ms"].as_f64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_migration_goes_as_fast_as_an_operator_says() {
    let stack = FleetStack::start(PROGRAM, StackOptions::tickets(200).rate(100, 1_000)).await;
    stack.begin().await;
    let id = stack.migration();
    settled_at_least(&stack, id.as_str(), 60).await;
    let api = stack.api("operator").await;
    let throttle = format!("/v1/migrations/{id}/throttle");
    let answer = api.post(&throttle, &json!({ "limit": 4 })).await.well();
    assert_eq!(answer["controls"]["limit"], json!(4), "{answer}");

    // It acts within two seconds. In the three seconds after them there is room for twelve, and one at either end.
    let said = times(&stack).await.into_iter().fold(0.0, f64::max);
    let (from, to) = (said + 2_000.0, said + 5_000.0);
    let later = async {
        loop {
            let times = times(&stack).await;
            if times.iter().any(|at| *at > to) {
                return times;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let times = tokio::time::timeout(Duration::from_secs(60), later).await.expect("it came to its end");
    let slow = times.iter().filter(|at| (from..to).contains(*at)).count();
    assert!((1..=14).contains(&slow), "{slow} requests in three seconds, of 4 a second");

    let _ = api.post(&throttle, &json!({})).await.well();
    let ended = stack.ended(id.as_str()).await;
    assert_eq!(ended.well()["state"], "ready");
    let events =
        stack.api("viewer").await.get(&format!("/v1/migrations/{id}/events?limit=1000")).await.well();
    let set = |line: &&Value| line["what"].as_str().is_some_and(|what| what.starts_with("controls set"));
    assert_eq!(events["events"].as_array().unwrap().iter().filter(set).count(), 2, "{events}");
}
