//! Attachments and hosted images. A file is streamed and cut off at the size limit; redirects are followed by
//! hand, so that the token never reaches a host that is not the API. Nothing about a link is ever logged.

use std::time::Duration;

use backon::Retryable as _;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;

use crate::client::Client;
use crate::retry_after::retry_after;

/// Redirects followed for one file.
const MAX_HOPS: u32 = 5;

/// A file as fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedFile {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its name, from the answer or else from the link's path; without any folder.
    pub name: Option<String>,
    /// Its media type as the answer gives it.
    pub content_type: Option<String>,
}

/// Why a file could not be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// 401, 403 or 410: the link's signature is no longer good.
    #[error("the link has expired (status {0}); list the ticket's attachments again and fetch at once")]
    Expired(u16),
    /// More bytes than allowed; reading stopped there.
    #[error("the file is larger than {limit} bytes; raise the size limit or deliver it by hand")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// 404: nothing there.
    #[error("there is no file behind the link; it is gone at the source")]
    NotFound,
    /// Any other status, after retries where they may help.
    #[error("the file's host answered {0}; try again later or deliver it by hand")]
    Status(u16),
    /// No whole answer, each time it was tried.
    #[error("the file's host gave no whole answer; check the network, then try again")]
    Unreachable,
    /// Not http(s), or a host inside our own network.
    #[error("the link may not be followed (not http or https, or an inner host); deliver the file by hand")]
    NotAllowed,
    /// More than five redirects, or one without a target.
    #[error("the link's redirects lead nowhere; deliver the file by hand")]
    Redirects,
}

struct Failure {
    error: FileError,
    may_mend: bool,
    wait: Option<Duration>,
}

impl Client {
    /// Fetches a file, at most `max_file_bytes` of it. The token goes along only where the link points below
    /// the API's own base; hiccups are retried.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn fetch_file(&self, url: &Url) -> Result<FetchedFile, FileError> {
        let attempt = || self.fetch_once(url);
        attempt
            .retry(self.inner.transport.retries)
            .when(|failure: &Failure| failure.may_mend)
            .adjust(|failure: &Failure, wait| wait.map(|w| failure.wait.map_or(w, |asked| asked.max(w))))
            .await
            .map_err(|failure| failure.error)
    }

    async fn fetch_once(&self, url: &Url) -> Result<FetchedFile, Failure> {
        let mut url = url.clone();
        for _ in 0..=MAX_HOPS {
            if !self.inner.transport.may_fetch(&url) {
                return Err(last(FileError::NotAllowed));
            }
            let (response, permit) =
                self.inner.transport.send_file(&url).await.map_err(|_| again(FileError::Unreachable))?;
            let status = response.status();
            if let Some(permit) = permit {
                if status == StatusCode::TOO_MANY_REQUESTS {
                    let pause = retry_after(response.headers()).unwrap_or(Duration::from_secs(1));
                    self.inner.transport.pace.refused(permit, pause);
                } else {
                    self.inner.transport.pace.answered();
                }
            }
            if status.is_redirection() {
                url = target(&url, &response).ok_or_else(|| last(FileError::Redirects))?;
                continue;
            }
            return match status.as_u16() {
                200 => self.receive(&url, response).await,
                401 | 403 | 410 => Err(last(FileError::Expired(status.as_u16()))),
                404 => Err(last(FileError::NotFound)),
                code => Err(Failure {
                    error: FileError::Status(code),
                    may_mend: matches!(code, 408 | 429 | 500..=599),
                    wait: retry_after(response.headers()),
                }),
            };
        }
        Err(last(FileError::Redirects))
    }

    async fn receive(&self, url: &Url, mut response: Response) -> Result<FetchedFile, Failure> {
        let limit = self.inner.max_file_bytes;
        let too_large = |size: u64| size > limit;
        if response.content_length().is_some_and(too_large) {
            return Err(last(FileError::TooLarge { limit }));
        }
        let name = file_name(response.headers(), url);
        let content_type = header_text(response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes));
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| again(FileError::Unreachable))? {
            if too_large(u64::try_from(bytes.len() + chunk.len()).unwrap_or(u64::MAX)) {
                return Err(last(FileError::TooLarge { limit }));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(FetchedFile { bytes, name, content_type })
    }
}

fn last(error: FileError) -> Failure {
    Failure { error, may_mend: false, wait: None }
}

fn again(error: FileError) -> Failure {
    Failure { error, may_mend: true, wait: None }
}

fn target(url: &Url, response: &Response) -> Option<Url> {
    url.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

fn header_text(bytes: Option<&[u8]>) -> Option<String> {
    Some(String::from_utf8_lossy(bytes?).trim().to_owned()).filter(|text| !text.is_empty())
}

/// The name the answer gives (`filename*` before `filename`), else the link's last path segment.
fn file_name(headers: &HeaderMap, url: &Url) -> Option<String> {
    let disposition =
        header_text(headers.get(CONTENT_DISPOSITION).map(HeaderValue::as_bytes)).unwrap_or_default();
    let from_link = || url.path_segments()?.next_back().map(percent_decoded);
    let name = extended_name(&disposition).or_else(|| plain_name(&disposition)).or_else(from_link)?;
    let leaf: String = name.rsplit(['/', '\\']).next()?.chars().filter(|c| !c.is_control()).collect();
    Some(leaf.trim().to_owned()).filter(|leaf| !matches!(leaf.as_str(), "" | "." | ".."))
}

fn extended_name(disposition: &str) -> Option<String> {
    let value = parameter(disposition, "filename*")?;
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    charset.eq_ignore_ascii_case("utf-8").then(|| percent_decoded(encoded))
}

fn plain_name(disposition: &str) -> Option<String> {
    parameter(disposition, "filename")
}

/// A parameter's value, unquoted. A semicolon within quotes does not end it.
fn parameter(disposition: &str, wanted: &str) -> Option<String> {
    let mut rest = disposition;
    while let Some((_, after)) = rest.split_once(';') {
        let (name, value) = after.split_once('=')?;
        let value = value.trim_start();
        let (text, end) = match value.strip_prefix('"') {
            Some(quoted) => quoted_text(quoted),
            None => {
                let end = value.find(';').unwrap_or(value.len());
                let (text, end) = value.split_at(end);
                (text.trim().to_owned(), end)
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text);
        }
        rest = end;
    }
    None
}

fn quoted_text(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => text.push(c),
        }
    }
    (text, "")
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
