//! The stage of a story: a ledger in a file, a queue, a clock moved by hand, and a played worker.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use ledger::{Commit, Ledger, SqliteLedger};
use protocol::sample::{Compared, Pick, compare_leaf, pick_leaf};
use protocol::{
    Clock, Job, Key, MapSpec, Migration, MigrationId, ObjectKind, Outcome, SourceId, Step, Survey, TargetId,
    UnixMs,
};
use queue::{MemoryQueue, Queue};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Cut, Dispatcher, Ended, Gate, Pace, Signature, start};

/// A run that takes longer than this will never end.
const STUCK: Duration = Duration::from_secs(60);

/// A clock moved by hand.
#[derive(Debug)]
pub(super) struct HandClock(pub(super) AtomicI64);

impl HandClock {
    pub(super) fn pass_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.load(Ordering::SeqCst))
    }
}

/// What the played worker leaves undone.
#[derive(Debug, Default, Clone)]
pub(super) struct Habits {
    /// Jobs it loses before it does any.
    pub(super) loses: usize,
    /// Tickets a listing does not show; only a look by id accounts for them.
    pub(super) overlooks: Vec<SourceId>,
    /// Tickets that nothing accounts for.
    pub(super) forgets: Vec<SourceId>,
    /// Tickets that fail the first time.
    pub(super) fails: Vec<SourceId>,
}

#[derive(Debug)]
pub(super) struct Played {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) clock: Arc<HandClock>,
    pub(super) signal: Arc<Notify>,
    pub(super) habits: Mutex<Habits>,
    pub(super) done: Mutex<Vec<(Step, ObjectKind)>>,
}

impl Played {
    fn ids() -> Vec<SourceId> {
        ["1", "2", "3"].map(SourceId::from).to_vec()
    }

    async fn work(&self, job: &Job) {
        let Some(lease) = self.ledger.claim(job.batch, "played", 60_000).await.unwrap() else { return };
        let (id, pass, kind) = (&job.migration, lease.batch.pass, job.kind);
        match job.step {
            Step::Survey => {
                self.ledger.note_seen(id, pass, kind, &Self::ids()).await.unwrap();
                let open = BTreeMap::from([("Open".to_owned(), 3)]);
                let observed = BTreeMap::from([("status".to_owned(), open)]);
                let survey = Survey { kind, count: 3, declared: Some(3), pages: 1, observed };
                self.ledger.put_survey(id, pass, &survey).await.unwrap();
            }
            Step::Provision | Step::Copy => {
                let by_id = matches!(lease.batch.slice, protocol::Slice::Ids { .. });
                let sources = match &lease.batch.slice {
                    protocol::Slice::Ids { ids } => ids.clone(),
                    _ => self.ledger.unaccounted(id, pass, kind, 100).await.unwrap(),
                };
                for source in sources {
                    self.settle(&lease, Key { kind, id: source }, by_id).await;
                }
            }
            Step::Pick => {
                let mut pick = Pick::nothing(pass);
                pick.records.insert(SourceId::from("1"), vec!["oldest".to_owned()]);
                let survey =
                    Survey { kind, count: 3, declared: Some(3), pages: 1, observed: BTreeMap::new() };
                self.ledger.put_survey(id, pass, &survey).await.unwrap();
                self.ledger.put_leaf(id, &pick_leaf(kind), &serde_json::json!(pick), "played").await.unwrap();
            }
            Step::Compare => {
                let compared = Compared { records: 1, same: 1, ..Compared::nothing(pass) };
                let body = serde_json::json!(compared);
                self.ledger.put_leaf(id, &compare_leaf(kind), &body, "played").await.unwrap();
            }
            Step::Inspect => {
                let surveys = self.ledger.surveys(id, pass).await.unwrap();
                let facts = protocol::facts::Facts { surveys, ..Default::default() };
                self.ledger
                    .put_leaf(id, protocol::facts::FACTS, &serde_json::json!(facts), "played")
                    .await
                    .unwrap();
            }
            Step::Verify | Step::Document | Step::Undo => {}
        }
        self.ledger.finish(&lease).await.unwrap();
        self.done.lock().unwrap().push((job.step, kind));
    }

    async fn settle(&self, lease: &protocol::Lease, key: Key, by_id: bool) {
        let habits = self.habits.lock().unwrap().clone();
        let tickets = key.kind == ObjectKind::Ticket;
        if tickets && (habits.forgets.contains(&key.id) || (habits.overlooks.contains(&key.id) && !by_id)) {
            return;
        }
        if tickets && habits.fails.contains(&key.id) {
            let cause = Some(protocol::FailureCode::TargetRejected);
            let failed = Commit::left(key, Outcome::Failed, cause);
            return self.ledger.commit(lease, &failed).await.unwrap();
        }
        let target = TargetId(key.id.0.parse().unwrap());
        self.ledger.commit(lease, &Commit::landed(key, Outcome::Created, target)).await.unwrap();
    }
}

