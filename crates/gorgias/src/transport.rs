//! The only file that sends. `send` builds the request, lets the wire gate look at it, waits for the permit as the last
//! act, and tells apart what never left from what may have arrived. Nothing is retried or interpreted here.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use limiter::{Limiter, LimiterError};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::multipart::{Form, Part};
use reqwest::{Request, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use tracing::Instrument as _;
use url::Url;

use crate::auth::Credentials;
use crate::call::{Call, Payload, Target};
use crate::config::{Config, UploadField};
use crate::error::NotSentCause;
use crate::models::UploadFile;
use crate::stats::{Counters, count};
use crate::watched;
use crate::wire_gate::{self, Census};

/// The vendor's own count of the account's calls: `used/limit`.
const USED_OF_LIMIT: &str = "X-Gorgias-Account-Api-Call-Limit";
/// No connection is awaited longer than this, so that a dead host is known not to have got anything.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections are dropped before a server does it, since a write on a dying one has no known outcome.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// The way to one account.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    limiter: Arc<dyn Limiter>,
    base: String,
    host: Url,
    timeout: Duration,
    least_answer: Duration,
    upload_field: UploadField,
    counters: Arc<Counters>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) location: Option<String>,
    /// The whole body; none when the connection broke before its end.
    pub(crate) body: Option<Bytes>,
    /// What the gate counted in the body that was sent.
    pub(crate) sent: Census,
}

/// Why nothing came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// No byte left.
    NotSent(NotSentCause),
    /// The gate refused these places; no byte left.
    Refused(Vec<String>),
    /// Bytes may have left.
    Lost,
}

impl Transport {
    pub(crate) fn new(
        config: &Config,
        limiter: Arc<dyn Limiter>,
        counters: Arc<Counters>,
    ) -> Result<Self, reqwest::Error> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Somebody else may install one in between; either will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let timeout = Duration::from_millis(config.timeout_ms.max(1));
        let mut builder = reqwest::Client::builder()
            .user_agent(config.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .pool_idle_timeout(IDLE_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT.min(timeout / 2));
        if config.base_url.scheme() == "http" {
            // Without TLS the machine's certificates are of no use and need not be there.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            http: builder.build()?,
            limiter,
            host: config.base_url.clone(),
            base: config.base_url.as_str().trim_end_matches('/').to_owned(),
            timeout,
            least_answer: Duration::from_millis(config.least_answer_ms).min(timeout),
            upload_field: config.upload_field.clone(),
            counters,
        })
    }

    /// The account's limiter.
    pub(crate) fn limiter(&self) -> &dyn Limiter {
        self.limiter.as_ref()
    }

    /// Makes one call. Bytes leave, and the answer is awaited, before the deadline only.
    pub(crate) async fn send(
        &self,
        call: &Call,
        credentials: &Credentials,
        deadline: Instant,
    ) -> Result<Answer, SendError> {
        let sent = wire_gate::check(call).map_err(|places| {
            count(&self.counters.refused_by_wire_gate, 1);
            SendError::Refused(places)
        })?;
        let request = self.request(call, credentials)?;
        let latest = deadline.checked_sub(self.least_answer).unwrap_or_else(Instant::now);

        let permit = self.limiter.acquire(latest).await.map_err(|error| match error {
            LimiterError::Deadline { .. } => SendError::NotSent(NotSentCause::Deadline),
            LimiterError::Unavailable { .. } => SendError::NotSent(NotSentCause::Limiter),
        })?;
        let now = Instant::now();
        if !permit.is_valid_at(now) {
            return Err(SendError::NotSent(NotSentCause::Deadline));
        }
        count(&self.counters.requests, 1);
        count(&self.counters.writes, usize::from(call.is_write()));
        count(&self.counters.messages_without_sent_datetime, sent.without_sent_datetime);
        let until = deadline.min(now + self.timeout);
        let span = watched::span(call, &self.host);
        // The deadline is looked at first: a process that stood still since sends nothing once it goes on.
        let exchange = async {
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(until) => Err(SendError::Lost),
                answer = self.exchange(request, sent) => answer,
            }
        };
        let answer = exchange.instrument(span.clone()).await;
        watched::ended(&span, call, now.elapsed(), &answer);
        answer
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place where a request leaves")]
    async fn exchange(&self, request: Request, sent: Census) -> Result<Answer, SendError> {
        let response = self.http.execute(request).await.map_err(|error| {
            if error.is_connect() { SendError::NotSent(NotSentCause::Connect) } else { SendError::Lost }
        })?;
        let status = response.status();
        let headers = response.headers();
        if let Some((used, limit)) = used_of_limit(headers) {
            self.limiter.feedback(used, limit);
        }
        let retry_after = retry_after(headers);
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = response.bytes().await.ok();
        Ok(Answer { status, retry_after, location, body, sent })
    }

    fn request(&self, call: &Call, credentials: &Credentials) -> Result<Request, SendError> {
        let url = match &call.target {
            Target::Path(path) => Url::parse(&format!("{}/{}", self.base, path.trim_start_matches('/'))),
            Target::Token(url) => Ok(url.clone()),
        };
        let mut url = url.map_err(|_| SendError::NotSent(NotSentCause::Build))?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let request = self.http.request(call.method.clone(), url);
        let request = match credentials {
            Credentials::Basic { user, password } => request.basic_auth(user, Some(password.expose_secret())),
            Credentials::Bearer { token, .. } => request.bearer_auth(token.expose_secret()),
        };
        let request = match &call.payload {
            Payload::Nothing => request,
            Payload::Json(body) => request.json(body),
            Payload::Files(files) => request.multipart(self.form(files)?),
            Payload::Refresh(token) => refresh_form(request, token),
        };
        request.build().map_err(|_| SendError::NotSent(NotSentCause::Build))
    }

    /// Names travel as plain UTF-8, the way browsers send them.
    fn form(&self, files: &[UploadFile]) -> Result<Form, SendError> {
        let mut form = Form::new().percent_encode_noop();
        for file in files {
            let name: String = file.name.chars().filter(|c| !c.is_control()).collect();
            let part = |content_type: &str| {
                let length = file.bytes.len() as u64;
                Part::stream_with_length(file.bytes.clone(), length)
                    .file_name(name.clone())
                    .mime_str(content_type)
            };
            let part = part(&file.content_type)
                .or_else(|_| part("application/octet-stream"))
                .map_err(|_| SendError::NotSent(NotSentCause::Build))?;
            let field = match &self.upload_field {
                UploadField::Fixed(field) => field.clone(),
                UploadField::FileName => name.replace('"', "'"),
            };
            form = form.part(field, part);
        }
        Ok(form)
    }
}

fn refresh_form(request: RequestBuilder, token: &SecretString) -> RequestBuilder {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", token.expose_secret())
        .finish();
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
}

fn used_of_limit(headers: &HeaderMap) -> Option<(u32, u32)> {
    let (used, limit) = headers.get(USED_OF_LIMIT)?.to_str().ok()?.split_once('/')?;
    Some((used.trim().parse().ok()?, limit.trim().parse().ok()?))
}

/// Seconds, whole or not; a date is not read, because there is no clock here.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
