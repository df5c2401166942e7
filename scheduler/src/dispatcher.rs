//! The dispatcher: one idempotent function that brings the queue in line with the ledger.
//!
//! It runs on a timer and on signals, and there is one code path for the happy case and for recovery: whatever the
//! ledger says is ready is pushed, whatever the planner says is next is added. Only a small window of batches is on the
//! queue at once, so pause and halt act at once because nothing has to be drained.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use documents::Deliverables;
use ledger::Ledger;
use protocol::{
    Batch, BatchId, Clock, Errand, FailureCode, Job, Migration, MigrationId, MigrationState, ObjectKind,
    Pass, UnixMs, api::StepProgress, job::JOB_VERSION,
};
use queue::Queue;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    Error, findings,
    found::Found,
    gate::Gate,
    planner::{self, Cut, Known, Next},
    sample, tombstones, watermark,
};

/// How the dispatcher paces itself.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Batches of one migration on the queue at once.
    pub window: u32,
    /// A job pushed this long ago whose batch is still ready is pushed again, in ms.
    pub push_again_ms: u64,
    /// How often it looks without being signalled, in ms.
    pub tick_ms: u64,
}

/// How a migration's run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// The errand is over: everything is accounted for.
    Ready,
    /// It needs a human.
    Halted(FailureCode),
    /// An operator holds it, or the process is asked to stop.
    Stopped,
}

/// Brings the queue in line with the ledger.
#[derive(Debug)]
pub struct Dispatcher {
    ledger: Arc<dyn Ledger>,
    queue: Arc<dyn Queue>,
    clock: Arc<dyn Clock>,
    gate: Gate,
    cut: Cut,
    pace: Pace,
    signal: Arc<Notify>,
    pushed: HashMap<BatchId, Pushed>,
    papers: Option<Deliverables>,
    reported: HashSet<(Pass, ObjectKind)>,
}

impl Dispatcher {
    /// A dispatcher; `signal` wakes it when a job has ended.
    #[must_use]
    pub fn new(
        ledger: Arc<dyn Ledger>,
        queue: Arc<dyn Queue>,
        clock: Arc<dyn Clock>,
        gate: Gate,
        (cut, pace): (Cut, Pace),
        signal: Arc<Notify>,
    ) -> Self {
        let (pushed, reported) = (HashMap::new(), HashSet::new());
        Self { ledger, queue, clock, gate, cut, pace, signal, pushed, papers: None, reported }
    }

    /// The same dispatcher, writing a report into `papers` as each phase ends.
    #[must_use]
    pub fn reporting_to(mut self, papers: Deliverables) -> Self {
        self.papers = Some(papers);
        self
    }

