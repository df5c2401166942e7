//! What may befall a fleet at work: a worker, the leading scheduler or both are killed, a worker stands still past its
//! lease and goes on, Redis dies, forgets everything or stops answering, PostgreSQL dies, a worker is asked to stop. Each
//! time the end is that of the undisturbed run: nothing twice, nothing lost.

use std::time::Duration;

use serde_json::{Value, json};
use tests::{FleetStack, Home as _, StackOptions, Which};
use tokio::time::Instant;

use crate::crash_lane::{Account, Hands, Lane, through_lanes};

/// Time between two looks, and the longest wait for what one of them is to show.
const LOOK: Duration = Duration::from_millis(25);
const PATIENCE: Duration = Duration::from_secs(120);

/// What happens half way.
#[derive(Debug, Clone, Copy)]
enum Harm {
    WorkerKilled,
    LeaderKilled,
    BothKilled,
    WorkerFrozenPastItsLease,
    RedisKilled,
    RedisFlushed,
    RedisFrozen,
    PostgresKilled,
    WorkerDrained,
}

const HARMS: [Harm; 9] = [
    Harm::WorkerFrozenPastItsLease,
    Harm::WorkerKilled,
    Harm::LeaderKilled,
    Harm::BothKilled,
    Harm::RedisKilled,
    Harm::RedisFlushed,
    Harm::RedisFrozen,
    Harm::PostgresKilled,
    Harm::WorkerDrained,
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: just fleet-harm"]
async fn whatever_befalls_a_fleet_the_end_is_that_of_the_undisturbed_run() {
    let found = through_lanes((Account::Slow, Hands::Many), HARMS.to_vec(), harmed).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

async fn harmed(mut lane: Lane<FleetStack>, harm: Harm) -> (Lane<FleetStack>, Vec<String>) {
    let stack = lane.stack();
    stack.begin().await;
    tickets_received(stack, 8).await;
    let mut found = befalls(stack, harm).await;
    // Whoever is missing comes back, as an orchestrator would see to it; what happened is over before the end.
    stack.complete().await;
    let id = stack.migration();
    let ended = stack.ended(id.as_str()).await;
    found.extend(lane.close(&ended).await);
    (lane, found.into_iter().map(|what| format!("{harm:?}: {what}")).collect())
}

async fn befalls(stack: &FleetStack, harm: Harm) -> Vec<String> {
    let mut found = Vec::new();
    match harm {
        Harm::WorkerKilled => {
            let (worker, _) = stack.holder("ticket").await;
            let _ = stack.kill(worker).await;
        }
        Harm::LeaderKilled => {
            let leader = stack.leader().await;
            let _ = stack.kill(leader).await;
        }
        Harm::BothKilled => {
            let (leader, (worker, _)) = (stack.leader().await, stack.holder("ticket").await);
            let _ = stack.kill(leader).await;
            let _ = stack.kill(worker).await;
        }
        Harm::WorkerFrozenPastItsLease => found.extend(frozen_past_its_lease(stack).await),
        Harm::RedisKilled => {
            let mut servers = stack.servers().await;
            servers.redis.kill().await;
            servers.redis.restart().await.unwrap();
        }
        Harm::RedisFlushed => stack.servers().await.redis.flush().await.unwrap(),
        Harm::RedisFrozen => {
            stack.servers().await.redis.freeze();
            found.extend(nobody_sends_without_the_limiter(stack).await);
            stack.servers().await.redis.thaw();
        }
        Harm::PostgresKilled => stack.servers().await.postgres.restart().await.unwrap(),
        Harm::WorkerDrained => {
            let (worker, batch) = stack.holder("ticket").await;
            let ended = stack.drain(worker).await;
            if ended.code != Some(0) {
                found.push(format!("a worker asked to stop ended with {:?}: {}", ended.code, ended.stderr));
            }
            let row = format!("SELECT attempts FROM batches WHERE id = {batch}");
            let attempts = stack.servers().await.sql(&row).await;
            if attempts != ["0"] {
                found.push(format!("batch {batch} was handed back at the cost of an attempt: {attempts:?}"));
            }
        }
    }
    found
}

/// A worker stands still until another has taken over its batch, and goes on: the fence refuses it.
async fn frozen_past_its_lease(stack: &FleetStack) -> Vec<String> {
    let (worker, batch) = stack.holder("ticket").await;
    let name = stack.name_of(worker).await;
    stack.freeze(worker).await;
    taken_over(stack, batch, &name).await;
    stack.thaw(worker).await;
    // Its next word to the ledger is refused, and it says so.
    let refused = async {
        loop {
            let logs = stack.logs().await;
            if logs[&name].lines().any(|line| line.contains("lease") && line.contains("attempt ended early"))
            {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    match tokio::time::timeout(PATIENCE, refused).await {
        Ok(()) => Vec::new(),
        Err(_) => vec![format!("the stale worker was not refused: {}", stack.logs().await[&name])],
    }
}

/// Waits until another than `holder` has claimed the batch.
async fn taken_over(stack: &FleetStack, batch: i64, holder: &str) {
    let row = format!("SELECT coalesce(holder, '-') FROM batches WHERE id = {batch}");
    let look = async {
        loop {
            let now = stack.servers().await.sql(&row).await;
            if now.first().is_some_and(|now| now != "-" && !now.starts_with(holder)) {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("nobody took the batch over");
}

/// While Redis does not answer, nothing arrives at the destination once the calls that had leave are through.
async fn nobody_sends_without_the_limiter(stack: &FleetStack) -> Vec<String> {
    // Ten looks apart from each other: the stand-in's own log says what came meanwhile.
    let (mut before, mut quiet) = (requests(stack).await, 0);
    for _ in 0..200 {
        tokio::time::sleep(LOOK).await;
        let now = requests(stack).await;
        quiet = if now == before { quiet + 1 } else { 0 };
        before = now;
        if quiet == 60 {
            return Vec::new();
        }
    }
    vec!["requests go out although nobody can ask the limiter".to_owned()]
}

async fn requests(stack: &FleetStack) -> u64 {
    stack.admin_get("state").await["requests"]["gorgias"].as_u64().unwrap()
}

async fn tickets_received(stack: &FleetStack, count: u64) {
    let posted: Value = json!({ "api": "gorgias", "method": "POST", "path": "/api/tickets$", "status": 201 });
    stack.admin.wait_for(posted, count).await;
}

/// How long work rests after a kill, with the leases and terms the deployed fleet has.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: just fleet-harm"]
async fn work_resumes_after_a_kill_of_worker_and_leader() {
    let options = StackOptions::tickets(60)
        .rate(20, 2_000)
        .processes(2, 3)
        .set("run.lease_ms", 12_000)
        .set("destination.timeout_ms", 8_000)
        .set("scheduler.term_ms", 6_000)
        .set("scheduler.tick_ms", 250);
    let stack = FleetStack::start(crate::PROGRAM, options).await;
    stack.begin().await;
    tickets_received(&stack, 4).await;
    let (leader, (worker, batch)) = (stack.leader().await, stack.holder("ticket").await);
    let name = stack.name_of(worker).await;
    let killed_at = Instant::now();
    let _ = stack.kill(leader).await;
    let _ = stack.kill(worker).await;
    let Which::Scheduler(other) = leader else { unreachable!() };
    let led = async {
        while stack.leader().await == Which::Scheduler(other) {
            tokio::time::sleep(LOOK).await;
        }
        killed_at.elapsed()
    };
    let taken = async {
        taken_over(&stack, batch, &name).await;
        killed_at.elapsed()
    };
    let (led, taken) = tokio::join!(led, taken);
    println!(
        "after a kill of worker and leader: another scheduler leads after {:.1} s, the dead worker's batch is in other \
         hands after {:.1} s (promised: 15 s)",
        led.as_secs_f64(),
        taken.as_secs_f64()
    );
    stack.complete().await;
    let ended = stack.ended(stack.migration().as_str()).await;
    let _ = ended.well();
    let state = stack.admin_get("state").await;
    assert_eq!((&state["duplicates_total"], &state["emails_sent"]), (&json!(0), &json!(0)));
}
