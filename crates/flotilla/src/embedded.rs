//! The embedded home: scheduler and worker in this one process, on the SQLite ledger, the in-process queue and the local
//! limiter. No server of any kind. Nothing is decided here; the parts are put together and let go.

pub(crate) mod parts;
pub(crate) mod switches;
mod tail;

use std::{sync::Arc, time::Duration};

use bootstrap::{Settings, Shutdown, SystemClock};
use ledger::{Ledger, SqliteLedger};
use protocol::{Clock, Errand, MigrationState, Probe, report::Reconciliation};
use queue::{MemoryQueue, Queue};
use scheduler::{Cut, Dispatcher, Ended, Gate, Pace, Signature, Started};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use worker::JobHandler;

pub(crate) use tail::RunFigures;

use crate::{exit::Exit, failure::Failure, papers, vendors};

/// Records in a batch of named ids.
pub(crate) const IDS_PER_BATCH: usize = 100;

/// How a run in this process ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// How.
    pub ended: Ended,
    /// Whether it went on from an unfinished run.
    pub resumed: bool,
    /// Why it is halted, in the words of whoever halted it: endpoint, record, status.
    pub why: Option<String>,
    /// The reconciliation of the pass.
    pub reconciliation: Reconciliation,
    /// What the errand has found, in the dossier.
    pub found: Option<serde_json::Value>,
    /// What this process did at the vendors.
    pub figures: RunFigures,
}

/// What a watcher of a run is handed once it has begun.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    /// The ledger, for its counters.
    pub ledger: Arc<dyn Ledger>,
    /// The limiter, for the rate.
    pub limiter: Arc<dyn limiter::Limiter>,
    /// The migration.
    pub migration: protocol::MigrationId,
}

/// Does the migration of the settings an errand, to its end, to a halt, or until a shutdown is asked for. One that was
/// begun before is gone on with.
///
/// # Errors
/// [`Failure`] when it cannot begin, or the ledger fails so that nothing more can be written down.
pub(crate) async fn run(
    settings: &Settings,
    errand: &Errand,
    probe: Arc<dyn Probe>,
    shutdown: &Shutdown,
    watch: impl FnOnce(Watched),
) -> Result<Run, Failure> {
    // Whatever the configuration cannot give shows before the ledger is touched.
    let limiter = parts::limiter_of(settings);
    let source = match errand {
        Errand::Assess => parts::source_to_look_at(settings)?,
        _ => parts::source(settings)?,
    };
    let gorgias = vendors::destination(settings, &settings.access()?, Arc::clone(&limiter))?;

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ledger: Arc<dyn Ledger> =
        Arc::new(SqliteLedger::open(&settings.storage.ledger, Arc::clone(&clock)).await?);
    let freed = ledger.expire_leases_of_the_dead().await?;
    let id = settings.migration.id.clone();
    ledger.create(&id, serde_json::Value::Null).await?;
    let settings = &under_the_map_in_force(settings, &*ledger).await?;
    let started = begin(&*ledger, settings, errand).await?;
    if started.resumed {
        tracing::info!(migration = %id, pass = %started.migration.pass, leases_freed = freed, "going on from an unfinished run");
    }

    let stop = shutdown.drain().clone();
    let context = Arc::new(parts::context(
        settings,
        source,
        gorgias.clone(),
        Arc::clone(&ledger),
        Arc::clone(&clock),
        probe,
        stop.clone(),
    ));
    watch(Watched { ledger: Arc::clone(&ledger), limiter: Arc::clone(&limiter), migration: id.clone() });

    let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::new());
    let signal = Arc::new(Notify::new());
    let served = CancellationToken::new();
    let handler = Arc::new(JobHandler::new(Arc::clone(&context), Arc::clone(&signal)));
    let server = tokio::spawn({
        let (queue, served, handler) = (Arc::clone(&queue), served.clone(), Arc::clone(&handler));
        let workers = settings.run.workers;
        async move { queue.serve("embedded", workers, handler, served).await }
    });

    let gate = Gate { spec: settings.map.clone(), signed_off_by: settings.migration.signed_off_by.clone() };
    let cut = Cut {
        pages_per_batch: settings.run.batch_pages,
        ids_per_batch: IDS_PER_BATCH,
        documents: settings.documents.write,
        delta_overlap_ms: settings.run.delta_overlap_ms,
    };
    let workers = u32::try_from(settings.run.workers).unwrap_or(u32::MAX);
    let pace = Pace { window: workers.saturating_mul(2), push_again_ms: settings.run.lease_ms, tick_ms: 200 };
    let mut dispatcher = Dispatcher::new(Arc::clone(&ledger), queue, clock, gate, (cut, pace), signal)
        .reporting_to(papers::folder(settings)?);
    let ended = dispatcher.run(&id, &stop).await;

    // Whatever ended the run, jobs in hand are let finish or hand back their batches.
    context.stop.cancel();
    served.cancel();
    if tokio::time::timeout(Duration::from_millis(settings.run.lease_ms), server).await.is_err() {
        tracing::warn!("jobs in hand did not end in time: their leases expire by themselves");
    }
    if let Some(trouble) = handler.unrecorded() {
        return Err(Failure::new(Exit::Temporary, trouble));
    }
    let ended = ended?;
    let migration = ledger.create(&id, serde_json::Value::Null).await?;
    let reconciliation = scheduler::reconcile(&*ledger, &migration).await?;
    let why = match &ended {
        Ended::Halted(_) => ledger.audit(&id).await?.pop().map(|line| line.why),
        Ended::Ready | Ended::Stopped => None,
    };
    let found = ledger.leaf(&id, errand.name(), None).await?.map(|leaf| leaf.body);
    let figures = tail::figures(&gorgias, &context.source.atera);
    Ok(Run { found, ended, resumed: started.resumed, why, reconciliation, figures })
}

