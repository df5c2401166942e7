//! The one place that sends HTTP. It takes a turn from the pace, presents the token, sorts answers into done,
//! try again and final, and retries the middle kind. It never logs a body or a URL, and never follows a redirect.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{RequestBuilder, Response, StatusCode, redirect};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;
use tracing::Instrument as _;
use url::Url;

use crate::config::{AuthScheme, Config};
use crate::decode::Unreadable;
use crate::error::{Error, ErrorKind};
use crate::foreign::{self, PublicOnly};
use crate::pace::{Aimd, Pace, Permit};
use crate::retry_after::retry_after;
use crate::watched;

/// One read to be made.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The endpoint as documented, for errors and logs.
    pub(crate) endpoint: &'static str,
    /// The record or page, for errors and logs.
    pub(crate) record: Option<String>,
    /// Path segments below the base, unencoded.
    pub(crate) segments: Vec<String>,
    /// Query, unencoded.
    pub(crate) query: Vec<(&'static str, String)>,
}

impl Call {
    /// A call of `path` (segments joined by `/`) about `record`.
    pub(crate) fn new(endpoint: &'static str, path: &str, record: Option<String>) -> Self {
        Self { endpoint, record, segments: path.split('/').map(str::to_owned).collect(), query: Vec::new() }
    }

    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.endpoint).record(self.record.as_deref())
    }
}

/// Why a try failed, and whether another may mend it.
struct Failure {
    error: Error,
    may_mend: bool,
}

/// The connection to one account.
#[derive(Debug)]
pub(crate) struct Transport {
    api: reqwest::Client,
    files: reqwest::Client,
    /// Ends in a slash.
    base: Url,
    /// Whether inner hosts may be asked for files, because the API is one.
    inner: bool,
    token: (HeaderName, HeaderValue),
    timeout: Duration,
    max_rate_wait: Duration,
    unnamed_pause: Duration,
    pub(crate) retries: ExponentialBuilder,
    pub(crate) pace: Pace,
    pub(crate) requests: AtomicU64,
}

