//! A vendor on loopback: answers by a closure and remembers what it was asked.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request: method, path with query, body.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) body: Value,
}

impl Asked {
    /// Method and path without its query.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.target.split('?').next().unwrap_or_default())
    }

    /// A query value.
    pub(super) fn query(&self, key: &str) -> Option<String> {
        let url = url::Url::parse(&format!("http://fake{}", self.target)).unwrap();
        url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
    }
}

type Answer = dyn Fn(&Asked) -> (u16, Value) + Send + Sync;

/// The running vendor; it stops when dropped.
pub(super) struct Fake {
    origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Fake {
    pub(super) async fn start(answer: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, answer): (_, Arc<Answer>) = (Arc::clone(&asked), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&answer)));
            }
        });
        Self { origin, asked, task }
    }

    /// What was asked so far, in order.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }

    /// A client of the source.
    pub(super) fn atera(&self) -> atera::Client {
        let config = atera::Config::new(format!("{}/api/v3", self.origin).parse().unwrap(), "key".into());
        atera::Client::new(atera::Config { rate_cap_per_s: 5_000.0, rate_start_per_s: 5_000.0, ..config })
            .unwrap()
    }

    /// A client of the destination.
    pub(super) fn gorgias(&self) -> gorgias::Client {
        let auth = gorgias::Auth::Basic { email: "me@shop.example".to_owned(), api_key: "key".into() };
        let config = gorgias::Config::new(format!("{}/api", self.origin).parse().unwrap(), auth);
        let rate = limiter::Rate { limit: 100_000, window_ms: 1_000, reserve: 0.0 };
        gorgias::Client::new(config, Arc::new(limiter::LocalLimiter::new(rate))).unwrap()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, log: Arc<Mutex<Vec<Asked>>>, answer: Arc<Answer>) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let mut first = head.split_whitespace().map(str::to_owned);
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    stream.read_exact(&mut body).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let asked = Asked { method, target, body };
    let (status, reply) = answer(&asked);
    log.lock().unwrap().push(asked);
    let reply = reply.to_string();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        reply.len()
    );
    let _ = stream.write_all(format!("{head}{reply}").as_bytes()).await;
}
