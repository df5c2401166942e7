//! The simulator's own account of what it received, asked over its admin routes. The one request of this crate, and it
//! never goes to a vendor.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::{exit::Exit, failure::Failure};

/// Longest wait for one answer, in ms; it is asked again after that.
const WAIT_MS: u64 = 60_000;

/// What the simulator says it received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SimulatorAccount {
    /// Messages it would have sent to customers.
    pub emails_sent: u64,
    /// Internal comments of the source readable as public messages.
    pub private_notes_public: u64,
    /// Requests for each plain ticket.
    pub requests_per_ticket: Option<f64>,
    /// Answers 429 it gave.
    pub responses_429: u64,
    /// Share of its rate used in the steady part.
    pub rate_used: Option<f64>,
    /// Requests in the fullest window.
    pub max_in_any_window: u64,
    /// External ids held by more than one record.
    pub duplicates: u64,
}

impl SimulatorAccount {
    /// Asks for it.
    ///
    /// # Errors
    /// [`Failure`] when the admin routes do not answer as they should.
    pub(crate) async fn ask(admin_url: &Url) -> Result<Self, Failure> {
        let state = get(admin_url, "state").await?;
        let rate = get(admin_url, "rate").await?;
        let per_ticket = get(admin_url, "requests_per_ticket").await?;
        let count = |of: &Value, field: &str| of[field].as_u64().unwrap_or(u64::MAX);
        let duplicates = match &state["duplicates"] {
            Value::Object(kinds) => kinds.values().filter_map(Value::as_u64).sum(),
            number => number.as_u64().unwrap_or(u64::MAX),
        };
        Ok(Self {
            emails_sent: count(&state, "emails_sent"),
            private_notes_public: count(&state, "private_notes_public"),
            requests_per_ticket: per_ticket["ratio"].as_f64(),
            responses_429: count(&state, "responses_429"),
            rate_used: rate["steady"]["rate_used"].as_f64(),
            max_in_any_window: count(&rate, "max_in_any_window"),
            duplicates,
        })
    }
}

fn unreachable(error: &reqwest::Error) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("the simulator's admin routes do not answer ({error}): is it still running?"),
    )
}

/// Waits until the simulator has received this many new tickets.
///
/// # Errors
/// [`Failure`] when the admin routes do not answer.
pub(crate) async fn tickets_received(admin_url: &Url, count: u32) -> Result<(), Failure> {
    let wanted = json!({ "api": "gorgias", "method": "POST", "path": "/api/tickets$", "status": 201, "count": count, "timeout_ms": WAIT_MS });
    let url = format!("{}/events/wait", admin_url.as_str().trim_end_matches('/'));
    loop {
        let request = reqwest::Client::new().post(&url).json(&wanted);
        #[expect(
            clippy::disallowed_methods,
            reason = "the simulator's admin routes are no vendor and need no permit"
        )]
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        let answer: Value = answer.json().await.map_err(|error| unreachable(&error))?;
        if answer["count"].as_u64().is_some_and(|received| received >= u64::from(count)) {
            return Ok(());
        }
    }
}

async fn get(admin_url: &Url, route: &str) -> Result<Value, Failure> {
    let url = format!("{}/{route}", admin_url.as_str().trim_end_matches('/'));
    let request = reqwest::Client::new().get(url);
    #[expect(
        clippy::disallowed_methods,
        reason = "the simulator's admin routes are no vendor and need no permit"
    )]
    let answer = request.send().await.map_err(|error| unreachable(&error))?;
    answer
        .error_for_status()
        .map_err(|error| unreachable(&error))?
        .json()
        .await
        .map_err(|error| unreachable(&error))
}
