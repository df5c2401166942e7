//! The fleet's API as a client of any role sees it: status and body, whatever they are. It never goes to a vendor.

use reqwest::{Client, Method, header::HeaderMap};
use serde_json::Value;

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body, where it is JSON.
    pub body: Value,
}

impl Answer {
    /// The body of an answer that is a success.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn well(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text);
        self.body
    }
}

/// A client with a token.
#[derive(Debug, Clone)]
pub struct Api {
    base: String,
    token: Option<String>,
    client: Client,
}

impl Api {
    pub(super) fn new(url: &str, token: Option<&str>) -> Self {
        Self { base: url.to_owned(), token: token.map(str::to_owned), client: Client::new() }
    }

    /// `GET` of a path such as `/v1/migrations`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string()), &[]).await
    }

    /// Any request, with further headers.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let what = format!("{method} {path}");
        self.try_send(method, path, body, headers).await.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// The same, and the error when nobody answers.
    ///
    /// # Errors
    /// When the scheduler cannot be reached or the line breaks.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        #[expect(clippy::disallowed_methods, reason = "our own API is no vendor and needs no permit")]
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Answer { status, headers, text, body })
    }
}
