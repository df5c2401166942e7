//! The same questions to a fleet's scheduler and to the ledger of this machine, where both have the same ledger.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use bootstrap::{
    Environment, SystemClock,
    settings::scheduler::{ApiRole, ApiToken},
};
use ledger::{Ledger, SqliteLedger};
use protocol::{
    Account, Controls, Key, MigrationState, ObjectKind,
    api::{RateView, Retry},
};
use queue::{MemoryQueue, Queue};
use scheduler::{
    Capacity, Cut, LimiterDown, RateWatch, Service, ServiceConfig,
    http::{self, ApiConfig, token_hash},
};
use serde_json::json;
use simulator::{Options, Rate, Simulator};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use worker::JobHandler;

use super::*;
use crate::{
    accounts,
    cli::Global,
    embedded::parts,
    operator::{Deed, Local, Operator, Remote, Which},
    output::Format,
    simulated, vendors,
};

const TOKENS: [(&str, ApiRole); 3] = [
    ("viewer-token-3141", ApiRole::Viewer),
    ("operator-token-2718", ApiRole::Operator),
    ("admin-token-1618", ApiRole::Admin),
];
const VIEWER: &str = TOKENS[0].0;
const OPERATOR: &str = TOKENS[1].0;
const ADMIN: &str = TOKENS[2].0;

#[derive(Debug)]
struct Steady;

#[async_trait]
impl RateWatch for Steady {
    async fn figures(&self, _: &Account) -> Result<RateView, LimiterDown> {
        Ok(RateView {
            used: 1,
            limit: 40,
            window_ms: 20_000,
            usable_per_s: 2.0,
            blocked_ms: None,
            waiting: 0,
        })
    }
}

/// A scheduler with its API and one worker in this process, both vendors' stand-in, and the configuration.
struct Stage {
    settings: Settings,
    file: PathBuf,
    url: String,
    stop: CancellationToken,
    _simulator: Simulator,
    _folder: tempfile::TempDir,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Stage {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let options =
            Options { tickets: 60, rate: Rate { limit: 5_000, window_ms: 1_000 }, ..Options::default() };
        let simulator = Simulator::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let supplements = folder.path().join("supplements");
        simulator.write_supplements(&supplements).unwrap();
        let above = [
            ("destination.rate.limit", "5000".to_owned()),
            ("destination.rate.window_ms", "1000".to_owned()),
            ("source.rate_start_per_s", "2000".to_owned()),
            ("run.batch_pages", "1".to_owned()),
        ];
        let text = simulated::configuration(simulator.endpoints(), &supplements, &above).unwrap();
        let file = folder.path().join("flotilla.toml");
        fs::write(&file, text).unwrap();
        let settings = Settings::load(Some(&file), &Environment::default(), &BTreeMap::new()).unwrap();
        let stop = CancellationToken::new();
        let url = serve(&settings, &stop).await;
        Self { settings, file, url, stop, _simulator: simulator, _folder: folder }
    }

    fn api(&self, token: &str) -> Api {
        Api::new(&self.url, token).unwrap()
    }

    fn remote(&self, token: &str) -> Remote {
        Remote::new(self.api(token), self.settings.migration.id.clone())
    }

    async fn run(&self, token: &str) -> Result<Exit, Failure> {
        let global = Global {
            config: Some(self.file.clone()),
            output: Format::Json,
            set: Vec::new(),
            server: None,
            token_file: None,
            verbose: 0,
            quiet: false,
        };
        let call = Invocation::new(&global, Environment::default());
        there::run(self.api(token), &self.settings, &Errand::Move, &call, false).await
    }
}

/// Starts scheduler, API and worker; where the API is.
async fn serve(settings: &Settings, stop: &CancellationToken) -> String {
    let clock = Arc::new(SystemClock);
    let ledger: Arc<dyn Ledger> = Arc::new(
        SqliteLedger::open(&settings.storage.ledger, Arc::<SystemClock>::clone(&clock)).await.unwrap(),
    );
    let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::new());
    let config = ServiceConfig {
        holder: "one".to_owned(),
        term_ms: 5_000,
        tick_ms: 50,
        window: 4,
        push_again_ms: 30_000,
        cut: Cut { pages_per_batch: 1, ids_per_batch: 100, documents: false, delta_overlap_ms: None },
        reports: None,
    };
    let service = Arc::new(Service::new(
        Arc::clone(&ledger),
        Arc::clone(&queue),
        Arc::<SystemClock>::clone(&clock),
        config,
    ));
    let tokens = TOKENS.map(|(token, role)| ApiToken {
        name: format!("{role:?}").to_lowercase(),
        role,
        sha256: token_hash(token),
    });
    let capacity = Capacity { jobs_per_worker: 4.0, rate_per_worker: 2.0, max_workers: 10 };
    let config = ApiConfig { tokens: tokens.into(), body_limit: 65_536, capacity };
    let metrics = Arc::new(String::new);
    let api = http::Api::new(
        Arc::clone(&ledger),
        Arc::<SystemClock>::clone(&clock),
        Arc::new(Steady),
        config,
        &service,
        metrics,
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(api.serve(listener, stop.clone()));

    let limiter = parts::limiter_of(settings);
    let gorgias = vendors::destination(settings, &settings.access().unwrap(), limiter).unwrap();
    let source = parts::source(settings).unwrap();
    let probe = Arc::new(worker::Counting::default());
    let context = parts::context(settings, source, gorgias, ledger, clock, probe, stop.clone());
    let handler = Arc::new(JobHandler::new(Arc::new(context), service.waker()));
    let (served, over) = (stop.clone(), stop.clone());
    tokio::spawn(async move { queue.serve("one", 4, handler, served).await });
    tokio::spawn(async move { service.run(&over).await });
    url
}