/// The settings with the map of the dossier and whoever confirmed it, where there are any.
async fn under_the_map_in_force(settings: &Settings, ledger: &dyn Ledger) -> Result<Settings, Failure> {
    let mut settings = settings.clone();
    let standing = scheduler::map_desk::map_in_force(ledger, &settings.migration.id, &settings.map).await?;
    if let Some(confirmed) = standing.confirmed.as_ref().filter(|_| standing.is_confirmed()) {
        let migration = &mut settings.migration;
        migration.signed_off_by.get_or_insert_with(|| confirmed.by.clone());
        migration.signed_map.get_or_insert_with(|| confirmed.hash.clone());
    }
    settings.map = standing.spec;
    Ok(settings)
}

/// Begins the errand, or goes on with it where it was begun before.
async fn begin(ledger: &dyn Ledger, settings: &Settings, errand: &Errand) -> Result<Started, Failure> {
    let (id, by) = (&settings.migration.id, settings.migration.signed_off_by.clone());
    let migration = ledger.create(id, serde_json::Value::Null).await?;
    let held = matches!(migration.state, MigrationState::Paused | MigrationState::Halted);
    let same = migration.pass.0 > 0 && migration.errand == *errand;
    if *errand == Errand::Move || (held && same) {
        let by = match errand {
            Errand::Move => by.ok_or_else(Failure::unsigned)?,
            _ => by.unwrap_or_else(|| "operator".to_owned()),
        };
        let map = settings.migration.signed_map.clone();
        let signature = Signature { by, map, scope: scope_of(settings) };
        return Ok(scheduler::start(ledger, id, &settings.map, &signature).await?);
    }
    let who = by.as_deref().unwrap_or("operator");
    let resumed = migration.is_at_work() && same;
    if resumed {
        ledger.revive(id, migration.pass).await?;
        return Ok(Started { migration, resumed });
    }
    let migration = match errand {
        Errand::Sample { size } => scheduler::begin_sample(ledger, id, (&settings.map, *size), who).await?,
        errand => scheduler::begin_errand(ledger, id, errand, who).await?,
    };
    Ok(Started { migration, resumed })
}

/// What is moved from where to where: the addresses of both sides, without whatever secret stands in them.
pub(crate) fn scope_of(settings: &Settings) -> scheduler::Scope {
    let place = |url: Option<&url::Url>| {
        let place = url.and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
        place.map_or_else(|| "unknown".to_owned(), |(host, port)| format!("{host}:{port}"))
    };
    scheduler::scope(
        &place(settings.source.base_url.as_ref()),
        &place(settings.destination.base_url.as_ref()),
    )
}
