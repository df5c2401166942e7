//! The client: makes one call as the policy wants it made. What the calls are stands in `calls`, what an answer means in
//! `policy`, and the sending in `transport`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::Retryable;
use limiter::Limiter;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::auth::{Credentials, Identity, TokenAnswer};
use crate::call::{Call, Payload};
use crate::config::{Config, ImportedFlag};
use crate::envelope::Envelope;
use crate::error::{Error, ErrorKind, NotSentCause};
use crate::policy::{self, Verdict};
use crate::stats::{Counters, Stats, count};
use crate::transport::{Answer, Transport};

/// The deadline of a client that was given none.
const FAR: Duration = Duration::from_secs(30 * 24 * 3600);

/// A client of one account. Clones are cheap and share limiter, token and figures.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
    deadline: Option<Instant>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    transport: Transport,
    identity: Identity,
    counters: Arc<Counters>,
    /// Set once the account has refused the import flag.
    imported_refused: AtomicBool,
}

impl Client {
    /// A client for this account, calling no faster than the limiter lets it. No call is made.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfig`] when the base address is not HTTP or the connection settings cannot be built.
    pub fn new(config: Config, limiter: Arc<dyn Limiter>) -> Result<Self, Error> {
        let bad = || Error::new(ErrorKind::BadConfig, "gorgias");
        if !matches!(config.base_url.scheme(), "http" | "https") || config.base_url.host_str().is_none() {
            return Err(bad().with_fields(vec!["base_url".to_owned()]));
        }
        let counters = Arc::new(Counters::default());
        let transport = Transport::new(&config, limiter, Arc::clone(&counters)).map_err(|_| bad())?;
        let identity = Identity::new(config.auth.clone());
        let imported_refused = AtomicBool::new(config.imported == ImportedFlag::Never);
        let shared = Shared { config, transport, identity, counters, imported_refused };
        Ok(Self { shared: Arc::new(shared), deadline: None })
    }

