//! Stories of several services, and of several migrations at one account.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use protocol::{Job, MigrationId, MigrationState as S, NewBatch, ObjectKind, Slice, Step};
use queue::{Handler, MemoryQueue, Queue};
use serde_json::json;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    fleet::{ADMIN, Fleet, PATIENCE, atera, gorgias, steady},
    stage::Stage,
};
use crate::{DISPATCHER, found::Found, start};

/// A queue that only writes down what is pushed.
#[derive(Debug, Default)]
struct Recorder {
    jobs: Mutex<Vec<Job>>,
    forgotten: Mutex<Vec<MigrationId>>,
    heard: Notify,
}

#[async_trait]
impl Queue for Recorder {
    async fn push(&self, job: &Job) -> Result<(), queue::Error> {
        self.jobs.lock().unwrap().push(job.clone());
        self.heard.notify_one();
        Ok(())
    }

    async fn serve(
        &self,
        _: &str,
        _: usize,
        _: Arc<dyn Handler>,
        _: CancellationToken,
    ) -> Result<(), queue::Error> {
        Ok(())
    }

    async fn forget(&self, migration: &MigrationId) -> Result<(), queue::Error> {
        self.forgotten.lock().unwrap().push(migration.clone());
        self.heard.notify_one();
        Ok(())
    }

    async fn depth(&self) -> Result<u64, queue::Error> {
        Ok(0)
    }
}

impl Recorder {
    async fn until(&self, enough: impl Fn(&Self) -> bool) {
        let wait = async {
            while !enough(self) {
                self.heard.notified().await;
            }
        };
        assert!(timeout(PATIENCE, wait).await.is_ok(), "it is never pushed: {self:?}");
    }

    fn of(&self, id: &str) -> usize {
        self.jobs.lock().unwrap().iter().filter(|job| job.migration.as_str() == id).count()
    }
}

#[tokio::test]
async fn one_of_two_services_dispatches_and_the_other_takes_over_when_it_dies() {
    let fleet = Fleet::new().await;
    let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::new());
    let services = ["one", "two"].map(|holder| fleet.service(holder, Arc::clone(&queue)));
    let [mut one, mut two] = services.clone().map(|service| service.leads());
    let runs = services.clone().map(|service| fleet.run(&service));
    tokio::select! {
        led = one.wait_for(|leads| *leads) => drop(led),
        led = two.wait_for(|leads| *leads) => drop(led),
    }
    let leader = fleet.ledger.leader(DISPATCHER).await.unwrap().unwrap();
    let first = usize::from(leader.holder == "two");
    assert!(*[&one, &two][first].borrow());

    // The leader renews: after twice its term it is the same one, in the same epoch.
    tokio::time::sleep(std::time::Duration::from_millis(1_800)).await;
    let renewed = fleet.ledger.leader(DISPATCHER).await.unwrap().unwrap();
    assert_eq!((&renewed.holder, renewed.epoch), (&leader.holder, leader.epoch));
    assert!(!*[&one, &two][1 - first].borrow(), "never two at once");

    // It dies without a word.
    runs[first].abort();
    let heir = if first == 0 { &mut two } else { &mut one };
    timeout(PATIENCE, heir.wait_for(|leads| *leads)).await.expect("nobody takes over").unwrap();
    let next = fleet.ledger.leader(DISPATCHER).await.unwrap().unwrap();
    assert!(next.holder != leader.holder && next.epoch > leader.epoch, "{next:?}");
}

#[tokio::test]
async fn an_orderly_stop_gives_the_office_up_and_a_lost_one_is_left_at_once() {
    let fleet = Fleet::new().await;
    let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::new());
    let service = fleet.service("one", Arc::clone(&queue));
    let mut leads = service.leads();
    let run = fleet.run(&service);
    timeout(PATIENCE, leads.wait_for(|leads| *leads)).await.unwrap().unwrap();

    // Somebody else holds it all of a sudden.
    fleet.ledger.resign(DISPATCHER, "one").await.unwrap();
    let taken = fleet.ledger.lead(DISPATCHER, "usurper", 600_000).await.unwrap();
    if taken.is_some() {
        timeout(PATIENCE, leads.wait_for(|leads| !*leads)).await.expect("it dispatches on").unwrap();
        fleet.ledger.resign(DISPATCHER, "usurper").await.unwrap();
    }
    timeout(PATIENCE, leads.wait_for(|leads| *leads)).await.unwrap().unwrap();
    fleet.stop.cancel();
    run.await.unwrap();
    assert_eq!(fleet.ledger.leader(DISPATCHER).await.unwrap(), None);
}

