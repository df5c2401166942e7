//! Stories of a crew: many migrations in one process, and what operators do to them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use limiter::{LocalLimiter, Rate};
use objects::Customer;
use protocol::{
    AccountRate, BatchState, Controls, FailureCode, Fingerprint, MigrationId, MigrationState, ObjectKind,
    StepPoint,
};
use queue::Handler as _;
use tokio::sync::Notify;

use super::stage::{At, Stage};
use crate::{Context, Crew, Equipped, Going, Leave, Outfit, Trouble, notes::Notes};

const KIND: ObjectKind = ObjectKind::Customer;

/// Equips every migration as the stage's is; counts how often, and lacks what a story says.
#[derive(Debug)]
struct Locker {
    of: Arc<Context>,
    config: gorgias::Config,
    limiter: Arc<dyn limiter::Limiter>,
    equipped: AtomicUsize,
    basis: Mutex<HashMap<MigrationId, u32>>,
    lacks: Mutex<Option<FailureCode>>,
    quiet: Mutex<Vec<protocol::QuietHours>>,
    /// Whether nobody comes to an end who asks for the basis, and who says that somebody has asked.
    stuck: AtomicBool,
    asked: Notify,
}

impl Locker {
    fn change(&self, id: &MigrationId) {
        *self.basis.lock().unwrap().entry(id.clone()).or_default() += 1;
    }
}

#[async_trait]
impl Outfit for Locker {
    async fn basis(&self, id: &MigrationId) -> Result<Fingerprint, Trouble> {
        if self.stuck.load(Ordering::SeqCst) {
            self.asked.notify_one();
            std::future::pending::<()>().await;
        }
        let number = self.basis.lock().unwrap().get(id).copied().unwrap_or_default();
        Ok(Fingerprint::of(&number.to_be_bytes()))
    }

    async fn equip(&self, id: &MigrationId, going: Going) -> Result<Equipped, Trouble> {
        if let Some(code) = *self.lacks.lock().unwrap() {
            let (at, detail) = ("credentials".to_owned(), "credential acme: not there".to_owned());
            return Err(Trouble::Failure { code, at, detail });
        }
        self.equipped.fetch_add(1, Ordering::SeqCst);
        let of = &self.of;
        let stop = going.stop().clone();
        let leave = Leave::while_going(going, Arc::clone(&self.limiter));
        let folder = tempfile::tempdir().unwrap().keep();
        let context = Context {
            migration: id.clone(),
            spec: of.spec.clone(),
            source: of.source.clone(),
            gorgias: gorgias::Client::new(self.config.clone(), Arc::new(leave)).unwrap(),
            ledger: Arc::clone(&of.ledger),
            clock: Arc::clone(&of.clock),
            probe: Arc::clone(&of.probe),
            knobs: of.knobs.clone(),
            stop,
            notes: Notes::new(folder.join("spool")),
            papers: folder,
            documents: of.documents.clone(),
            seen: Default::default(),
            technicians: Default::default(),
            in_hand: Default::default(),
            hands: of.hands.clone(),
            errand: Default::default(),
        };
        let rate = AccountRate {
            limit: 100,
            window_ms: 1_000,
            reserve: 0.0,
            quiet: self.quiet.lock().unwrap().clone(),
        };
        Ok(Equipped { context, limiter: Arc::clone(&self.limiter), rate })
    }
}

fn crew(stage: &Stage) -> (Arc<Crew>, Arc<Locker>) {
    let limiter: Arc<dyn limiter::Limiter> = Arc::new(LocalLimiter::new(Rate::new(100, 1_000)));
    let (equipped, basis, lacks, quiet, stuck, asked) = Default::default();
    let locker = Arc::new(Locker {
        of: Arc::clone(&stage.cx),
        config: stage.config.clone(),
        limiter,
        equipped,
        basis,
        lacks,
        quiet,
        stuck,
        asked,
    });
    let ledger = Arc::clone(&stage.cx.ledger);
    let outfit = Arc::<Locker>::clone(&locker);
    (Arc::new(Crew::new(outfit, ledger, stage.cx.stop.clone())), locker)
}

