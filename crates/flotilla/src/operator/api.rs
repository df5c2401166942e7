//! The way to a scheduler: one request, its answer read, its refusal turned into what this machine's own ledger would have
//! made of it. The token goes into one header and nowhere else.

use std::{fmt, fs, time::Duration};

use protocol::api::Problem;
use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderValue};
use serde::{Serialize, de::DeserializeOwned};
use url::{Host, Url};

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A scheduler's API.
pub(crate) struct Api {
    base: Url,
    token: HeaderValue,
    client: Client,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Api({})", self.base)
    }
}

/// Why there is no answer to use.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Nobody answered.
    Unreachable(Failure),
    /// An answer that is no success.
    Problem(Problem),
    /// An answer that cannot be read.
    Unreadable(Failure),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unreachable(failure) | Refused::Unreadable(failure) => failure,
            Refused::Problem(problem) => Failure::new(exit_of(problem.status), told(&problem)),
        }
    }
}

impl Refused {
    /// Whether it is worth asking again: nobody answers, or what the scheduler needs is away.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Problem(problem) => exit_of(problem.status) == Exit::Temporary,
            Self::Unreadable(_) => false,
        }
    }
}

impl Api {
    /// The one the flags name; none without `--server`.
    ///
    /// # Errors
    /// [`Failure`] when the address or the token file cannot be used.
    pub(crate) fn of(call: &Invocation) -> Result<Option<Self>, Failure> {
        let Some(server) = &call.server else { return Ok(None) };
        let file = call.token_file.as_ref().ok_or_else(|| {
            Failure::configuration("--server needs a token: name the file that holds it with --token-file")
        })?;
        let text = fs::read_to_string(file).map_err(|error| {
            Failure::configuration(format!("the token file {} cannot be read ({error})", file.display()))
        })?;
        Self::new(server, text.lines().next().unwrap_or_default().trim()).map(Some)
    }

    /// An API and whoever asks there.
    ///
    /// # Errors
    /// [`Failure`] when the address or the token cannot be used.
    pub(crate) fn new(server: &str, token: &str) -> Result<Self, Failure> {
        let base = Url::parse(server).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(base) = base.filter(Url::has_host) else {
            return Err(Failure::configuration(
                "--server is no address: give one such as https://flotilla.example",
            ));
        };
        if base.scheme() == "http" && !is_loopback(&base) {
            return Err(Failure::configuration(
                "the token would travel readable over http: give --server an https:// address, or forward a port to this \
                 machine",
            ));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {token}"))
            .ok()
            .filter(|_| !token.is_empty())
            .ok_or_else(|| Failure::configuration("the token file holds no token on its first line"))?;
        header.set_sensitive(true);
        let mut client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none());
        if base.scheme() == "http" {
            client = client.tls_certs_only([]).no_proxy();
        }
        let client = client
            .build()
            .map_err(|error| Failure::new(Exit::Failed, format!("no HTTP client could be made ({error})")))?;
        Ok(Self { base, token: header, client })
    }

    /// `GET` of a place below `/v1`.
    ///
    /// # Errors
    /// [`Refused`].
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        place: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, Refused> {
        self.answered(self.request(Method::GET, place).query(query)).await
    }

    /// `POST` of a body, under a name that makes it repeatable where one is given.
    ///
    /// # Errors
    /// [`Refused`].
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        place: &[&str],
        body: &impl Serialize,
        once: Option<&str>,
    ) -> Result<T, Refused> {
        let mut request = self.request(Method::POST, place).json(body);
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        self.answered(request).await
    }

    fn request(&self, method: Method, place: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v1").extend(place);
        }
        self.client.request(method, url).header("authorization", self.token.clone())
    }

    #[expect(clippy::disallowed_methods, reason = "our own API is no vendor and needs no permit")]
    async fn answered<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Refused> {
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| {
                let what =
                    "the scheduler's answer cannot be read: is it of the same version as this program?";
                Refused::Unreadable(Failure::new(Exit::Failed, what))
            });
        }
        Err(Refused::Problem(serde_json::from_slice(&body).unwrap_or_else(|_| foreign(status))))
    }

    fn unreachable(&self, error: &reqwest::Error) -> Refused {
        let why = match () {
            () if error.is_connect() => "no connection",
            () if error.is_timeout() => "no answer in time, whether it was done is not known",
            () => "the connection broke, whether it was done is not known",
        };
        let base = &self.base;
        let what =
            format!("the scheduler at {base} cannot be reached: {why}. Check --server, then try again");
        Refused::Unreachable(Failure::new(Exit::Temporary, what))
    }
}

/// The exit code this machine's own ledger would have led to.
fn exit_of(status: u16) -> Exit {
    match status {
        400 | 401 | 413 | 415 | 422 => Exit::Usage,
        403 | 409 => Exit::Refused,
        408 | 425 | 429 | 500..=599 => Exit::Temporary,
        _ => Exit::Failed,
    }
}

fn told(problem: &Problem) -> String {
    let mut text = problem.title.clone();
    if let Some(detail) = &problem.detail {
        text += &format!(": {detail}");
    }
    for one in &problem.problems {
        text += &format!("\n  - {one}");
    }
    text
}

/// An answer that does not come from a scheduler, such as a proxy's.
fn foreign(status: StatusCode) -> Problem {
    Problem {
        r#type: "about:blank".to_owned(),
        title: format!("the server answered {status}"),
        status: status.as_u16(),
        detail: Some("is --server the address of a scheduler?".to_owned()),
        problems: Vec::new(),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
