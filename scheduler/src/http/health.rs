//! What machines ask: is it alive, is it ready, its metrics, how many workers are wanted. No token is needed, and no name of
//! a migration is told.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, extract::State, http::header, response::IntoResponse};
use protocol::{MigrationState, Name, Scaling};

use super::{Api, problem::Refusal};
use crate::{Load, settings_of};

/// Alive: the event loop turns
#[utoipa::path(get, path = "/livez", operation_id = "livez",
    responses((status = 200, description = "It is alive", body = String, content_type = "text/plain")))]
pub(crate) async fn livez() -> &'static str {
    "alive\n"
}

/// Ready: the ledger can be reached
///
/// Whether it leads does not matter: every replica serves the API.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz",
    responses((status = 200, description = "It is ready", body = String, content_type = "text/plain"),
        (status = 503, description = "The ledger cannot be reached",
            body = ref("#/components/schemas/Problem"), content_type = "application/problem+json")))]
pub(crate) async fn readyz(State(api): State<Arc<Api>>) -> Result<&'static str, Refusal> {
    match api.ledger.now().await {
        Ok(_) => Ok("ready\n"),
        Err(_) => Err(Refusal::not_ready("the ledger cannot be reached")),
    }
}

/// Metrics in the form of Prometheus
#[utoipa::path(get, path = "/metrics", operation_id = "metrics",
    responses((status = 200, description = "The metrics", body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(api): State<Arc<Api>>) -> impl IntoResponse {
    metrics::gauge!("flotilla_leader").set(f64::from(u8::from(*api.leads.borrow())));
    if let Ok(scaling) = api.scaling().await {
        metrics::gauge!("flotilla_desired_workers").set(f64::from(scaling.desired_workers));
        metrics::gauge!("flotilla_ready_jobs").set(scaling.ready_jobs as f64);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (api.metrics)())
}

/// How many workers are wanted, and why
#[utoipa::path(get, path = "/internal/scaling", operation_id = "scaling",
    responses((status = 200, description = "The figure", body = ref("#/components/schemas/Scaling"))))]
pub(crate) async fn scaling(State(api): State<Arc<Api>>) -> Result<Json<Scaling>, Refusal> {
    Ok(Json(api.scaling().await?))
}

impl Api {
    async fn scaling(&self) -> Result<Scaling, Refusal> {
        let now = self.clock.now();
        let mut jobs: BTreeMap<Name, (u64, u64)> = BTreeMap::new();
        for migration in self.ledger.migrations().await? {
            let held = migration.state == MigrationState::Paused;
            if !(migration.is_at_work() || held) {
                continue;
            }
            let Ok(settings) = settings_of(&*self.ledger, &migration.id).await else { continue };
            let (id, pass) = (&migration.id, migration.pass);
            let progress = self.ledger.progress(id, pass).await?;
            let all: u64 = progress.iter().map(|one| one.ready + one.leased).sum();
            let troubles = self.ledger.troubles(id, pass).await?;
            let waiting = troubles.iter().filter(|trouble| trouble.batch.not_before > now).count() as u64;
            let counts = jobs.entry(settings.destination).or_default();
            let count = if held { &mut counts.1 } else { &mut counts.0 };
            *count += all.saturating_sub(waiting);
        }
        let mut loads = Vec::new();
        for (account, (ready_jobs, paused_jobs)) in jobs {
            let rate = if ready_jobs > 0 { self.rate_of(&account).await } else { None };
            let usable_rate = rate.map(|rate| rate.usable_per_s);
            loads.push(Load { account, ready_jobs, paused_jobs, usable_rate });
        }
        Ok(crate::scaling(&loads, self.config.capacity))
    }
}
