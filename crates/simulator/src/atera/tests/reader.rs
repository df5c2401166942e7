//! A served account and the smallest reader of HTTP that can test it: one connection per request, the answer read
//! to its end. Knows nothing of our client and follows no link.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::atera::{Account, Now, Setup, SourceRate, admin_router, files_router, router};

/// The moment every tested account takes for now.
pub(super) const NOW: &str = "2026-11-20T10:00:00Z";

/// An account that is being served.
pub(super) struct Served {
    pub(super) account: Arc<Account>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Serves an account of so many tickets, seed 7.
pub(super) async fn serve(tickets: u32) -> Served {
    serve_with(7, tickets, None).await
}

/// Serves an account.
pub(super) async fn serve_with(seed: u64, tickets: u32, rate: Option<SourceRate>) -> Served {
    let now: Timestamp = NOW.parse().unwrap();
    let account = Arc::new(Account::new(&Setup { seed, tickets, rate, now: Now::from(move || now) }));
    let app = axum::Router::new()
        .nest("/api/v3", router(Arc::clone(&account)))
        .nest("/_sim/atera", admin_router(Arc::clone(&account)))
        .merge(files_router(Arc::clone(&account)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    Served { account, address, server }
}

impl Served {
    /// Reads a path of the API with the token.
    pub(super) async fn get(&self, path: &str) -> Answer {
        let token = format!("Authorization: Bearer {}", self.account.token());
        self.ask("GET", &format!("/api/v3{path}"), &[&token], "").await
    }

    /// Reads a path of the API that answers JSON.
    pub(super) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "GET {path}");
        answer.json()
    }

    /// All rows of a list, page by page, by the totals of the envelope.
    pub(super) async fn rows(&self, path: &str) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut rows = Vec::new();
        for page in 1.. {
            let body = self.json(&format!("{path}{join}page={page}&itemsInPage=50")).await;
            rows.extend(body["items"].as_array().cloned().unwrap_or_default());
            if body["totalPages"].as_i64().unwrap() <= page {
                break;
            }
        }
        rows
    }

    /// Applies an edit.
    pub(super) async fn edit(&self, edit: &Value) -> Value {
        let answer = self
            .ask("POST", "/_sim/atera/edit", &["Content-Type: application/json"], &edit.to_string())
            .await;
        assert_eq!(answer.status, 200, "edit {edit}");
        answer.json()
    }

    /// Moves switches.
    pub(super) async fn switch(&self, change: &Value) {
        let answer = self
            .ask("PUT", "/_sim/atera/settings", &["Content-Type: application/json"], &change.to_string())
            .await;
        assert_eq!(answer.status, 200, "settings {change}");
    }

    /// Reads a path of this listener, or a URL on it, without any token.
    pub(super) async fn plain(&self, url: &str, headers: &[&str]) -> Answer {
        let path = url.strip_prefix(&format!("http://{}", self.address)).unwrap_or(url);
        self.ask("GET", path, headers, "").await
    }

    async fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let more: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{more}\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        parse(&bytes)
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let pair =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: BTreeMap<String, String> = lines.filter_map(pair).collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        body = unchunk(&body);
    }
    Answer { status, headers, body }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
    whole
}