    /// The same client for calls that must leave, and be answered or given up, before `deadline`.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        Self { shared: Arc::clone(&self.shared), deadline: Some(deadline) }
    }

    /// What this client and its clones have done so far.
    pub fn stats(&self) -> Stats {
        self.shared.counters.read()
    }

    /// The OAuth refresh token as it stands; vendors rotate it, so keep it for the next start.
    pub fn refresh_token(&self) -> Option<SecretString> {
        self.shared.identity.refresh_token()
    }

    /// Makes a call and reads its answer as `T`; a read is tried a few times, a write once.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        let attempt = || async {
            let answer = self.call(call).await?;
            let body = answer.body.unwrap_or_default();
            serde_json::from_slice(&body)
                .map_err(|_| policy::unreadable(call).with_status(answer.status.as_u16()))
        };
        self.tried(call, attempt).await
    }

    /// Makes a call whose answer says nothing beyond its status.
    pub(crate) async fn tell(&self, call: &Call) -> Result<(), Error> {
        self.tried(call, || async { self.call(call).await.map(|_| ()) }).await
    }

    /// Makes a call that creates messages, flagged as imported while the account takes the flag, and counts them.
    pub(crate) async fn ask_imported(&self, mut call: Call) -> Result<Value, Error> {
        let shared = &self.shared;
        let flagged = !shared.imported_refused.load(Ordering::Relaxed);
        if flagged && let Payload::Json(body @ Value::Object(_)) = &mut call.payload {
            body["imported"] = json!(true);
        }
        let answer = match self.attempt(&call).await? {
            (Verdict::Failed(error), answer) => {
                let names_flag = || Envelope::read(answer.body.as_deref()).names_imported;
                if !(flagged && error.kind() == ErrorKind::Rejected && names_flag()) {
                    return Err(error);
                }
                if !shared.imported_refused.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        endpoint = call.endpoint,
                        "the account refuses the import flag, going on without it"
                    );
                }
                count(&shared.counters.retries, 1);
                if let Payload::Json(Value::Object(body)) = &mut call.payload {
                    body.shift_remove("imported");
                }
                self.call(&call).await?
            }
            (_, answer) => answer,
        };
        count(&shared.counters.messages_created, answer.sent.messages);
        count(&shared.counters.notes_created, answer.sent.notes);
        let body = answer.body.unwrap_or_default();
        serde_json::from_slice(&body)
            .map_err(|_| policy::unreadable(&call).with_status(answer.status.as_u16()))
    }

    /// How uploads are named and who may read them.
    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Repeats a read that may pass. When its time runs out between two tries, the answer is what went wrong before: it
    /// was the destination that failed, not the wait for a permit.
    async fn tried<T, F>(&self, call: &Call, attempt: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let before = Mutex::new(None);
        let may_pass = |error: &Error| !call.is_write() && policy::may_pass(error) && !self.is_over();
        attempt
            .retry(policy::read_tries(&self.shared.config))
            .when(may_pass)
            .notify(|error, pause| {
                count(&self.shared.counters.retries, 1);
                tracing::debug!(endpoint = call.endpoint, %error, pause_ms = pause.as_millis(), "reading again");
                *before.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
            })
            .adjust(|error, pause| pause.map(|pause| pause.max(error.retry_after().unwrap_or_default())))
            .await
            .map_err(|error| match (error.kind(), before.into_inner()) {
                (ErrorKind::NotSent(NotSentCause::Deadline), Ok(Some(before))) => before,
                _ => error,
            })
    }

    /// Makes a call once, not counting waits, and fails on anything but success.
    async fn call(&self, call: &Call) -> Result<Answer, Error> {
        match self.attempt(call).await? {
            (Verdict::Failed(error), _) => Err(error),
            (_, answer) => Ok(answer),
        }
    }

    /// Makes a call until it is neither throttled nor in need of a new token.
    async fn attempt(&self, call: &Call) -> Result<(Verdict, Answer), Error> {
        let shared = &self.shared;
        let mut renewed = false;
        loop {
            let credentials = self.credentials(call).await?;
            let sent = shared.transport.send(call, &credentials, self.deadline()).await;
            let answer = sent.map_err(|error| policy::unsent(call, error))?;
            self.pause_after(call, &answer);
            match policy::judge(call, &answer, &shared.config) {
                Verdict::Throttled => count(&shared.counters.retries, 1),
                Verdict::Refused(error) => match credentials {
                    Credentials::Bearer { generation, .. } if !renewed => {
                        renewed = true;
                        shared.identity.refused(generation);
                        count(&shared.counters.retries, 1);
                    }
                    _ => return Ok((Verdict::Failed(error), answer)),
                },
                verdict => return Ok((verdict, answer)),
            }
        }
    }

    /// The credentials for a call, after fetching a token if there is none.
    async fn credentials(&self, call: &Call) -> Result<Credentials, Error> {
        let identity = &self.shared.identity;
        if let Some(credentials) = identity.credentials(Instant::now()) {
            return Ok(credentials);
        }
        let _only_one = identity.fetching.lock().await;
        let failed = |kind| Error::new(kind, call.endpoint).with_record(call.record.as_deref());
        let no_token = || failed(ErrorKind::NotSent(NotSentCause::Token));
        loop {
            // Another caller may have fetched it meanwhile.
            if let Some(credentials) = identity.credentials(Instant::now()) {
                return Ok(credentials);
            }
            let (refresh, app) = identity.refresh_call().ok_or_else(no_token)?;
            let sent = self.shared.transport.send(&refresh, &app, self.deadline()).await;
            let answer = sent.map_err(|error| match policy::unsent(&refresh, error).kind() {
                kind @ ErrorKind::NotSent(_) => failed(kind),
                _ => no_token(),
            })?;
            self.pause_after(&refresh, &answer);
            match policy::judge(&refresh, &answer, &self.shared.config) {
                Verdict::Done => {
                    let body = answer.body.unwrap_or_default();
                    let token: TokenAnswer = serde_json::from_slice(&body).map_err(|_| no_token())?;
                    identity.accept(token, Instant::now());
                }
                Verdict::Throttled => count(&self.shared.counters.retries, 1),
                // A refresh token that is refused is final; a token host in trouble is not.
                Verdict::Refused(error) | Verdict::Failed(error) => {
                    let status = answer.status.as_u16();
                    let is_final = matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden)
                        || error.kind() == ErrorKind::Rejected;
                    let kind = if is_final {
                        ErrorKind::Unauthorized
                    } else {
                        ErrorKind::NotSent(NotSentCause::Token)
                    };
                    return Err(failed(kind).with_status(status));
                }
            }
        }
    }

    /// After a 429 everybody who shares the limiter waits.
    fn pause_after(&self, call: &Call, answer: &Answer) {
        if let Some(pause) = policy::pause_after(answer, &self.shared.config) {
            count(&self.shared.counters.responses_429, 1);
            tracing::info!(
                endpoint = call.endpoint,
                pause_ms = pause.as_millis(),
                "throttled, everybody waits"
            );
            self.shared.transport.limiter().block_for(pause);
        }
    }

    fn deadline(&self) -> Instant {
        self.deadline.unwrap_or_else(|| Instant::now() + FAR)
    }

    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
