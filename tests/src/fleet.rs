//! The fleet: the stack's other home. Redis and PostgreSQL of its own, schedulers and workers as processes of the program
//! under test, and the verbs of a stack: a run is asked for through the API, and any process may be killed meanwhile.

mod api;
mod crew;
mod files;
mod servers;
mod stories;

use std::{
    collections::BTreeMap,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use ledger::{Ledger, PostgresLedger};
use protocol::{MigrationId, ObjectKind, StepPoint};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::Rate;
use tempfile::TempDir;
use tokio::{
    runtime::Handle,
    sync::{Mutex, MutexGuard},
};

pub use api::{Answer, Api};
pub use servers::Servers;
pub use stories::Which;

use crate::{Books, CrashPoint, Ended, Home, Passages, StackOptions, StandIn, probe};
use crew::{Crew, Role};

/// Time between two looks at something that is on its way.
const LOOK: std::time::Duration = std::time::Duration::from_millis(20);

/// Longest wait for a migration to end. A test that waits longer has failed.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(240);

/// A whole fleet on this machine, for one test.
#[derive(Debug)]
pub struct FleetStack {
    program: PathBuf,
    options: StackOptions,
    stand_in: StandIn,
    folder: TempDir,
    servers: Mutex<Servers>,
    crew: Mutex<Crew>,
    /// Whether a process died in the middle of the pass at hand.
    interrupted: AtomicBool,
}

impl Deref for FleetStack {
    type Target = StandIn;

    fn deref(&self) -> &StandIn {
        &self.stand_in
    }
}

impl FleetStack {
    /// A fleet on these servers, emptied: nothing of a former stack is left.
    async fn on(program: &Path, options: StackOptions, mut servers: Servers) -> Self {
        let stand_in = StandIn::start(&options.simulator).await;
        let folder = tempfile::tempdir().unwrap();
        servers.empty().await;
        let addresses = servers.addresses(options.passwords).await;
        files::write(folder.path(), &stand_in, &addresses, &options);
        let crew = Crew::new(program, folder.path(), options.schedulers, options.workers);
        let (servers, crew) = (Mutex::new(servers), Mutex::new(crew));
        let (program, interrupted) = (program.to_owned(), AtomicBool::new(false));
        let stack = Self { program, options, stand_in, folder, servers, crew, interrupted };
        stack.complete().await;
        stack.register(&stack.stand_in, stack.options.simulator.rate, "").await;
        stack
    }

    /// Makes another pair of accounts known, whose names begin with `pair`.
    pub async fn admit(&self, stand_in: &StandIn, rate: Rate, pair: &str) {
        files::admit(self.folder(), stand_in, pair);
        self.register(stand_in, rate, pair).await;
    }

    async fn register(&self, stand_in: &StandIn, rate: Rate, pair: &str) {
        for account in files::accounts(stand_in, rate, pair) {
            let _ = self.api("admin").await.post("/v1/accounts", &account).await.well();
        }
    }

    /// Starts every process that is not there.
    pub async fn complete(&self) {
        self.crew.lock().await.complete().await;
    }

    /// The servers: Redis and PostgreSQL.
    pub async fn servers(&self) -> MutexGuard<'_, Servers> {
        self.servers.lock().await
    }

    /// The stack's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Name of the migration.
    #[must_use]
    pub fn migration(&self) -> MigrationId {
        MigrationId::new(files::migration_id()).unwrap()
    }

    /// The API with the token of a role, at a scheduler that lives.
    ///
    /// # Panics
    /// When no scheduler lives or there is no such role.
    pub async fn api(&self, role: &str) -> Api {
        let (_, token) = files::TOKENS.iter().find(|(name, _)| *name == role).unwrap();
        Api::new(&self.api_url().await, Some(token))
    }

    /// The API without a token.
    ///
    /// # Panics
    /// When no scheduler lives.
    pub async fn api_of_a_stranger(&self) -> Api {
        Api::new(&self.api_url().await, None)
    }

    async fn api_url(&self) -> String {
        let mut crew = self.crew.lock().await;
        let mut alive = crew.schedulers.iter_mut().flatten().filter_map(|one| {
            let lives = one.has_ended().is_none();
            lives.then(|| one.url().to_owned())
        });
        alive.next().unwrap()
    }

    /// Every token the API takes.
    #[must_use]
    pub fn tokens(&self) -> Vec<&'static str> {
        files::TOKENS.iter().map(|(_, token)| *token).collect()
    }

    /// What every process of this stack has logged, by its name.
    pub async fn logs(&self) -> BTreeMap<String, String> {
        self.crew.lock().await.logs()
    }

    /// What the API says of a migration; `null` when there is none.
    pub async fn look(&self, id: &str) -> Value {
        let answer = self.api("viewer").await.get(&format!("/v1/migrations/{id}")).await;
        if answer.status == 404 { Value::Null } else { answer.well() }
    }

    /// Creates a migration of this name, unless it is there.
    pub async fn create(&self, id: &str) {
        self.create_with(id, &json!({})).await;
    }

    /// The same with these fields in its map.
    pub async fn create_with(&self, id: &str, map: &Value) {
        self.ask_for(id, files::migration(&self.stand_in, id, "", map)).await;
    }

    /// Creates a migration between a pair of accounts that was admitted.
    pub async fn create_between(&self, id: &str, stand_in: &StandIn, pair: &str) {
        self.ask_for(id, files::migration(stand_in, id, pair, &json!({}))).await;
    }

    async fn ask_for(&self, id: &str, body: Value) {
        let (key, api) = ([("idempotency-key", id)], self.api("operator").await);
        let _ = api.send(Method::POST, "/v1/migrations", Some(body.to_string()), &key).await.well();
    }

    /// Creates and starts the migration, or lets it go on; nothing is asked of one that is at work.
    pub async fn begin(&self) {
        self.begin_named(files::migration_id()).await;
    }

    /// The same for a migration of another name.
    pub async fn begin_named(&self, id: &str) {
        self.create(id).await;
        let seen = self.look(id).await;
        let working = ["draft", "surveyed", "mapped", "sampled", "signed_off", "running", "verifying"];
        let state = seen["migration"]["state"].as_str().unwrap();
        // While one is dead the others go on: what they have brought to its end is not begun anew.
        let over = state == "ready" && self.interrupted.load(SeqCst);
        if seen["migration"]["pass"] == json!(0) || !(over || working.contains(&state)) {
            let api = self.api("operator").await;
            let _ = api.post(&format!("/v1/migrations/{id}/start"), &json!({})).await.well();
        }
    }

    /// Waits until a migration has ended, and says how.
    pub async fn ended(&self, id: &str) -> Ended {
        self.state_of(id, &["ready", "halted", "cancelled", "paused"]).await;
        let report = self.api("viewer").await.get(&format!("/v1/migrations/{id}/report")).await.well();
        let closes = report["records"].as_object().unwrap().values().all(|row| row["difference"] == json!(0));
        let code = match report["state"].as_str().unwrap() {
            "ready" if closes => 0,
            "ready" => 3,
            _ => 75,
        };
        let tail = |(name, log): (String, String)| {
            let lines: Vec<&str> = log.lines().collect();
            format!("{name}:\n{}\n", lines[lines.len().saturating_sub(4)..].join("\n"))
        };
        let stderr = format!("{} {}\n", report["state"], report["cause"])
            + &self.logs().await.into_iter().map(tail).collect::<String>();
        let summary = self.summary(report).await;
        Ended { code: Some(code), signal: None, stdout: summary.to_string(), summary: Some(summary), stderr }
    }

    /// Waits until a migration is in one of these states.
    ///
    /// # Panics
    /// When it does not come there within four minutes.
    pub async fn state_of(&self, id: &str, wanted: &[&str]) -> Value {
        let look = async {
            loop {
                let seen = self.look(id).await;
                if seen["migration"]["state"].as_str().is_some_and(|state| wanted.contains(&state)) {
                    return seen;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(seen) => seen,
            Err(_) => {
                panic!("waited in vain for {wanted:?}: {} {:#?}", self.look(id).await, self.logs().await)
            }
        }
    }

    /// The report with what the stand-in says beside it, in the form of a run's summary.
    async fn summary(&self, report: Value) -> Value {
        let mut summary = report;
        let (state, per_ticket) =
            (self.admin_get("state").await, self.admin_get("requests_per_ticket").await);
        summary["witness"] = json!("simulator");
        for figure in ["emails_sent", "private_notes_public", "responses_429"] {
            summary[figure] = state[figure].clone();
        }
        summary["requests_per_ticket"] = per_ticket["ratio"].clone();
        summary
    }

    async fn writes(&self) -> usize {
        let all = self.admin_get("requests?api=gorgias&limit=1000000").await;
        all.as_array().unwrap().iter().filter(|one| one["method"] != "GET").count()
    }
}

impl Home for FleetStack {
    const OTHERS_GO_ON: bool = true;

    async fn start(program: &str, options: StackOptions) -> Self {
        Self::on(Path::new(program), options, Servers::start().await).await
    }

    async fn anew(self) -> Self {
        drop(self.crew);
        let simulator = self.stand_in.stop(&self.options.simulator).await;
        let options = StackOptions { simulator, ..self.options };
        Self::on(&self.program, options, self.servers.into_inner()).await
    }

    async fn run(&self) -> Ended {
        self.complete().await;
        let before = self.writes().await;
        self.begin().await;
        let mut ended = self.ended(files::migration_id()).await;
        self.interrupted.store(false, SeqCst);
        if let Some(summary) = &mut ended.summary {
            summary["writes"] = json!(self.writes().await - before);
        }
        ended
    }

    async fn run_counting(&self) -> (Ended, Passages) {
        let ended = self.run().await;
        let mut crew = self.crew.lock().await;
        for worker in crew.stop(Role::Worker).await {
            assert_eq!(worker.code, Some(0), "{}", worker.stderr);
        }
        (ended, crew.passages())
    }

    async fn run_until_crash(&self, kind: ObjectKind, point: StepPoint, nth: u64) -> Ended {
        let order = self.crew.lock().await.order();
        probe::give_order(&order, CrashPoint { kind, point, nth });
        self.complete().await;
        self.begin().await;
        let dead = async {
            loop {
                if let Some(dead) = self.crew.lock().await.dead_worker() {
                    return dead;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let ended = tokio::select! {
            dead = dead => {
                self.interrupted.store(true, SeqCst);
                dead
            }
            ended = self.ended(files::migration_id()) => ended,
        };
        probe::withdraw_order(&order);
        ended
    }

    async fn books(&self) -> Books {
        let url = self.servers.lock().await.postgres_url();
        // Connecting cannot move between threads, so it is waited for on this one.
        let connecting = || Handle::current().block_on(PostgresLedger::connect(&url));
        let ledger: Arc<dyn Ledger> = Arc::new(tokio::task::block_in_place(connecting).unwrap());
        Books::read(&*ledger, &self.migration()).await
    }
}