impl Transport {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        let refuse = |detail: &str| Error::new(ErrorKind::Configuration, "configuration").detail(detail);
        let mut base = config.base_url.clone();
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(refuse("base_url must be an http or https URL"));
        }
        base.set_query(None);
        base.set_fragment(None);
        base.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        let finite = |rate: f64| rate.is_finite() && rate > 0.0;
        if !finite(config.rate_cap_per_s) || !finite(config.rate_start_per_s) {
            return Err(refuse("rates must be above 0"));
        }
        if config.page_size == 0 || config.max_attempts == 0 || config.timeout_ms == 0 {
            return Err(refuse("page_size, max_attempts and timeout_ms must be above 0"));
        }
        let inner = foreign::is_inner(&base);
        let timeout = Duration::from_millis(config.timeout_ms);
        let agent =
            HeaderValue::from_str(&config.user_agent).map_err(|_| refuse("user_agent is no header text"))?;
        let builder = || {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, agent.clone());
            let builder = reqwest::Client::builder()
                .default_headers(headers)
                .redirect(redirect::Policy::none())
                .connect_timeout(timeout.min(Duration::from_secs(20)))
                .read_timeout(timeout);
            if inner { builder.no_proxy() } else { builder }
        };
        let files = if inner { builder() } else { builder().dns_resolver(PublicOnly) };
        let build =
            |b: reqwest::ClientBuilder| b.build().map_err(|_| refuse("the HTTP client cannot be built"));
        Ok(Self {
            api: build(builder())?,
            files: build(files)?,
            base,
            inner,
            token: token_header(config).ok_or_else(|| refuse("the token is empty or no header text"))?,
            timeout,
            max_rate_wait: Duration::from_millis(config.max_rate_wait_ms),
            unnamed_pause: Duration::from_millis(config.unnamed_pause_ms),
            retries: ExponentialBuilder::default()
                .with_min_delay(Duration::from_millis(config.retry_base_ms))
                .with_max_delay(Duration::from_secs(20))
                .with_max_times(usize::try_from(config.max_attempts - 1).unwrap_or(usize::MAX))
                .with_jitter(),
            pace: Pace::new(Aimd::new(config.rate_start_per_s, config.rate_cap_per_s)),
            requests: AtomicU64::new(0),
        })
    }

    /// Reads one answer and decodes it; none on 404. Retries what may mend.
    pub(crate) async fn read<T>(
        &self,
        call: &Call,
        decode: impl Fn(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, Error> {
        let url = self.url(call)?;
        let waited_ms = AtomicU64::new(0);
        let attempt = || async {
            let Some(body) = self.attempt(call, &url, &waited_ms).await? else {
                return Ok(None);
            };
            decode(&body).map(Some).map_err(|bad| {
                let error = call.error(ErrorKind::Malformed).status(200).detail(bad.place);
                Failure { error, may_mend: bad.may_mend }
            })
        };
        attempt
            .retry(self.retries)
            .when(|failure: &Failure| failure.may_mend)
            .notify(|failure: &Failure, wait: Duration| {
                let wait_ms = wait.as_millis();
                tracing::warn!(endpoint = call.endpoint, wait_ms, kind = ?failure.error.kind, "read failed, trying again");
            })
            .await
            .map_err(|failure| failure.error)
    }

    /// Sends until something but a 429 comes back. Waiting for a turn is no try.
    async fn attempt(
        &self,
        call: &Call,
        url: &Url,
        waited_ms: &AtomicU64,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let last = |error| Failure { error, may_mend: false };
        let again = |error| Failure { error, may_mend: true };
        loop {
            let permit = self.pace.permit().await;
            let mut response =
                self.send_api(call.endpoint, url).await.map_err(|e| again(unanswered(call, &e)))?;
            let status = response.status();
            if status == StatusCode::TOO_MANY_REQUESTS {
                self.wait_out(call, permit, &response, waited_ms).map_err(last)?;
                continue;
            }
            self.pace.answered();
            if status == StatusCode::NOT_FOUND {
                return Ok(None);
            }
            if status.is_success() {
                let mut body = Vec::new();
                while let Some(chunk) = response.chunk().await.map_err(|e| again(unanswered(call, &e)))? {
                    body.extend_from_slice(&chunk);
                }
                return Ok(Some(body));
            }
            let (kind, may_mend) = match status {
                StatusCode::UNAUTHORIZED => (ErrorKind::Auth, false),
                StatusCode::FORBIDDEN => (ErrorKind::Forbidden, false),
                StatusCode::REQUEST_TIMEOUT => (ErrorKind::Unavailable, true),
                s if s.is_server_error() => (ErrorKind::Unavailable, true),
                _ => (ErrorKind::Refused, false),
            };
            return Err(Failure { error: call.error(kind).status(status.as_u16()), may_mend });
        }
    }

    /// Pauses everybody for as long as the 429 asks; an error once this read has waited too long.
    fn wait_out(
        &self,
        call: &Call,
        permit: Permit,
        answer: &Response,
        waited_ms: &AtomicU64,
    ) -> Result<(), Error> {
        let pause = retry_after(answer.headers()).unwrap_or(self.unnamed_pause);
        self.pace.refused(permit, pause);
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(
            endpoint = call.endpoint,
            pause_ms,
            "rate limit reached, everybody on this account waits"
        );
        let total_ms = waited_ms.fetch_add(pause_ms, Ordering::Relaxed).saturating_add(pause_ms);
        if Duration::from_millis(total_ms) > self.max_rate_wait {
            let detail = format!("it asks for waits of {total_ms} ms in all");
            return Err(call.error(ErrorKind::RateLimited).status(429).detail(detail));
        }
        Ok(())
    }

    async fn send_api(&self, route: &'static str, url: &Url) -> reqwest::Result<Response> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let (name, value) = self.token.clone();
        let request = self.api.get(url.clone()).header(ACCEPT, "application/json").header(name, value);
        Self::watched(route, Some(&self.base), request.timeout(self.timeout)).await
    }

    /// Asks for a file. The token goes along only to the API's own paths, where the pace is kept as well.
    pub(crate) async fn send_file(&self, url: &Url) -> reqwest::Result<(Response, Option<Permit>)> {
        let ours = self.is_api(url);
        let permit = if ours { Some(self.pace.permit().await) } else { None };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = self.files.get(url.clone());
        if ours {
            let (name, value) = self.token.clone();
            request = request.header(name, value);
        }
        let host = ours.then_some(&self.base);
        Ok((Self::watched(watched::FILE, host, request).await?, permit))
    }

    #[expect(clippy::disallowed_methods, reason = "this file owns the sending")]
    async fn watched(
        route: &'static str,
        host: Option<&Url>,
        request: RequestBuilder,
    ) -> reqwest::Result<Response> {
        let (span, begun) = (watched::span(route, host), Instant::now());
        let answer = request.send().instrument(span.clone()).await;
        watched::ended(&span, route, begun.elapsed(), &answer);
        answer
    }

    /// Whether the URL has the API's origin and lies below its base path.
    pub(crate) fn is_api(&self, url: &Url) -> bool {
        url.origin() == self.base.origin() && url.path().starts_with(self.base.path())
    }

    /// Whether a file may be asked for at this URL at all.
    pub(crate) fn may_fetch(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https") && (self.inner || !foreign::is_inner(url))
    }

    /// The text as a URL; a relative one is taken below the base.
    pub(crate) fn resolve(&self, link: &str) -> Option<Url> {
        self.base.join(link.trim()).ok()
    }

    fn url(&self, call: &Call) -> Result<Url, Error> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().extend(&call.segments),
            Err(()) => {
                return Err(call.error(ErrorKind::Configuration).detail("base_url cannot carry a path"));
            }
        };
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        Ok(url)
    }
}

fn token_header(config: &Config) -> Option<(HeaderName, HeaderValue)> {
    let token = config.token.expose_secret().trim();
    if token.is_empty() {
        return None;
    }
    let (name, text) = match config.scheme() {
        AuthScheme::ApiKey => (HeaderName::from_static("x-api-key"), token.to_owned()),
        AuthScheme::Bearer | AuthScheme::Auto => (AUTHORIZATION, format!("Bearer {token}")),
    };
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some((name, value))
}

fn unanswered(call: &Call, error: &reqwest::Error) -> Error {
    let detail = match () {
        () if error.is_timeout() => "timed out",
        () if error.is_connect() => "no connection",
        () if error.is_body() || error.is_decode() => "the answer broke off",
        () => "the connection failed",
    };
    let failed = call.error(ErrorKind::Unavailable).detail(detail);
    match error.status() {
        Some(status) => failed.status(status.as_u16()),
        None => failed,
    }
}