#[async_trait::async_trait]
impl queue::Handler for Played {
    async fn handle(&self, job: Job) {
        let lost = {
            let mut habits = self.habits.lock().unwrap();
            let lost = habits.loses > 0;
            habits.loses = habits.loses.saturating_sub(1);
            lost
        };
        if lost {
            // Time goes by until the dispatcher misses it.
            self.clock.pass_ms(10_000);
        } else {
            self.work(&job).await;
        }
        self.signal.notify_one();
    }
}

pub(super) struct Stage {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) id: MigrationId,
    pub(super) spec: MapSpec,
    clock: Arc<HandClock>,
    _folder: tempfile::TempDir,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(1_000_000)));
        let shared: Arc<dyn Clock> = Arc::<HandClock>::clone(&clock);
        let ledger = SqliteLedger::open(&folder.path().join("ledger.db"), shared).await.unwrap();
        let spec = MapSpec {
            fallback_agent: Some("anna@msp.example".to_owned()),
            fallback_customer: Some(SourceId::from("1")),
            ..MapSpec::default()
        };
        let id = MigrationId::new("acme").unwrap();
        Self { ledger: Arc::new(ledger), id, spec, clock, _folder: folder }
    }

    pub(super) fn signature(&self) -> Signature {
        Signature { by: "Ruth".to_owned(), map: None, scope: crate::Scope::new() }
    }

    /// Begins (or resumes) and runs to its end, with a worker of these habits; answers what was done, in order.
    pub(super) async fn run(&self, habits: Habits) -> (Ended, Vec<(Step, ObjectKind)>) {
        start(&*self.ledger, &self.id, &self.spec, &self.signature()).await.unwrap();
        self.dispatch(habits).await
    }

    pub(super) async fn dispatch(&self, habits: Habits) -> (Ended, Vec<(Step, ObjectKind)>) {
        let (queue, signal) = (Arc::new(MemoryQueue::new()), Arc::new(Notify::new()));
        let played = Arc::new(Played {
            ledger: Arc::clone(&self.ledger),
            clock: Arc::clone(&self.clock),
            signal: Arc::clone(&signal),
            habits: Mutex::new(habits),
            done: Mutex::default(),
        });
        let stop = CancellationToken::new();
        let server = tokio::spawn({
            let (queue, played, stop) = (Arc::clone(&queue), Arc::clone(&played), stop.clone());
            async move { queue.serve("played", 1, played, stop).await }
        });
        let mut dispatcher = self.dispatcher_with(queue, signal);
        let never = CancellationToken::new();
        let run = dispatcher.run(&self.id, &never);
        let ended = tokio::time::timeout(STUCK, run).await.expect("the run is stuck").unwrap();
        stop.cancel();
        server.await.unwrap().unwrap();
        let done = played.done.lock().unwrap().clone();
        (ended, done)
    }

    /// A dispatcher onto this queue.
    pub(super) fn dispatcher(&self, queue: Arc<dyn Queue>) -> Dispatcher {
        self.dispatcher_with(queue, Arc::default())
    }

    fn dispatcher_with(&self, queue: Arc<dyn Queue>, signal: Arc<Notify>) -> Dispatcher {
        let gate = Gate { spec: self.spec.clone(), signed_off_by: Some("Ruth".to_owned()) };
        let cut = Cut { pages_per_batch: 10, ids_per_batch: 10, documents: false, delta_overlap_ms: None };
        let pace = Pace { window: 4, push_again_ms: 5_000, tick_ms: 20 };
        let clock: Arc<dyn Clock> = Arc::<HandClock>::clone(&self.clock);
        Dispatcher::new(Arc::clone(&self.ledger), queue, clock, gate, (cut, pace), signal)
    }

    pub(super) async fn migration(&self) -> Migration {
        self.ledger.migration(&self.id).await.unwrap().unwrap()
    }

    pub(super) async fn outcome(&self, kind: ObjectKind, id: &str) -> Option<Outcome> {
        let key = Key { kind, id: SourceId::from(id) };
        match self.ledger.entry(&self.id, &key).await.unwrap()?.state {
            protocol::EntryState::Settled { outcome } => Some(outcome),
            _ => None,
        }
    }
}