#[tokio::test]
async fn a_crew_does_the_jobs_of_a_migration_with_one_context_until_something_changes() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    for id in &ids[..2] {
        let batch = stage.plan_ids(KIND, std::slice::from_ref(id)).await;
        crew.handle(stage.job(batch).await).await;
        assert_eq!(stage.batch(batch).await.state, BatchState::Done);
    }
    assert_eq!(locker.equipped.load(Ordering::SeqCst), 1);
    locker.change(&stage.cx.migration);
    crew.tend(true).await;
    let batch = stage.plan_ids(KIND, &ids[2..3]).await;
    crew.handle(stage.job(batch).await).await;
    assert_eq!(stage.batch(batch).await.state, BatchState::Done);
    assert_eq!(locker.equipped.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_job_of_a_migration_that_is_held_or_not_there_is_dropped() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    let mut job = stage.job(batch).await;
    stage.move_to(MigrationState::Paused).await;
    crew.handle(job.clone()).await;
    assert_eq!(stage.batch(batch).await.state, BatchState::Ready);
    job.migration = MigrationId::new("nobody").unwrap();
    crew.handle(job).await;
    assert_eq!(locker.equipped.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_a_migration_lacks_halts_it_with_the_cause_and_names_what_is_missing() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    *locker.lacks.lock().unwrap() = Some(FailureCode::TargetAuth);
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    crew.handle(stage.job(batch).await).await;
    let migration = stage.migration().await;
    assert_eq!((migration.state, migration.cause), (MigrationState::Halted, Some(FailureCode::TargetAuth)));
    let batch = stage.batch(batch).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
    let why = stage.cx.ledger.audit(&stage.cx.migration).await.unwrap().pop().unwrap().why;
    assert!(why.contains("credential acme"), "{why}");
}

#[tokio::test]
async fn what_may_come_back_is_waited_for_and_halts_nothing() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    *locker.lacks.lock().unwrap() = Some(FailureCode::LedgerUnavailable);
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    crew.handle(stage.job(batch).await).await;
    assert_eq!(stage.state().await, MigrationState::Draft);
    *locker.lacks.lock().unwrap() = None;
    crew.handle(stage.job(batch).await).await;
    assert_eq!(stage.batch(batch).await.state, BatchState::Done);
}

/// Pauses the migration, or stops the process, when the first of several records is committed.
async fn interrupted(by: impl Fn(&Crew) -> bool + Send + Sync + 'static) -> (Stage, protocol::Batch) {
    let acting = Arc::new(Notify::new());
    let seen = Arc::clone(&acting);
    let probe = move || seen.notify_one();
    let stage = Stage::with(simulator::Settings::default(), move |cx| {
        cx.probe = Arc::new(At(StepPoint::Committed, probe));
        cx.knobs.read_ahead = 1;
    })
    .await;
    let (crew, _) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(KIND, &ids).await;
    let (job, at_work) = (stage.job(batch).await, Arc::clone(&crew));
    let work = tokio::spawn(async move { at_work.handle(job).await });
    acting.notified().await;
    if by(&crew) {
        stage.move_to(MigrationState::Paused).await;
        crew.hold().await.unwrap();
    }
    work.await.unwrap();
    let batch = stage.batch(batch).await;
    (stage, batch)
}

#[tokio::test]
async fn a_pause_hands_the_batch_back_without_spending_an_attempt_and_leaves_no_doubt() {
    let (stage, batch) = interrupted(|_| true).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
    no_doubt_but_work_left(&stage).await;
}

#[tokio::test]
async fn a_stop_hands_the_batch_back_without_spending_an_attempt_and_leaves_no_doubt() {
    let stop = |crew: &Crew| {
        crew.stop.cancel();
        false
    };
    let (stage, batch) = interrupted(stop).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
    no_doubt_but_work_left(&stage).await;
    assert_eq!(stage.state().await, MigrationState::Draft);
}

async fn no_doubt_but_work_left(stage: &Stage) {
    let (mut done, mut left) = (0, 0);
    for id in stage.ids::<Customer>().await {
        match stage.entry(KIND, &id).await.map(|entry| entry.state) {
            Some(protocol::EntryState::Settled { .. }) => done += 1,
            Some(protocol::EntryState::Intended { .. }) => panic!("{id} is in doubt"),
            _ => left += 1,
        }
    }
    assert!(done > 0 && left > 0, "{done} done, {left} left");
}

