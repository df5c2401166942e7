//! A client of the API that shares nothing with it: text over a socket.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(super) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        if status >= 400 {
            assert!(self.head.contains("application/problem+json"), "{}", self.head);
            assert_eq!(self.json()["status"], status);
        }
        self
    }
}

/// Whoever asks, with what token.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) token: Option<&'static str>,
}

impl Client {
    pub(super) fn with(&self, token: Option<&'static str>) -> Self {
        Self { token, ..self.clone() }
    }

    pub(super) async fn get(&self, place: &str) -> Answer {
        self.ask("GET", place, &[], "").await
    }

    pub(super) async fn post(&self, place: &str, body: &Value) -> Answer {
        self.ask("POST", place, &["Content-Type: application/json"], &body.to_string()).await
    }

    pub(super) async fn post_once(&self, place: &str, key: &str, body: &Value) -> Answer {
        let key = format!("Idempotency-Key: {key}");
        self.ask("POST", place, &["Content-Type: application/json", &key], &body.to_string()).await
    }

    pub(super) async fn ask(&self, method: &str, place: &str, headers: &[&str], body: &str) -> Answer {
        let mut head = format!("{method} {place} HTTP/1.1\r\nHost: scheduler\r\nConnection: close\r\n");
        if let Some(token) = self.token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        for header in headers {
            head += &format!("{header}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        // The answer may come before the whole body is taken.
        let _ = socket.write_all(head.as_bytes()).await;
        let _ = socket.write_all(body.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}