    /// Reconciles until the migration has ended or `stop` is cancelled.
    ///
    /// # Errors
    /// [`Error`] when the ledger or the queue fails for good.
    pub async fn run(&mut self, id: &MigrationId, stop: &CancellationToken) -> Result<Ended, Error> {
        loop {
            if let Some(ended) = self.reconcile(id, self.pace.window).await? {
                return Ok(ended);
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(Ended::Stopped),
                () = self.signal.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(self.pace.tick_ms)) => {}
            }
        }
    }

    /// One look: plans what is next and pushes what is ready, `room` batches of it at most. Repeating it changes nothing.
    pub(crate) async fn reconcile(&mut self, id: &MigrationId, room: u32) -> Result<Option<Ended>, Error> {
        let migration = self.ledger.create(id, serde_json::Value::Null).await?;
        let found = Found::look(&*self.ledger, &migration, room).await?;
        self.act(&migration, found, room).await
    }

    /// The same with what a look has found.
    pub(crate) async fn act(
        &mut self,
        migration: &Migration,
        found: Found,
        room: u32,
    ) -> Result<Option<Ended>, Error> {
        match migration.state {
            MigrationState::Halted => {
                return Ok(Some(Ended::Halted(migration.cause.unwrap_or(FailureCode::AttemptsExhausted))));
            }
            MigrationState::Paused | MigrationState::Cancelled => return Ok(Some(Ended::Stopped)),
            _ if !migration.is_at_work() => return Ok(Some(Ended::Ready)),
            _ => {}
        }
        let Found { ready, progress } = found;
        if progress.iter().any(|one| one.dead > 0) {
            return self.halt_for_dead(&migration.id).await.map(Some);
        }
        self.report_phases(migration, &progress).await?;
        self.push_ready(migration, ready, room).await?;
        self.plan(migration, &progress).await?;
        Ok(None)
    }

    /// A batch is dead. Whoever buried it has halted the migration with the cause before; a migration that is not halted
    /// all the same (its state was moved on by hand) is halted here.
    async fn halt_for_dead(&self, id: &MigrationId) -> Result<Ended, Error> {
        let now = self.ledger.create(id, serde_json::Value::Null).await?;
        if now.state == MigrationState::Halted {
            return Ok(Ended::Halted(now.cause.unwrap_or(FailureCode::AttemptsExhausted)));
        }
        let (cause, why) = (FailureCode::AttemptsExhausted, "a batch failed at every attempt");
        self.ledger.transition(id, MigrationState::Halted, Some(cause), "dispatcher", why).await?;
        Ok(Ended::Halted(cause))
    }

    async fn plan(&self, migration: &Migration, progress: &[StepProgress]) -> Result<(), Error> {
        let (id, pass) = (&migration.id, migration.pass);
        let unaccounted = match planner::closing(progress) {
            Some(kind) => self.ledger.unaccounted(id, pass, kind, 100_000).await?,
            None => Vec::new(),
        };
        let surveys = self.ledger.surveys(id, pass).await?;
        let errand = &migration.errand;
        let sample = match errand {
            Errand::Sample { .. } => sample::picked(&*self.ledger, migration).await?,
            _ => BTreeMap::new(),
        };
        let changed_since = watermark::since(&*self.ledger, migration, self.cut.delta_overlap_ms).await?;
        let (spec, unaccounted) = (&self.gate.spec, unaccounted.as_slice());
        let known =
            Known { errand, progress, surveys: &surveys, spec, unaccounted, changed_since, sample: &sample };
        match planner::next(&known, Gate::is_open(errand, migration.state), self.cut) {
            Next::Add(new) => {
                let added = self.ledger.add_batches(id, pass, &new).await?;
                tracing::info!(migration = %id, batches = added.len(), step = %new[0].step, kind = %new[0].kind, "batches planned");
                if batches_in(&self.ledger.progress(id, pass).await?) == batches_in(progress) {
                    let (cause, why) =
                        (FailureCode::SourceIncomplete, "records stay unaccounted for after a look by id");
                    self.ledger
                        .transition(id, MigrationState::Halted, Some(cause), "dispatcher", why)
                        .await?;
                }
                self.signal.notify_one();
            }
            Next::Gate => {
                self.gate.open(&*self.ledger, migration, &surveys).await?;
                self.signal.notify_one();
            }
            Next::Finished => {
                if migration.state == MigrationState::Running {
                    self.ledger
                        .transition(id, MigrationState::Verifying, None, "dispatcher", "every batch is done")
                        .await?;
                }
                self.conclude(migration).await?;
                self.signal.notify_one();
            }
            Next::Wait(..) => {}
        }
        Ok(())
    }

    /// Every batch is done: the equation closes and the migration is ready, or it halts.
    async fn conclude(&self, migration: &Migration) -> Result<(), Error> {
        let report = crate::report::reconcile(&*self.ledger, migration).await?;
        let gone = tombstones::list(&*self.ledger, migration, self.papers.as_ref()).await?;
        findings::keep(&*self.ledger, migration, (&report, &self.gate.spec), gone).await?;
        if report.closes() {
            watermark::keep(&*self.ledger, migration).await?;
        }
        // Nothing was to be moved: what was only seen stays unaccounted for.
        let moves = !matches!(migration.errand, Errand::Assess);
        let (to, cause, why) = if !moves {
            (migration.errand.ends_in(migration.came_from), None, "every kind is surveyed")
        } else if report.closes() {
            (migration.errand.ends_in(migration.came_from), None, "every record is accounted for")
        } else {
            (MigrationState::Halted, Some(FailureCode::SourceIncomplete), "records are unaccounted for")
        };
        self.ledger.transition(&migration.id, to, cause, "dispatcher", why).await?;
        Ok(())
    }

    /// Writes the report of each phase that is over, once per start: a repeated one says the same.
    async fn report_phases(&mut self, migration: &Migration, progress: &[StepProgress]) -> Result<(), Error> {
        let Some(papers) = &self.papers else { return Ok(()) };
        for kind in planner::ended(progress) {
            if self.reported.insert((migration.pass, kind)) {
                let report = crate::report::of_phase(&*self.ledger, migration, kind).await?;
                papers.put_reconciliation(&format!("phase-{}-{kind}", migration.pass), &report).await?;
            }
        }
        Ok(())
    }

    async fn push_ready(&mut self, migration: &Migration, ready: Vec<Batch>, room: u32) -> Result<(), Error> {
        let now = self.clock.now();
        let again = self.pace.push_again_ms;
        let same = |id: &BatchId, pushed: &Pushed| {
            ready.iter().any(|batch| batch.id == *id && Turn::of(batch) == pushed.turn)
        };
        self.pushed.retain(|id, pushed| now.since(pushed.at) < again && same(id, pushed));
        for batch in ready.into_iter().take(room as usize) {
            if self.pushed.contains_key(&batch.id) {
                continue;
            }
            let job = Job {
                v: JOB_VERSION,
                migration: migration.id.clone(),
                batch: batch.id,
                step: batch.step,
                kind: batch.kind,
                traceparent: None,
            };
            crate::sending::push(&*self.queue, job).await?;
            self.pushed.insert(batch.id, Pushed { turn: Turn::of(&batch), at: now });
        }
        Ok(())
    }
}

fn batches_in(progress: &[StepProgress]) -> u64 {
    progress.iter().map(|one| one.done + one.leased + one.ready + one.dead).sum()
}

/// A job on its way: which turn of its batch it was pushed for, and when.
#[derive(Debug)]
struct Pushed {
    turn: Turn,
    at: UnixMs,
}

/// One readiness of a batch: after each attempt, and after each wait, it is another one.
#[derive(Debug, PartialEq, Eq)]
struct Turn {
    attempts: u32,
    not_before: UnixMs,
}

impl Turn {
    fn of(batch: &Batch) -> Self {
        Self { attempts: batch.attempts, not_before: batch.not_before }
    }
}
