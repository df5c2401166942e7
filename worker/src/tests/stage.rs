//! The stage of a story: both vendors, a ledger with one migration in pass 1, a clock moved by hand, and a worker.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use ledger::{Ledger, SqliteLedger};
use limiter::{LocalLimiter, Rate};
use objects::{Customer, ObjectType, SourceReader};
use protocol::{
    Batch, BatchId, Clock, DocumentSettings, Entry, Job, Key, MapSpec, Migration, MigrationId,
    MigrationState, NewBatch, ObjectKind, Pass, Probe, Slice, SourceId, Step, StepPoint, UnixMs, Window,
    job::JOB_VERSION,
};
use queue::Handler as _;
use secrecy::SecretString;
use serde_json::{Value, json};
use simulator::{Options, Settings, Simulator};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Notify,
};
use tokio_util::sync::CancellationToken;

use crate::{Context, DoubtPolicy, Hands, InHand, JobHandler, Knobs, Notes, Seen};

/// A clock moved by hand; each look at it moves it by one millisecond, so that no two looks are the same.
#[derive(Debug)]
pub(super) struct HandClock(AtomicI64);

impl HandClock {
    pub(super) fn pass_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// A probe that does what a story wants at a point.
pub(super) struct At<F>(pub(super) StepPoint, pub(super) F);

impl<F> std::fmt::Debug for At<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("At").field(&self.0).finish()
    }
}

impl<F: Fn() + Send + Sync> Probe for At<F> {
    fn reached(&self, _: ObjectKind, point: StepPoint) {
        if point == self.0 {
            (self.1)();
        }
    }
}

pub(super) struct Stage {
    pub(super) cx: Arc<Context>,
    pub(super) clock: Arc<HandClock>,
    /// How the destination's client was made.
    pub(super) config: gorgias::Config,
    simulator: Simulator,
    _folder: tempfile::TempDir,
}

impl Stage {
    pub(super) async fn new() -> Self {
        Self::with(Settings::default(), |_| {}).await
    }