#[tokio::test]
async fn a_pause_while_everybody_waits_for_leave_acts_at_once_and_leaves_no_doubt() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    // What the kind needs to know of the destination is read while leave is easily had.
    let first = stage.plan_ids(KIND, &ids[..1]).await;
    crew.handle(stage.job(first).await).await;
    locker.limiter.block_for(std::time::Duration::from_secs(20));
    let batch = stage.plan_ids(KIND, &ids[1..3]).await;
    let (job, at_work) = (stage.job(batch).await, Arc::clone(&crew));
    let work = tokio::spawn(async move { at_work.handle(job).await });
    while locker.limiter.snapshot().waiting == 0 {
        tokio::task::yield_now().await;
    }
    let entry = stage.entry(KIND, &ids[1]).await.unwrap();
    assert!(matches!(entry.state, protocol::EntryState::Intended { .. }), "{entry:?}");
    stage.move_to(MigrationState::Paused).await;
    crew.hold().await.unwrap();
    work.await.unwrap();
    let batch = stage.batch(batch).await;
    assert_eq!((batch.state, batch.attempts), (BatchState::Ready, 0));
    let entry = stage.entry(KIND, &ids[1]).await.unwrap();
    assert_eq!(entry.state, protocol::EntryState::Seen);
    assert_eq!(stage.companies(&ids[1]).await.len(), 0);
}

#[tokio::test]
async fn a_pause_does_not_wait_for_whatever_else_is_looked_at() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    let first = stage.plan_ids(KIND, &ids[..1]).await;
    crew.handle(stage.job(first).await).await;
    locker.limiter.block_for(std::time::Duration::from_secs(20));
    let batch = stage.plan_ids(KIND, &ids[1..3]).await;
    let (job, at_work, watching) = (stage.job(batch).await, Arc::clone(&crew), Arc::clone(&crew));
    let work = tokio::spawn(async move { at_work.handle(job).await });
    while locker.limiter.snapshot().waiting == 0 {
        tokio::task::yield_now().await;
    }
    // Settings, accounts or credentials cannot be read, and somebody waits for them.
    locker.stuck.store(true, Ordering::SeqCst);
    let watch = tokio::spawn(async move { watching.watch().await });
    locker.asked.notified().await;
    stage.move_to(MigrationState::Paused).await;
    let patience = std::time::Duration::from_secs(10);
    assert!(tokio::time::timeout(patience, work).await.is_ok(), "the pause does not act");
    assert_eq!(stage.batch(batch).await.state, BatchState::Ready);
    assert_eq!(stage.companies(&ids[1]).await.len(), 0);
    crew.stop.cancel();
    watch.await.unwrap();
}

#[tokio::test]
async fn in_quiet_hours_more_is_left_to_others() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    // The stage's clock begins in the first half hour of 1970.
    let quiet = protocol::QuietHours { zone: "UTC".into(), from_minute: 0, to_minute: 60, reserve: 0.8 };
    locker.quiet.lock().unwrap().push(quiet);
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    crew.handle(stage.job(batch).await).await;
    assert_eq!(locker.limiter.snapshot().rate, Rate::new(100, 1_000).with_reserve(0.8));
    stage.clock.pass_ms(3_600_000);
    crew.tend(false).await;
    assert_eq!(locker.limiter.snapshot().rate, Rate::new(100, 1_000));
}

#[tokio::test]
async fn an_operator_changes_the_rate_while_batches_are_under_way() {
    let stage = Stage::new().await;
    let (crew, locker) = crew(&stage);
    let ids = stage.ids::<Customer>().await;
    let batch = stage.plan_ids(KIND, &ids[..1]).await;
    crew.handle(stage.job(batch).await).await;
    for (limit, reserve, rate) in [
        (Some(20), Some(0.5), Rate::new(20, 1_000).with_reserve(0.5)),
        // Never more than the account allows.
        (Some(900), None, Rate::new(100, 1_000)),
    ] {
        let controls = Controls { limit, reserve, window: None };
        stage.cx.ledger.set_controls(&stage.cx.migration, &controls, "anna", "busy shop").await.unwrap();
        crew.tend(false).await;
        assert_eq!(locker.limiter.snapshot().rate, rate);
    }
}
