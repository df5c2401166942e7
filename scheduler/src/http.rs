//! The internal API, version 1, and what a machine asks the scheduler: health, metrics, scaling.
//!
//! It reads the ledger and changes what an operator may change there; it moves nothing, and a vendor's secret cannot
//! come in or out. Every replica serves it, whoever holds the office.

mod account_check;
mod accounts;
mod assessments;
mod auth;
mod body;
mod document;
mod erasures;
mod errands;
mod handoff;
mod health;
mod lookup;
mod maps;
mod migrations;
mod moves;
mod papers;
mod problem;
mod readings;
mod samples;
mod seats;

use std::{
    collections::HashMap,
    fmt, io,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::Request, middleware, middleware::Next, response::Response};
use bootstrap::settings::scheduler::ApiToken;
use ledger::Ledger;
use protocol::{Clock, MigrationId, UnixMs, api::WaitsFor};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
};
use tokio_util::sync::CancellationToken;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use auth::token_hash;
#[cfg(test)]
pub(crate) use document::COMPONENTS;

use crate::{Capacity, RateWatch, http::problem::Refusal};

/// Renders the metrics of the process.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// How the API is served.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Who may use it.
    pub tokens: Vec<ApiToken>,
    /// Largest body of a request, in bytes.
    pub body_limit: usize,
    /// What one worker is good for.
    pub capacity: Capacity,
}

/// What the handlers share.
pub struct Api {
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    rates: Arc<dyn RateWatch>,
    config: ApiConfig,
    wake: Arc<Notify>,
    leads: watch::Receiver<bool>,
    metrics: RenderMetrics,
    reports: Option<PathBuf>,
    document: String,
    seen: Mutex<HashMap<MigrationId, (WaitsFor, UnixMs)>>,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}

impl Api {
    /// The API beside a service: it wakes the service when something has changed, and tells whether that one leads.
    #[must_use]
    pub fn new(
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        rates: Arc<dyn RateWatch>,
        config: ApiConfig,
        service: &crate::Service,
        metrics: RenderMetrics,
    ) -> Arc<Self> {
        let (wake, leads) = (service.waker(), service.leads());
        let reports = service.reports();
        let document = document::of(&parts().split_for_parts().1);
        Arc::new(Self {
            ledger,
            clock,
            rates,
            config,
            wake,
            leads,
            metrics,
            reports,
            document,
            seen: Mutex::default(),
        })
    }

    /// Serves it on a bound port until `stop` is cancelled, then ends when the requests in hand are answered.
    ///
    /// # Errors
    /// When the port cannot be served (any more).
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        axum::serve(listener, router(self)).with_graceful_shutdown(stop.cancelled_owned()).await
    }
}

fn parts() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(accounts::list, accounts::create))
        .routes(routes!(accounts::show))
        .routes(routes!(migrations::list, migrations::create))
        .routes(routes!(migrations::show))
        .routes(routes!(moves::start))
        .routes(routes!(moves::pause))
        .routes(routes!(moves::resume))
        .routes(routes!(moves::cancel))
        .routes(routes!(moves::retry))
        .routes(routes!(moves::throttle))
        .routes(routes!(errands::begin))
        .routes(routes!(errands::declare))
        .routes(routes!(errands::undo_count))
        .routes(routes!(errands::leaf))
        .routes(routes!(assessments::show))
        .routes(routes!(assessments::acknowledge))
        .routes(routes!(maps::show, maps::put))
        .routes(routes!(maps::confirm))
        .routes(routes!(samples::sign_off))
        .routes(routes!(handoff::certify))
        .routes(routes!(erasures::erase))
        .routes(routes!(handoff::hand_off))
        .routes(routes!(seats::show, seats::plan))
        .routes(routes!(seats::acknowledge))
        .routes(routes!(readings::report))
        .routes(routes!(readings::events))
        .routes(routes!(readings::failures))
        .routes(routes!(readings::record))
        .routes(routes!(papers::list))
        .routes(routes!(papers::articles))
        .routes(routes!(papers::review))
        .routes(routes!(document::show))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(health::scaling))
}

fn router(api: Arc<Api>) -> Router {
    let (router, _) = parts().split_for_parts();
    router
        .fallback(|| async { Refusal::no_such_place() })
        .method_not_allowed_fallback(|| async { Refusal::no_such_deed() })
        .layer(middleware::from_fn(answered))
        .with_state(api)
}

/// Counts a request by method and class of its answer, and tells the log: never a body, a header or a query.
async fn answered(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let labels = [("method", method.to_string()), ("class", format!("{}xx", status / 100))];
    metrics::counter!("flotilla_api_requests_total", &labels).increment(1);
    tracing::debug!(%method, status, "request answered");
    response
}