/// Ten migrations at one account and one at another, all past their survey, with this many batches of tickets each.
async fn ten_and_one(
    fleet: &Fleet,
    queue: &Arc<Recorder>,
) -> (BTreeMap<String, MigrationId>, super::client::Client) {
    let service = fleet.service("one", Arc::<Recorder>::clone(queue));
    let client = fleet.client(&service, Ok(steady())).await;
    let mut small = gorgias();
    small["name"] = json!("small-gorgias");
    for account in [atera(), gorgias(), small] {
        client.with(ADMIN).post("/v1/accounts", &account).await.is(200);
    }
    let mut ids = BTreeMap::new();
    for n in 0..11 {
        let name = if n == 10 { "small".to_owned() } else { format!("big-{n}") };
        let destination = if n == 10 { "small-gorgias" } else { "acme-gorgias" };
        let asked = json!({
            "id": name, "source": "acme-atera", "destination": destination, "signed_off_by": "Ruth",
            "map": { "fallback_agent": "anna@msp.example", "fallback_customer": "1" },
        });
        client.post("/v1/migrations", &asked).await.is(201);
        client.post(&format!("/v1/migrations/{name}/start"), &json!({})).await.is(200);
        let id = MigrationId::new(name.clone()).unwrap();
        ids.insert(name, id);
    }
    fleet.run(&service);
    (ids, client)
}

#[tokio::test]
async fn no_migration_starves_and_no_account_has_more_than_its_window() {
    let fleet = Fleet::new().await;
    let queue = Arc::new(Recorder::default());
    let (ids, client) = ten_and_one(&fleet, &queue).await;
    // Each migration of the crowded account has its one place, the small one has its window of four for itself.
    queue.until(|queue| ids.keys().all(|name| queue.of(name) >= 1) && queue.of("small") >= 4).await;
    for name in ids.keys() {
        let pushed = queue.of(name);
        assert_eq!(pushed, if name == "small" { 4 } else { 1 }, "{name}");
    }
    assert!(queue.jobs.lock().unwrap().iter().all(|job| job.step == Step::Survey));

    // Nobody else is there: the one that is left has the whole window.
    for name in ids.keys().filter(|name| *name != "big-0" && *name != "small") {
        client.post(&format!("/v1/migrations/{name}/cancel"), &json!({})).await.is(200);
    }
    queue.until(|queue| queue.of("big-0") >= 4 && queue.forgotten.lock().unwrap().len() == 9).await;
    assert_eq!(queue.of("big-0"), 4);
}

#[tokio::test]
async fn a_batch_claimed_while_it_is_looked_makes_no_room_for_another() {
    let stage = Stage::new().await;
    start(&*stage.ledger, &stage.id, &stage.spec, &stage.signature()).await.unwrap();
    let migration = stage.migration().await;
    let batch = |kind| NewBatch { step: Step::Survey, kind, slice: Slice::Whole };
    let two = [ObjectKind::Tag, ObjectKind::Agent].map(batch);
    let ids = stage.ledger.add_batches(&stage.id, migration.pass, &two).await.unwrap();
    let queue = Arc::new(Recorder::default());
    let mut dispatcher = stage.dispatcher(Arc::<Recorder>::clone(&queue));
    let pushed =
        |queue: &Recorder| -> Vec<_> { queue.jobs.lock().unwrap().iter().map(|job| job.batch).collect() };

    let found = Found::look(&*stage.ledger, &migration, 1).await.unwrap();
    dispatcher.act(&migration, found, 1).await.unwrap();
    assert_eq!(pushed(&queue), ids[..1]);
    let found = Found::look(&*stage.ledger, &migration, 1).await.unwrap();
    let lease = stage.ledger.claim(ids[0], "anna", 60_000).await.unwrap().unwrap();
    assert_eq!(found.counts().0, 0);
    dispatcher.act(&migration, found, 1).await.unwrap();
    assert_eq!(pushed(&queue), ids[..1], "its window is one batch");

    stage.ledger.finish(&lease).await.unwrap();
    let found = Found::look(&*stage.ledger, &migration, 1).await.unwrap();
    dispatcher.act(&migration, found, 1).await.unwrap();
    assert_eq!(pushed(&queue), ids);
}

#[tokio::test]
async fn an_error_of_one_migration_does_not_stop_the_others() {
    let fleet = Fleet::new().await;
    let queue = Arc::new(Recorder::default());
    let alien = MigrationId::new("alien").unwrap();
    fleet.ledger.create(&alien, serde_json::Value::Null).await.unwrap();
    let signature = crate::Signature { by: "Ruth".to_owned(), map: None, scope: crate::Scope::new() };
    start(&*fleet.ledger, &alien, &protocol::MapSpec::default(), &signature).await.unwrap();
    let (_, client) = ten_and_one(&fleet, &queue).await;
    queue.until(|queue| queue.of("small") >= 4 && queue.of("big-9") >= 1).await;
    assert_eq!(queue.of("alien"), 0);
    let listed = client.get("/v1/migrations").await.is(200).json();
    assert_eq!(listed["migrations"].as_array().unwrap().len(), 12);
    client.get("/v1/migrations/alien").await.is(409);
    let small = client.get("/v1/migrations/small").await.is(200).json();
    assert_eq!(small["waiting"]["waits_for"], "worker");
    assert_eq!(fleet.until("small", S::Draft).await.pass.0, 1);
}