async fn all_failures(operator: &dyn Operator) -> Vec<protocol::DeadLetter> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = operator.failures(Which::default(), after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(last.key.clone());
        all.extend(page);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_with_a_scheduler_ends_like_one_here_and_both_tell_the_same() {
    let stage = Stage::start().await;
    assert_eq!(stage.run(ADMIN).await.unwrap(), Exit::Ok);
    let paper = stage.settings.storage.reports.join("simulated/reconciliation.json");
    let (here, there) = (Local::new(stage.settings.clone()), stage.remote(VIEWER));

    let report = there.report().await.unwrap();
    assert!(report.closes() && report.state == MigrationState::Ready);
    assert!(report.records[&ObjectKind::Ticket].tally.created > 0);
    assert_eq!(here.report().await.unwrap(), report);
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&fs::read(paper).unwrap()).unwrap(),
        json!(report)
    );
    let (look, other) = (here.look().await.unwrap(), there.look().await.unwrap());
    assert_eq!(look.view, other.view);
    assert!(look.sentence.contains("every record is accounted for"), "{}", look.sentence);
    assert!(other.sentence.contains("every record is accounted for"), "{}", other.sentence);

    let letters = all_failures(&here).await;
    assert!(letters.len() > 2, "there are several pages");
    assert_eq!(all_failures(&there).await, letters);
    let mut keys: Vec<Key> = letters.into_iter().map(|letter| letter.key).collect();
    keys.extend([Key::new(ObjectKind::Ticket, 1), Key::new(ObjectKind::Ticket, 987_654)]);
    for key in keys {
        assert_eq!(there.explain(key.clone()).await.unwrap(), here.explain(key).await.unwrap());
    }
    let events = here.events(0, 1_000).await.unwrap();
    assert!(events.events.len() > 3);
    assert_eq!(there.events(0, 1_000).await.unwrap(), events);
    assert_eq!(there.accounts().await.unwrap(), accounts::of(&stage.settings).unwrap());

    let set = Controls { limit: Some(7), ..Controls::default() };
    assert_eq!(stage.remote(OPERATOR).throttle(&set).await.unwrap(), set);
    assert_eq!(there.look().await.unwrap().fleet.unwrap().controls, set);

    // The same command again is the next pass, and writes nothing.
    assert_eq!(stage.run(ADMIN).await.unwrap(), Exit::Ok);
    let again = there.report().await.unwrap();
    assert_eq!((again.pass.0, again.records[&ObjectKind::Ticket].tally.created), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_there_ends_as_it_would_here_and_no_token_is_told() {
    let stage = Stage::start().await;
    let unknown = stage.remote(VIEWER).look().await.unwrap_err();
    assert_eq!(unknown.exit(), Exit::Failed, "{unknown}");
    let not_admin = stage.run(OPERATOR).await.unwrap_err();
    assert_eq!(not_admin.exit(), Exit::Refused, "{not_admin}");
    assert_eq!(stage.run(ADMIN).await.unwrap(), Exit::Ok);

    let retry = Retry { kind: Some(ObjectKind::Attachment), ..Retry::default() };
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = Remote::new(
        Api::new(&format!("http://{gone}"), VIEWER).unwrap(),
        stage.settings.migration.id.clone(),
    );
    let refusals = [
        (stage.remote("not-a-token-999").look().await.map(|_| ()), Exit::Usage),
        (stage.remote(VIEWER).act(Deed::Pause, None).await.map(|_| ()), Exit::Refused),
        (stage.remote(OPERATOR).act(Deed::Pause, None).await.map(|_| ()), Exit::Refused),
        (stage.remote(OPERATOR).act(Deed::Resume, None).await.map(|_| ()), Exit::Refused),
        (stage.remote(OPERATOR).retry(&retry).await.map(|_| ()), Exit::Refused),
        (nobody.look().await.map(|_| ()), Exit::Temporary),
        (Local::new(stage.settings.clone()).throttle(&Controls::default()).await.map(|_| ()), Exit::Refused),
    ];
    for (refusal, exit) in refusals {
        let failure = refusal.unwrap_err();
        assert_eq!(failure.exit(), exit, "{failure}");
        let told = format!("{failure} {failure:?}");
        assert!(!told.contains("-token-"), "{told}");
    }
    assert!(!format!("{:?}", stage.api(ADMIN)).contains(ADMIN));
}

#[test]
fn a_token_never_leaves_readable() {
    for (server, token) in
        [("http://flotilla.example", ADMIN), ("ftp://localhost", ADMIN), ("http://127.0.0.1", "")]
    {
        let failure = Api::new(server, token).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(!failure.to_string().contains(ADMIN));
    }
}
