//! The story of the nightly delta's slot: due once, whoever leads, and recorded.

use std::sync::Arc;

use bootstrap::SystemClock;
use protocol::{Clock, MigrationId, MigrationState as S};
use queue::MemoryQueue;
use serde_json::json;

use super::{
    fleet::{ADMIN, Fleet, PATIENCE, acme, atera, gorgias, steady},
    stage::HandClock,
};

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn a_slot_is_recorded_once_whoever_leads() {
    let fleet = Fleet::new().await;
    // The scheduler's clock is two days ahead of the ledger's, so that slots have come since the creation.
    let clock = Arc::new(HandClock((SystemClock.now().0 + 2 * DAY_MS).into()));
    let service = |holder: &str| {
        fleet.service_at(holder, Arc::new(MemoryQueue::new()), Arc::<HandClock>::clone(&clock))
    };
    let first = service("one");
    let client = fleet.client(&first, Ok(steady())).await;
    for account in [atera(), gorgias()] {
        client.with(ADMIN).post("/v1/accounts", &account).await.is(200);
    }
    let mut asked = acme();
    asked["delta"] = json!({ "cron": "30 2 * * *", "zone": "Europe/Berlin" });
    client.post("/v1/migrations", &asked).await.is(201);
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);

    let id = MigrationId::new("acme").unwrap();
    let dues = async || -> Vec<String> {
        let lines = fleet.ledger.audit(&id).await.unwrap();
        lines.into_iter().map(|line| line.what).filter(|what| what.starts_with("delta of ")).collect()
    };
    let until = async |count: usize| {
        let wait = async {
            while dues().await.len() < count {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the slot is never recorded");
    };
    let run = fleet.run(&first);
    until(1).await;
    run.abort();

    // Another one takes over, and knows nothing: it must have looked before the next slot comes.
    let second = service("two");
    let mut leads = second.leads();
    fleet.run(&second);
    tokio::time::timeout(PATIENCE, leads.wait_for(|leads| *leads)).await.unwrap().unwrap();
    clock.pass_ms(DAY_MS);
    until(2).await;
    let dues = dues().await;
    assert!(dues.len() == 2 && dues[0] < dues[1], "{dues:?}");
    assert!(dues.iter().all(|due| due.ends_with(" is due")));
    assert_eq!(fleet.until("acme", S::Draft).await.pass.0, 1, "a migration at work is not disturbed");
}

#[tokio::test]
async fn the_slot_of_a_migration_that_is_ready_is_run_once() {
    let fleet = Fleet::new().await;
    let clock = Arc::new(HandClock(SystemClock.now().0.into()));
    let (client, _) =
        fleet.at_work_by(super::stage::Habits::default(), Arc::<HandClock>::clone(&clock)).await;
    for account in [atera(), gorgias()] {
        client.with(ADMIN).post("/v1/accounts", &account).await.is(200);
    }
    let mut asked = acme();
    asked["delta"] = json!({ "cron": "30 2 * * *", "zone": "Europe/Berlin" });
    client.post("/v1/migrations", &asked).await.is(201);
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    let first = fleet.until("acme", S::Ready).await.pass;
    clock.pass_ms(2 * DAY_MS);
    let id = MigrationId::new("acme").unwrap();
    let over = async {
        while fleet.ledger.leaf(&id, "delta", None).await.unwrap().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, over).await.expect("the slot is never run");
    assert_eq!(fleet.until("acme", S::Ready).await.pass.0, first.0 + 1);
    let lines = fleet.ledger.audit(&id).await.unwrap();
    let begun = lines.iter().filter(|line| line.what.ends_with(", to delta")).count();
    assert_eq!(begun, 1, "one slot is one delta");
}
