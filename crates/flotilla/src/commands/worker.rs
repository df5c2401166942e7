//! `flotilla worker`: does the work of a fleet, of whatever migration, until it is told to stop. A server that is away is
//! waited for; a vendor that is away is the affair of the migration that needs it.

use std::{sync::Arc, time::Duration};

use bootstrap::{FleetAccess, Role, Settings, Shutdown};
use ledger::Ledger;
use limiter::RedisLimiters;
use protocol::Probe;
use queue::{Queue, RedisQueue};
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;
use worker::{Crew, Hands};

use crate::{
    credentials::Credentials,
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    knobs,
    service::{
        self, QUEUE, health, health::Health, ledger_clock::LedgerClock, outfit::FleetOutfit, patiently,
    },
};

/// Pause before a queue that could not be served any more is served again.
const SERVE_AGAIN: Duration = Duration::from_secs(1);

/// Works until a signal.
///
/// # Errors
/// [`Failure`] when a setting is missing or its address cannot be listened on.
pub(crate) async fn run(invocation: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let access = settings.fleet_access(Role::Worker)?;
    bootstrap::metrics::install();
    let shutdown = Shutdown::on_signals()?;
    let stop = shutdown.drain();
    let health = Health::starting();
    let (listener, url) = health::listen("worker.listen", settings.worker.listen).await?;
    let answers = health::answer(&listener, health.clone())?;

    if let Some(worker) = Worker::assemble(&settings, &access, probe, &health, stop).await? {
        health.ready();
        service::say_ready(invocation.output, "worker", &url)?;
        worker.until_drained(&settings, &health, stop).await;
    }
    answers.abort();
    Ok(Exit::Ok)
}

/// The parts, put together.
struct Worker {
    holder: String,
    queue: Arc<RedisQueue>,
    crew: Arc<Crew>,
    ledger: Arc<dyn Ledger>,
    clock: Arc<LedgerClock>,
}

impl Worker {
    /// Reaches the servers, however long that takes; `None` when it is asked to stop before.
    async fn assemble(
        settings: &Settings,
        access: &FleetAccess,
        probe: Arc<dyn Probe>,
        health: &Health,
        stop: &CancellationToken,
    ) -> Result<Option<Self>, Failure> {
        let queue = Arc::new(RedisQueue::connect(access.redis_url.expose_secret(), QUEUE)?);
        health.waits_for("ledger");
        let Some((ledger, clock)) = service::ledger(access, stop).await else { return Ok(None) };
        // Connections of its own, so that what operators do is heard of however busy the jobs' are.
        let Some((watched, _)) = service::ledger(access, stop).await else { return Ok(None) };
        health.waits_for("limiter");
        let redis = access.redis_url.expose_secret();
        let limiters = patiently("the limiter", stop, || RedisLimiters::connect(redis)).await;
        let Some(limiters) = limiters else { return Ok(None) };

        let holder = service::holder("worker", &settings.fleet.name);
        let folder = access.credentials.clone().unwrap_or_default();
        let outfit = FleetOutfit {
            settings: settings.clone(),
            knobs: knobs::of(settings, holder.clone(), true),
            ledger: Arc::clone(&ledger),
            clock: Arc::<LedgerClock>::clone(&clock),
            probe,
            limiters,
            credentials: Credentials::in_folder(folder),
            hands: Hands::of(settings.worker.requests),
        };
        let crew = Arc::new(Crew::new(Arc::new(outfit), Arc::clone(&ledger), stop.clone()).watching(watched));
        tracing::info!(
            holder,
            jobs = settings.worker.jobs,
            requests = settings.worker.requests,
            "the worker takes jobs"
        );
        Ok(Some(Self { holder, queue, crew, ledger, clock }))
    }

    /// Takes jobs until `stop` is cancelled, then lets those in hand come to an end or hand back their batches.
    async fn until_drained(&self, settings: &Settings, health: &Health, stop: &CancellationToken) {
        let serving = self.serve(settings.worker.jobs, stop);
        let beside = async {
            tokio::join!(self.crew.watch(), self.clock.follow(&*self.ledger, stop));
            health.waits_for("its end: it drains");
            tokio::time::sleep(Duration::from_millis(settings.worker.drain_ms)).await;
        };
        tokio::select! {
            () = serving => tracing::info!("every job in hand has ended"),
            () = beside => tracing::warn!("jobs in hand did not end in time: others go on with them when their leases end"),
        }
    }

    /// Serves the queue, again and again should it end by itself.
    async fn serve(&self, jobs: usize, stop: &CancellationToken) {
        for start in 0_u32.. {
            let name = format!("{}-{start}", self.holder);
            let crew = Arc::<Crew>::clone(&self.crew);
            if let Err(error) = self.queue.serve(&name, jobs, crew, stop.clone()).await {
                tracing::error!(%error, "the queue cannot be served any more: it is tried again");
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = tokio::time::sleep(SERVE_AGAIN) => {}
            }
        }
    }
}
