//! A scripted vendor: answers one request after the other from a list and keeps what it was sent. The last answer is
//! repeated. Knows nothing of the client.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use url::Url;

/// One scripted answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Send the whole length in the header, and half of it.
    half: bool,
    /// Never answer.
    silent: bool,
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, body.to_string().as_bytes())
    }

    pub(super) fn raw(status: u16, body: &[u8]) -> Self {
        Self { status, headers: Vec::new(), body: body.to_vec(), half: false, silent: false }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self::raw(status, b"")
    }

    pub(super) fn silent() -> Self {
        Self { silent: true, ..Self::empty(200) }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn cut_in_half(self) -> Self {
        Self { half: true, ..self }
    }
}

/// What the vendor was sent.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Seen {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
}

/// The running vendor; it stops when dropped.
#[derive(Debug)]
pub(super) struct Fake {
    base: String,
    script: Arc<Script>,
    server: tokio::task::JoinHandle<()>,
}

impl Fake {
    pub(super) async fn start(replies: Vec<Reply>) -> Self {
        let script = Arc::new(Script { replies: Mutex::new(replies.into()), seen: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        let Ok(listener) = tokio::net::TcpListener::bind("127.0.0.1:0").await else { panic!("no free port") };
        let Ok(address) = listener.local_addr() else { panic!("no address") };
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self { base: format!("http://{address}"), script, server }
    }

    /// A ticket that was made, with as many messages as were sent.
    pub(super) fn made(id: i64) -> Reply {
        Reply::json(201, &json!({"id": id, "messages": [{"id": 1}, {"id": 2}]}))
    }

    pub(super) fn url(&self, path: &str) -> Url {
        match Url::parse(&format!("{}{path}", self.base)) {
            Ok(url) => url,
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.script.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A port at which nobody listens, and one that hangs up on whoever has sent something.
pub(super) async fn nobody() -> Url {
    let Ok(listener) = tokio::net::TcpListener::bind("127.0.0.1:0").await else { panic!("no free port") };
    let address = listener.local_addr().map(|address| format!("http://{address}/api"));
    match address.map(|address| Url::parse(&address)) {
        Ok(Ok(url)) => url,
        _ => panic!("no address"),
    }
}

pub(super) async fn hangs_up() -> (Url, tokio::task::JoinHandle<()>) {
    let Ok(listener) = tokio::net::TcpListener::bind("127.0.0.1:0").await else { panic!("no free port") };
    let Ok(address) = listener.local_addr() else { panic!("no address") };
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.readable().await;
            let mut buffer = [0_u8; 4096];
            let _ = stream.try_read(&mut buffer);
        }
    });
    match Url::parse(&format!("http://{address}/api")) {
        Ok(url) => (url, server),
        Err(error) => panic!("{error}"),
    }
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let line = format!("{} {}", parts.method, parts.uri);
    script.seen.lock().unwrap_or_else(PoisonError::into_inner).push(Seen {
        line,
        headers: parts.headers,
        body,
    });
    let reply = {
        let mut replies = script.replies.lock().unwrap_or_else(PoisonError::into_inner);
        if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
    };
    let Some(reply) = reply else { panic!("the script is empty") };
    if reply.silent {
        return std::future::pending().await;
    }
    let mut response = Response::builder().status(StatusCode::from_u16(reply.status).unwrap_or_default());
    let headers: HashMap<_, _> = reply.headers.into_iter().collect();
    for (name, value) in headers {
        response = response.header(name, value);
    }
    let body = if reply.half {
        response = response.header("content-length", reply.body.len());
        let half = Bytes::copy_from_slice(&reply.body[..reply.body.len() / 2]);
        let broken = std::io::Error::other("cut");
        Body::from_stream(futures::stream::iter([Ok(half), Err(broken)]))
    } else {
        Body::from(reply.body)
    };
    match response.body(body) {
        Ok(response) => response,
        Err(error) => panic!("{error}"),
    }
}
