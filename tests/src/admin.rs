//! The stand-in's levers and gauges over HTTP: what it received, what it holds, which faults strike. The only file here
//! that sends a request, and it never goes to a vendor.

use std::fmt;

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// Longest wait for one event, in ms. A test that waits longer has failed.
const PATIENCE_MS: u64 = 120_000;

/// A client of the admin routes, and of the stand-in's two APIs for looks of a test's own.
#[derive(Clone)]
pub struct Admin {
    base: String,
    client: Client,
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Admin").field(&self.base).finish()
    }
}

impl Admin {
    pub(crate) fn new(base: &str) -> Self {
        // One provider for every client of the process; a second call would find it installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { base: base.to_owned(), client: Client::new() }
    }

    /// `GET /_sim/{route}`.
    ///
    /// # Panics
    /// When it is not answered with 2xx and JSON.
    pub async fn get(&self, route: &str) -> Value {
        let request = self.client.get(format!("{}/{route}", self.base));
        answer(request, route).await.1
    }

    /// A request with a JSON body to `/_sim/{route}`.
    ///
    /// # Panics
    /// When it is not answered with 2xx and JSON.
    pub async fn send(&self, method: Method, route: &str, body: &Value) -> Value {
        let request = self.client.request(method, format!("{}/{route}", self.base)).json(body);
        let (status, value) = answer(request, route).await;
        assert!((200..300).contains(&status), "{route}: {status} {value}");
        value
    }

    /// `GET` of any address, with a header: a look at one of the two APIs as a stranger would take it.
    ///
    /// # Panics
    /// When it is not answered with 2xx and JSON.
    pub async fn look(&self, url: &str, authorization: &str) -> Value {
        let request = self.client.get(url).header("authorization", authorization);
        let (status, value) = answer(request, url).await;
        assert!((200..300).contains(&status), "{url}: {status} {value}");
        value
    }

    /// A request to one of the two APIs by somebody else who has a key, such as an agent at their desk.
    ///
    /// # Panics
    /// When it is not answered with 2xx and JSON.
    pub async fn desk(&self, method: Method, url: &str, (user, key): (&str, &str), body: &Value) -> Value {
        let request = self.client.request(method, url).basic_auth(user, Some(key));
        let request = if body.is_null() { request } else { request.json(body) };
        let (status, value) = answer(request, url).await;
        assert!((200..300).contains(&status), "{url}: {status} {value}");
        value
    }

    /// Waits until the stand-in has received `count` requests that fit `wanted` (see `/_sim/events/wait`).
    ///
    /// # Panics
    /// When they do not come within two minutes.
    pub async fn wait_for(&self, wanted: Value, count: u64) {
        let mut wanted = wanted;
        wanted["count"] = json!(count);
        wanted["timeout_ms"] = json!(PATIENCE_MS);
        let request = self.client.post(format!("{}/events/wait", self.base)).json(&wanted);
        let (status, value) = answer(request, "events/wait").await;
        assert_eq!(status, 200, "waited in vain for {wanted}: {value}");
    }
}

async fn answer(request: reqwest::RequestBuilder, what: &str) -> (u16, Value) {
    #[expect(clippy::disallowed_methods, reason = "the stand-in is no vendor and needs no permit")]
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    let value = serde_json::from_slice(&bytes);
    (status, value.unwrap_or_else(|_| panic!("{what}: {status}, and no JSON")))
}
