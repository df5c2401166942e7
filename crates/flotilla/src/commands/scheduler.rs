//! `flotilla scheduler`: decides what a fleet does, and serves the API, until it is told to stop. Several may run; one of
//! them dispatches, and the others stand by.

use std::{sync::Arc, time::Duration};

use bootstrap::{FleetAccess, Role, Settings, Shutdown};
use protocol::Clock;
use queue::RedisQueue;
use scheduler::{
    Capacity, Cut, Service, ServiceConfig,
    http::{Api, ApiConfig},
};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    embedded::IDS_PER_BATCH,
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    service::{
        self, QUEUE,
        health::{self, Health},
        ledger_clock::LedgerClock,
        rates::FleetRates,
    },
};

/// How long requests in hand may take to be answered once the service is asked to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Decides until a signal.
///
/// # Errors
/// [`Failure`] when a setting is missing or its address cannot be listened on.
pub(crate) async fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let access = settings.fleet_access(Role::Scheduler)?;
    bootstrap::metrics::install();
    if settings.scheduler.tokens.is_empty() {
        tracing::warn!("scheduler.tokens is empty: nobody may use the API");
    }
    let shutdown = Shutdown::on_signals()?;
    let stop = shutdown.drain();
    let queue = RedisQueue::connect(access.redis_url.expose_secret(), QUEUE)?;
    let (listener, url) = health::listen("scheduler.listen", settings.scheduler.listen).await?;
    let Some((ledger, clock)) = waiting(&listener, service::ledger(&access, stop)).await? else {
        return Ok(Exit::Ok);
    };

    let holder = service::holder("scheduler", &settings.fleet.name);
    let shared: Arc<dyn Clock> = Arc::<LedgerClock>::clone(&clock);
    let config = config(&settings, holder);
    let decider = Service::new(Arc::clone(&ledger), Arc::new(queue), Arc::clone(&shared), config);
    let api = api(&settings, &access, (Arc::clone(&ledger), shared), &decider);
    service::say_ready(invocation.output, "scheduler", &url)?;
    let listener = TcpListener::from_std(listener).map_err(health::unshared)?;
    let served = serve(api, listener, stop.clone());
    tokio::join!(decider.run(stop), clock.follow(&*ledger, stop), served);
    Ok(Exit::Ok)
}

/// Answers for its health while what it needs is waited for.
async fn waiting<T>(listener: &std::net::TcpListener, needed: impl Future<Output = T>) -> Result<T, Failure> {
    let health = Health::starting();
    health.waits_for("ledger");
    let answers = health::answer(listener, health)?;
    let had = needed.await;
    answers.abort();
    // Until it has ended, the next question might still be its own.
    let _ = answers.await;
    Ok(had)
}

/// Serves the API; a port that cannot be served any more is no reason to stop deciding.
async fn serve(api: Arc<Api>, listener: TcpListener, stop: CancellationToken) {
    let serving = api.serve(listener, stop.clone());
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_ANSWERS).await;
    };
    tokio::select! {
        served = serving => if let Err(error) = served {
            tracing::error!(%error, "the API cannot be served any more");
        },
        () = late => tracing::warn!("requests in hand were not answered in time"),
    }
}

fn config(settings: &Settings, holder: String) -> ServiceConfig {
    ServiceConfig {
        holder,
        term_ms: settings.scheduler.term_ms,
        tick_ms: settings.scheduler.tick_ms,
        window: settings.scheduler.window,
        push_again_ms: settings.run.lease_ms,
        cut: Cut {
            pages_per_batch: settings.run.batch_pages,
            ids_per_batch: IDS_PER_BATCH,
            documents: settings.documents.write,
            delta_overlap_ms: settings.run.delta_overlap_ms,
        },
        reports: Some(settings.storage.reports.clone()),
    }
}

fn api(
    settings: &Settings,
    access: &FleetAccess,
    (ledger, clock): (Arc<dyn ledger::Ledger>, Arc<dyn Clock>),
    decider: &Service,
) -> Arc<Api> {
    let section = &settings.scheduler;
    let config = ApiConfig {
        tokens: section.tokens.clone(),
        body_limit: usize::try_from(section.body_limit_bytes).unwrap_or(usize::MAX),
        capacity: Capacity {
            jobs_per_worker: settings.worker.jobs as f64,
            rate_per_worker: section.rate_per_worker,
            max_workers: section.max_workers,
        },
    };
    let rates = Arc::new(FleetRates::of(access.redis_url.clone()));
    Api::new(ledger, clock, rates, config, decider, Arc::new(bootstrap::metrics::render))
}
