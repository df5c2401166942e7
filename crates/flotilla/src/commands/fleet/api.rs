//! The local fleet's way to its own scheduler: JSON over loopback, with the token the fleet made for itself.

use reqwest::{Client, Method};
use serde::{Serialize, de::DeserializeOwned};

use crate::{exit::Exit, failure::Failure};

/// A client of the API.
#[derive(Debug)]
pub(super) struct Api {
    base: String,
    token: String,
    client: Client,
}

impl Api {
    /// A client for the scheduler that listens at `url`.
    pub(super) fn new(url: &str, token: &str) -> Self {
        Self { base: format!("{url}/v1"), token: token.to_owned(), client: Client::new() }
    }

    /// `POST` of a body.
    ///
    /// # Errors
    /// [`Failure`] with what the API said.
    pub(super) async fn post(&self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        let request = self.client.request(Method::POST, format!("{}/{path}", self.base)).json(body);
        self.answer(request, path).await.map(|_| ())
    }

    /// `GET` of something.
    ///
    /// # Errors
    /// [`Failure`] with what the API said.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let answer = self.answer(self.client.get(format!("{}/{path}", self.base)), path).await?;
        serde_json::from_slice(&answer).map_err(|error| failed(path, error))
    }

    async fn answer(&self, request: reqwest::RequestBuilder, path: &str) -> Result<Vec<u8>, Failure> {
        #[expect(clippy::disallowed_methods, reason = "our own API is no vendor and needs no permit")]
        let answer = request.bearer_auth(&self.token).send().await.map_err(|error| failed(path, error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| failed(path, error))?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        Err(failed(path, format!("{status}: {}", String::from_utf8_lossy(&body))))
    }
}

fn failed(path: &str, what: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format!("the scheduler's API, /v1/{path}: {what}; its log says more"))
}