    /// A stage with the vendor's switches and the worker's parts as the story wants them.
    pub(super) async fn with(settings: Settings, change: impl FnOnce(&mut Context)) -> Self {
        let rate = simulator::Rate { limit: 100_000, window_ms: 1_000 };
        let simulator =
            Simulator::start(Options { tickets: 60, rate, settings, ..Options::default() }).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(1_000_000)));
        let shared: Arc<dyn Clock> = Arc::<HandClock>::clone(&clock);
        let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), Arc::clone(&shared)).await.unwrap();
        let ledger: Arc<dyn Ledger> = Arc::new(ledger);
        let migration = MigrationId::new("acme").unwrap();
        ledger.create(&migration, Value::Null).await.unwrap();
        ledger.begin_errand(&migration, &protocol::Errand::Move, "flotilla").await.unwrap();
        let ends = simulator.endpoints();
        let api_key = SecretString::from(ends.gorgias.api_key.clone());
        let auth = gorgias::Auth::Basic { email: ends.gorgias.email.clone(), api_key };
        let mut config = gorgias::Config::new(ends.gorgias.url.parse().unwrap(), auth);
        (config.read_attempts, config.read_pause_ms) = (2, 1);
        let limiter = Arc::new(LocalLimiter::new(Rate::new(100_000, 1_000)));
        // This client comes first: it installs the TLS provider that the other one needs.
        let gorgias = gorgias::Client::new(config.clone(), limiter).unwrap();
        let token = SecretString::from(ends.atera.token.clone());
        let mut atera = atera::Config::new(ends.atera.url.parse().unwrap(), token);
        (atera.rate_cap_per_s, atera.rate_start_per_s) = (2_000.0, 2_000.0);
        (atera.max_attempts, atera.retry_base_ms) = (2, 1);
        let source = SourceReader { atera: atera::Client::new(atera).unwrap(), supplements: Arc::default() };
        let mut cx = Context {
            migration,
            spec: MapSpec { fallback_agent: Some(ends.gorgias.email.clone()), ..MapSpec::default() },
            source,
            gorgias,
            ledger,
            clock: shared,
            probe: Arc::new(crate::Counting::default()),
            knobs: Knobs {
                holder: "anna".to_owned(),
                lease_ms: 60_000,
                read_ahead: 4,
                abreast: 1,
                max_attempts: 3,
                backoff_ms: 100,
                agents_look_ms: 5_000,
                error_budget: 1_000,
                doubt: DoubtPolicy { look_at_ages_ms: vec![1] },
                max_file_bytes: 25_000_000,
                waits_for_ledger: false,
            },
            stop: CancellationToken::new(),
            notes: Notes::new(folder.path().join("spool")),
            papers: folder.path().join("papers"),
            documents: DocumentSettings::default(),
            seen: Seen::default(),
            technicians: Default::default(),
            in_hand: InHand::default(),
            hands: Hands::any_number(),
            errand: Default::default(),
        };
        change(&mut cx);
        Self { cx: Arc::new(cx), clock, config, simulator, _folder: folder }
    }

    /// The same stage with files of the operator.
    pub(super) fn with_supplements(mut self, supplements: Arc<atera::Supplements>) -> Self {
        let cx = Arc::get_mut(&mut self.cx).expect("nobody else has the context yet");
        cx.source.supplements = supplements;
        self
    }

    /// The ids on the first page of a kind.
    pub(super) async fn ids<O: ObjectType>(&self) -> Vec<SourceId> {
        O::page(&self.cx.source, &Window::All, 1).await.unwrap().rows.iter().map(O::id).collect()
    }

    pub(super) async fn plan(&self, kind: ObjectKind, slice: Slice) -> BatchId {
        self.plan_step(Step::Copy, kind, slice).await
    }

    /// Plans a batch of any step.
    pub(super) async fn plan_step(&self, step: Step, kind: ObjectKind, slice: Slice) -> BatchId {
        let pass = self.migration().await.pass;
        let batch = NewBatch { step, kind, slice };
        self.cx.ledger.add_batches(&self.cx.migration, pass, &[batch]).await.unwrap()[0]
    }

    /// Plans named records.
    pub(super) async fn plan_ids(&self, kind: ObjectKind, ids: &[SourceId]) -> BatchId {
        self.plan(kind, Slice::Ids { ids: ids.to_vec() }).await
    }

    /// One attempt at a batch, as a worker makes it when the job comes.
    pub(super) async fn attempt(&self, batch: BatchId) -> Batch {
        self.handler().handle(self.job(batch).await).await;
        self.batch(batch).await
    }

    pub(super) fn handler(&self) -> JobHandler {
        JobHandler::new(Arc::clone(&self.cx), Arc::new(Notify::new()))
    }

    pub(super) async fn job(&self, batch: BatchId) -> Job {
        let Batch { step, kind, migration, .. } = self.batch(batch).await;
        Job { v: JOB_VERSION, migration, batch, step, kind, traceparent: None }
    }

    pub(super) async fn batch(&self, batch: BatchId) -> Batch {
        self.cx.ledger.batch(batch).await.unwrap().unwrap()
    }

    pub(super) async fn migration(&self) -> Migration {
        self.cx.ledger.migration(&self.cx.migration).await.unwrap().unwrap()
    }

    pub(super) async fn state(&self) -> MigrationState {
        self.migration().await.state
    }

    pub(super) async fn entry(&self, kind: ObjectKind, id: &SourceId) -> Option<Entry> {
        self.cx.ledger.entry(&self.cx.migration, &Key { kind, id: id.clone() }).await.unwrap()
    }

    /// The ids of the customers that carry a company's external id.
    pub(super) async fn companies(&self, id: &SourceId) -> Vec<i64> {
        let external = Customer::external_id(&self.cx.spec, id).unwrap();
        let rows = self.cx.gorgias.customers_by_external_id(&external).await.unwrap();
        rows.iter().map(|row| row.id).collect()
    }

    /// What the vendor's admin door says; `body` changes something.
    pub(super) async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let url: url::Url = self.simulator.endpoints().admin_url.parse().unwrap();
        let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
        let mut line = TcpStream::connect((host, port)).await.unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "{method} /_sim/{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{head}");
        serde_json::from_str(body).unwrap_or(Value::Null)
    }

    /// The faults in force from now on.
    pub(super) async fn faults(&self, rules: Value) {
        self.admin("PUT", "faults", rules).await;
    }

    /// Every customer write fails, or those whose body holds `needle`.
    pub(super) async fn refuse_customers(&self, needle: Option<&str>) {
        let action = json!({"kind": "status", "status": 500});
        let mut rule =
            json!({"api": "gorgias", "method": "POST", "path": "/api/customers$", "action": action});
        if let Some(needle) = needle {
            rule["body_contains"] = json!(needle);
        }
        self.faults(json!([rule])).await;
    }

    /// Lets a halted migration go on, as an operator does who runs it again.
    pub(super) async fn resume(&self) {
        let (id, to) = (&self.cx.migration, MigrationState::Draft);
        self.cx.ledger.transition(id, to, None, "anna", "run again").await.unwrap();
    }

    /// An operator moves the migration.
    pub(super) async fn move_to(&self, to: MigrationState) {
        self.cx.ledger.transition(&self.cx.migration, to, None, "anna", "a story").await.unwrap();
    }

    pub(super) fn pass(&self) -> Pass {
        Pass(1)
    }
}
