//! The health of a service over HTTP. `/livez` says that the process turns; no server and no vendor is asked for it.
//! `/readyz` says whether it does its work. `/metrics` is for Prometheus.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{exit::Exit, failure::Failure};

/// What a service waits for before it does its work; `None`: it does it.
#[derive(Debug, Clone)]
pub(crate) struct Health(Arc<Mutex<Option<&'static str>>>);

impl Health {
    pub(crate) fn starting() -> Self {
        Self(Arc::new(Mutex::new(Some("start"))))
    }

    /// It waits for this.
    pub(crate) fn waits_for(&self, what: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
    }

    /// It does its work.
    pub(crate) fn ready(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn now(&self) -> Option<&'static str> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The routes.
    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/livez", get(async || "ok\n"))
            .route("/readyz", get(readyz))
            .route("/metrics", get(metrics))
            .with_state(self)
    }
}

async fn metrics() -> ([(HeaderName, &'static str); 1], String) {
    let text = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, text)], bootstrap::metrics::render())
}

async fn readyz(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    match health.now() {
        None => (StatusCode::OK, Json(json!({ "ready": true }))),
        Some(what) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "waits_for": what }))),
    }
}

/// Answers for a service's health on a listener that something else may serve later.
///
/// # Errors
/// [`Failure`] when the listener cannot be shared.
pub(crate) fn answer(listener: &std::net::TcpListener, health: Health) -> Result<JoinHandle<()>, Failure> {
    let shared = listener.try_clone().and_then(TcpListener::from_std).map_err(unshared)?;
    Ok(tokio::spawn(async move {
        if let Err(error) = axum::serve(shared, health.routes()).await {
            tracing::error!(%error, "health cannot be served any more");
        }
    }))
}

/// Takes the address a service listens on, and says how it is asked there.
///
/// # Errors
/// [`Failure`] when it is taken or not this machine's.
pub(crate) async fn listen(
    key: &str,
    address: SocketAddr,
) -> Result<(std::net::TcpListener, String), Failure> {
    let unusable =
        |error| Failure::new(Exit::Usage, format!("{key}: {address} cannot be listened on ({error})"));
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let bound = listener.local_addr().map_err(unusable)?;
    Ok((listener.into_std().map_err(unusable)?, format!("http://{bound}")))
}

/// The failure of a listener that cannot be handed on.
#[expect(clippy::needless_pass_by_value, reason = "so that `map_err` can name it")]
pub(crate) fn unshared(error: std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("the port cannot be shared ({error})"))
}
