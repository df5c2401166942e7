//! The stage of the fleet's stories: one ledger, one queue, any number of services, a played worker, and the API on a free
//! port.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bootstrap::{
    SystemClock,
    settings::scheduler::{ApiRole, ApiToken},
};
use ledger::{Ledger, SqliteLedger};
use protocol::{Account, Clock, Migration, MigrationId, MigrationState, api::RateView};
use queue::{MemoryQueue, Queue};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    client::Client,
    stage::{Habits, HandClock, Played},
};
use crate::{
    Capacity, Cut, LimiterDown, RateWatch, Service, ServiceConfig,
    http::{Api, ApiConfig, token_hash},
};

/// What takes longer than this will never happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

pub(super) const VIEWER: Option<&str> = Some("viewer-token-3141");
pub(super) const OPERATOR: Option<&str> = Some("operator-token-2718");
pub(super) const ADMIN: Option<&str> = Some("admin-token-1618");

/// A limiter that always says the same.
#[derive(Debug)]
pub(super) struct Said(pub(super) Result<RateView, LimiterDown>);

#[async_trait::async_trait]
impl RateWatch for Said {
    async fn figures(&self, _: &Account) -> Result<RateView, LimiterDown> {
        self.0.clone()
    }
}

pub(super) fn steady() -> RateView {
    RateView { used: 12, limit: 40, window_ms: 20_000, usable_per_s: 1.95, blocked_ms: None, waiting: 0 }
}

#[derive(Debug)]
pub(super) struct Fleet {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) reports: PathBuf,
    pub(super) stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Fleet {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger =
            SqliteLedger::open(&folder.path().join("ledger.db"), Arc::new(SystemClock)).await.unwrap();
        let reports = folder.path().join("reports");
        Self { ledger: Arc::new(ledger), reports, stop: CancellationToken::new(), _folder: folder }
    }

    pub(super) fn service(&self, holder: &str, queue: Arc<dyn Queue>) -> Arc<Service> {
        self.service_at(holder, queue, Arc::new(SystemClock))
    }

    /// A service with a clock of its own.
    pub(super) fn service_at(
        &self,
        holder: &str,
        queue: Arc<dyn Queue>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Service> {
        let config = ServiceConfig {
            holder: holder.to_owned(),
            term_ms: 900,
            tick_ms: 50,
            window: 4,
            push_again_ms: 5_000,
            cut: Cut { pages_per_batch: 10, ids_per_batch: 10, documents: true, delta_overlap_ms: None },
            reports: Some(self.reports.clone()),
        };
        Arc::new(Service::new(Arc::clone(&self.ledger), queue, clock, config))
    }

    /// Lets a service work until the fleet is stopped.
    pub(super) fn run(&self, service: &Arc<Service>) -> tokio::task::JoinHandle<()> {
        let (service, stop) = (Arc::clone(service), self.stop.clone());
        tokio::spawn(async move { service.run(&stop).await })
    }

    /// A service at work with a played worker, and a client of its API.
    pub(super) async fn at_work(&self, habits: Habits) -> (Client, Arc<Played>) {
        self.at_work_by(habits, Arc::new(SystemClock)).await
    }

    /// The same, by a clock of the service's own.
    pub(super) async fn at_work_by(&self, habits: Habits, clock: Arc<dyn Clock>) -> (Client, Arc<Played>) {
        let queue = Arc::new(MemoryQueue::new());
        let service = self.service_at("one", Arc::<MemoryQueue>::clone(&queue), clock);
        self.run(&service);
        let played = Arc::new(Played {
            ledger: Arc::clone(&self.ledger),
            clock: Arc::new(HandClock(0.into())),
            signal: service.waker(),
            habits: Mutex::new(habits),
            done: Mutex::default(),
        });
        let (handler, stop) = (Arc::clone(&played), self.stop.clone());
        tokio::spawn(async move { queue.serve("played", 2, handler, stop).await });
        (self.client(&service, Ok(steady())).await, played)
    }

    /// Serves the API beside a service.
    pub(super) async fn client(&self, service: &Service, said: Result<RateView, LimiterDown>) -> Client {
        let token = |name: &str, role, token: Option<&str>| ApiToken {
            name: name.to_owned(),
            role,
            sha256: token_hash(token.unwrap()),
        };
        let tokens = vec![
            token("vera", ApiRole::Viewer, VIEWER),
            token("otto", ApiRole::Operator, OPERATOR),
            token("ada", ApiRole::Admin, ADMIN),
        ];
        let capacity = Capacity { jobs_per_worker: 4.0, rate_per_worker: 2.0, max_workers: 10 };
        let config = ApiConfig { tokens, body_limit: 65_536, capacity };
        let metrics = Arc::new(|| "flotilla_leader 1\n".to_owned());
        let rates = Arc::new(Said(said));
        let api = Api::new(Arc::clone(&self.ledger), Arc::new(SystemClock), rates, config, service, metrics);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = self.stop.clone();
        tokio::spawn(async move { api.serve(listener, stop).await });
        Client { address, token: OPERATOR }
    }

    /// Waits until a migration stands there.
    pub(super) async fn until(&self, id: &str, state: MigrationState) -> Migration {
        let id = MigrationId::new(id).unwrap();
        let wait = async {
            loop {
                let migration = self.ledger.migration(&id).await.unwrap().unwrap();
                if migration.state == state {
                    return migration;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(migration) => migration,
            Err(_) => panic!("{id} never came to be {state}: {:?}", self.ledger.audit(&id).await),
        }
    }
}

pub(super) fn atera() -> Value {
    json!({
        "name": "acme-atera", "base_url": "https://app.atera.com/api/v3", "credential": "acme-a",
        "vendor": "atera", "zone": "Europe/Berlin",
    })
}

pub(super) fn gorgias() -> Value {
    json!({
        "name": "acme-gorgias", "base_url": "https://acme.gorgias.com/api", "credential": "acme-g",
        "vendor": "gorgias", "rate": { "limit": 40, "window_ms": 20_000, "reserve": 0.1 },
    })
}

pub(super) fn acme() -> Value {
    json!({
        "id": "acme", "source": "acme-atera", "destination": "acme-gorgias",
        "map": { "fallback_agent": "anna@msp.example", "fallback_customer": "1" },
    })
}

/// Puts both accounts and creates the migration `acme`.
pub(super) async fn create_acme(client: &Client) -> Value {
    for account in [atera(), gorgias()] {
        client.with(ADMIN).post("/v1/accounts", &account).await.is(200);
    }
    client.post("/v1/migrations", &acme()).await.is(201).json()
}
