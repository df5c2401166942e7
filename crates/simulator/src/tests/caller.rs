//! A running simulator and the smallest caller that can test it: one connection per request, the answer read until
//! the line closes. Shares nothing with our clients.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Options, Rate, Simulator};

/// A simulator under test.
pub(super) struct Stage {
    pub(super) simulator: Simulator,
    pub(super) auth: String,
}

/// What came back before the line closed.
#[derive(Debug)]
pub(super) struct Answer {
    /// 0 if not even a status line came.
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Names of the fields an error envelope complains about.
    pub(super) fn wrong_fields(&self) -> Vec<String> {
        let body = self.json();
        let data = body["error"]["data"].as_object();
        let mut names: Vec<_> = data.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// Whether the body is as long as the head promised.
    pub(super) fn is_whole(&self) -> bool {
        self.header("content-length").parse() == Ok(self.body.len())
    }
}

/// A stage whose bucket never gets in the way.
pub(super) async fn stage() -> Stage {
    stage_with(Options { tickets: 60, rate: Rate { limit: 100_000, window_ms: 1000 }, ..Options::default() })
        .await
}

pub(super) async fn stage_with(options: Options) -> Stage {
    let simulator = Simulator::start(options).await.unwrap();
    let gorgias = &simulator.endpoints().gorgias;
    let secret = STANDARD.encode(format!("{}:{}", gorgias.email, gorgias.api_key));
    Stage { auth: format!("Authorization: Basic {secret}"), simulator }
}

impl Stage {
    /// One request, raw: `target` from the path on.
    pub(super) async fn ask(
        &self,
        base: &str,
        method: &str,
        target: &str,
        headers: &[&str],
        body: &[u8],
    ) -> Answer {
        let authority = base.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let mut line = TcpStream::connect(&authority).await.unwrap();
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
        for header in headers {
            head.push_str(&format!("{header}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        // A cut line may break the writing as well as the reading: what came is what counts.
        let _ = line.write_all(&bytes).await;
        let mut came = Vec::new();
        let mut chunk = vec![0; 65536];
        while let Ok(length @ 1..) = line.read(&mut chunk).await {
            came.extend_from_slice(&chunk[..length]);
        }
        parse(&came)
    }

    /// A request to the Gorgias API with the API key.
    pub(super) async fn call(&self, method: &str, target: &str, body: Option<&Value>) -> Answer {
        let text = body.map(Value::to_string).unwrap_or_default();
        let headers = [self.auth.as_str(), "Content-Type: application/json"];
        let base = self.simulator.endpoints().gorgias.url.clone();
        self.ask(&base, method, &format!("/api{target}"), &headers, text.as_bytes()).await
    }

    pub(super) async fn get(&self, target: &str) -> Value {
        let answer = self.call("GET", target, None).await;
        assert_eq!(answer.status, 200, "GET {target}: {}", answer.json());
        answer.json()
    }

    /// A POST that must make something.
    pub(super) async fn post(&self, target: &str, body: &Value) -> Value {
        let answer = self.call("POST", target, Some(body)).await;
        assert_eq!(answer.status, 201, "POST {target}: {}", answer.json());
        answer.json()
    }

    /// A request to the admin routes.
    pub(super) async fn sim(&self, method: &str, target: &str, body: Option<&Value>) -> Value {
        let text = body.map(Value::to_string).unwrap_or_default();
        let base = self.simulator.endpoints().admin_url.clone();
        let headers = ["Content-Type: application/json"];
        let answer = self.ask(&base, method, &format!("/_sim{target}"), &headers, text.as_bytes()).await;
        assert_eq!(answer.status, 200, "{method} /_sim{target}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    pub(super) async fn switch(&self, change: Value) {
        self.sim("PUT", "/settings", Some(&change)).await;
    }

    pub(super) async fn fault(&self, rule: Value) {
        self.sim("PUT", "/faults", Some(&json!([rule]))).await;
    }

    /// A customer with this e-mail; its id.
    pub(super) async fn customer(&self, email: &str) -> i64 {
        let body = json!({"email": email, "name": "Somebody", "channels": []});
        self.post("/customers", &body).await["id"].as_i64().unwrap()
    }

    /// The id of the user who calls.
    pub(super) async fn agent(&self) -> i64 {
        self.get("/users/0").await["id"].as_i64().unwrap()
    }
}

/// A ticket as a careful importer sends it: one message of a customer from the past.
pub(super) fn ticket(customer: i64, external_id: &str) -> Value {
    json!({
        "external_id": external_id, "subject": "Printer", "via": "api", "channel": "api", "status": "closed",
        "customer": {"id": customer}, "imported": true, "tags": [{"name": "VIP"}],
        "created_datetime": "2024-01-02T03:04:05Z",
        "messages": [message(customer, &format!("{external_id}:1"))],
    })
}

/// A customer's message from the past.
pub(super) fn message(customer: i64, external_id: &str) -> Value {
    json!({
        "channel": "api", "via": "api", "from_agent": false, "external_id": external_id, "body_text": "It burns",
        "sender": {"id": customer}, "sent_datetime": "2024-01-02T03:04:05Z", "created_datetime": "2024-01-02T03:04:05Z",
    })
}

fn parse(came: &[u8]) -> Answer {
    let end = came.windows(4).position(|window| window == b"\r\n\r\n");
    let Some(end) = end else {
        return Answer { status: 0, headers: BTreeMap::new(), body: Vec::new() };
    };
    let head = String::from_utf8_lossy(&came[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Answer { status, headers, body: came[end + 4..].to_vec() }
}
