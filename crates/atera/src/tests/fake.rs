//! A bare HTTP server: one answer per connection, byte for byte what the test says, every request written down.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

use crate::{Client, Config};

/// A request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    /// How many requests of this path and query came before.
    pub(super) before: usize,
}

impl Request {
    pub(super) fn page(&self) -> usize {
        self.query.get("page").unwrap().parse().unwrap()
    }
}

/// An answer to be given.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Send only so many bytes of the body the length promises.
    pub(super) cut_at: Option<usize>,
}

impl Reply {
    pub(super) fn json(body: impl Into<String>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into().into_bytes(), cut_at: None }
    }

    pub(super) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), cut_at: None }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The running server; it stops when dropped.
pub(super) struct Fake {
    pub(super) origin: Url,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Fake {
    pub(super) async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let answer = Arc::new(answer);
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&answer)));
            }
        });
        Self { origin, seen, task }
    }

    pub(super) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Settings for this fake: fast, few tries, no long waits.
    pub(super) fn config(&self) -> Config {
        let base = self.origin.join("/api/v3").unwrap();
        Config {
            rate_cap_per_s: 5_000.0,
            rate_start_per_s: 5_000.0,
            retry_base_ms: 1,
            max_attempts: 3,
            unnamed_pause_ms: 1,
            timeout_ms: 10_000,
            ..Config::new(base, "legacy-key".into())
        }
    }

    pub(super) fn client(&self) -> Client {
        client(self.config())
    }
}

/// A client; installs the crypto provider first, which is the binary's duty otherwise.
pub(super) fn client(config: Config) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new(config).unwrap()
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<Request>>>,
    answer: Arc<impl Fn(&Request) -> Reply + Send + Sync + 'static>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let target = lines.next().unwrap().split(' ').nth(1).unwrap();
    let url = Url::parse("http://fake").unwrap().join(target).unwrap();
    let headers =
        lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect();
    let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let mut request = Request { path: url.path().to_owned(), query, headers, before: 0 };
    {
        let mut log = log.lock().unwrap();
        request.before = log.iter().filter(|r| r.path == request.path && r.query == request.query).count();
        log.push(request.clone());
    }
    let reply = answer(&request);
    let mut text = format!(
        "HTTP/1.1 {} X\r\nConnection: close\r\nContent-Length: {}\r\n",
        reply.status,
        reply.body.len()
    );
    for (name, value) in &reply.headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    text.push_str("\r\n");
    let body = reply.body.get(..reply.cut_at.unwrap_or(reply.body.len())).unwrap();
    // The client may hang up early, as when a file is too large.
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.write_all(body).await;
    let _ = stream.shutdown().await;
}

/// A listing of `total` rows in pages of `size`, as the request asks.
pub(super) fn listing(request: &Request, total: usize, size: usize, row: impl Fn(usize) -> String) -> Reply {
    let page = request.page();
    let rows: Vec<String> = ((page - 1) * size..(page * size).min(total)).map(row).collect();
    let pages = total.div_ceil(size);
    Reply::json(format!(
        r#"{{"items":[{}],"totalItemCount":{total},"page":{page},"itemsInPage":{size},"totalPages":{pages},"nextLink":""}}"#,
        rows.join(",")
    ))
}
