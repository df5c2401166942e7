//! A second opinion on proposals, from any endpoint that speaks the chat completions of OpenAI. Off unless an address is
//! set. It is told names, types and counts of fields, never a record or a value of one, and all its answer can do is put
//! the candidates that were proposed anyway into another order. What it says beyond that is not read.

#![deny(missing_docs)]

mod question;
#[cfg(test)]
mod tests;
mod verdict;

use std::time::Duration;

use mapping::FieldProposal;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::{Host, Url};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Why there is no second opinion. The first one stands.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings cannot work.
    #[error("the adviser cannot be asked: {0}")]
    Configuration(&'static str),
    /// Nobody answered.
    #[error("the adviser did not answer ({0}); the proposals stand as they are")]
    Unreachable(&'static str),
    /// A refusal.
    #[error("the adviser refused with status {0}; the proposals stand as they are")]
    Refused(u16),
    /// An answer that is none.
    #[error("the adviser's answer is no order of the candidates; the proposals stand as they are")]
    Unreadable,
}

/// Somebody to ask.
#[derive(Debug, Clone)]
pub struct Adviser {
    address: Url,
    model: String,
    key: Option<SecretString>,
    client: reqwest::Client,
}

impl Adviser {
    /// An adviser behind this base address, such as `https://api.example/v1`.
    ///
    /// # Errors
    /// [`Error::Configuration`].
    pub fn new(base: &Url, model: &str, key: Option<SecretString>) -> Result<Self, Error> {
        let own = match base.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        if base.scheme() != "https" && !(own && base.scheme() == "http") {
            return Err(Error::Configuration("its address has to be https, or on this machine"));
        }
        if model.is_empty() {
            return Err(Error::Configuration("no model is named"));
        }
        let mut address = base.clone();
        match address.path_segments_mut() {
            Ok(mut path) => path.pop_if_empty().extend(["chat", "completions"]),
            Err(()) => return Err(Error::Configuration("its address cannot have a path")),
        };
        let mut client =
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        if own {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|_| Error::Configuration("no HTTP client could be made"))?;
        Ok(Self { address, model: model.to_owned(), key, client })
    }

    /// The same proposals, the candidates of each in the adviser's order where it gave one. What an operator decided is
    /// not asked about.
    ///
    /// # Errors
    /// [`Error`]; the proposals given stand then.
    pub async fn reorder(&self, proposals: &[FieldProposal]) -> Result<Vec<FieldProposal>, Error> {
        if !proposals.iter().any(question::is_open) {
            return Ok(proposals.to_vec());
        }
        let answer = self.ask(&question::of(&self.model, proposals)).await?;
        let text = answer.pointer("/choices/0/message/content").and_then(Value::as_str);
        verdict::applied(proposals, text.ok_or(Error::Unreadable)?).ok_or(Error::Unreadable)
    }

    #[expect(clippy::disallowed_methods, reason = "an adviser is no vendor and needs no permit")]
    async fn ask(&self, question: &Value) -> Result<Value, Error> {
        let mut request = self.client.post(self.address.clone()).json(question);
        if let Some(key) = &self.key {
            let header = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()));
            let mut header = header.map_err(|_| Error::Configuration("its key is no header text"))?;
            header.set_sensitive(true);
            request = request.header(AUTHORIZATION, header);
        }
        let broken = |error: &reqwest::Error| {
            Error::Unreachable(match () {
                () if error.is_timeout() => "no answer in time",
                () if error.is_connect() => "no connection",
                () => "the connection broke",
            })
        };
        let mut answer = request.send().await.map_err(|error| broken(&error))?;
        if !answer.status().is_success() {
            return Err(Error::Refused(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| broken(&error))? {
            body.extend_from_slice(&piece);
            if body.len() > LONGEST {
                return Err(Error::Unreadable);
            }
        }
        serde_json::from_slice(&body).map_err(|_| Error::Unreadable)
    }
}
