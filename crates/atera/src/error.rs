//! What can go wrong with a read. An error names the endpoint, the status and the record, and what to do
//! next; it never carries a body, a customer's text, a URL or the token.

use std::fmt;

/// A read that failed for good: whatever a retry could mend was retried.
#[derive(Debug, thiserror::Error)]
#[error("{endpoint}{}{}: {}{}; {}", Part(" for record ", record), Status(status), kind.what(), Part(", ", detail), kind.advice())]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The endpoint as documented, ids as placeholders.
    pub endpoint: &'static str,
    /// The answer's status, where there was one.
    pub status: Option<u16>,
    /// The record (or `page N`) asked for.
    pub record: Option<String>,
    /// What exactly, free of any customer's text.
    pub detail: Option<String>,
}

/// What went wrong with a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// 401: the token is unknown, expired, or presented in the wrong scheme.
    Auth,
    /// 403: the token lacks a permission, or the plan has no API.
    Forbidden,
    /// 404 where a record or listing must exist.
    NotFound,
    /// 429s for longer than one read may wait.
    RateLimited,
    /// No answer, a broken answer or a 5xx, each time it was tried.
    Unavailable,
    /// Any other refusal, such as 400.
    Refused,
    /// An answer that is not what the endpoint gives.
    Malformed,
    /// A page that repeats the page before it.
    NoProgress,
    /// A row that the filter should have kept out.
    FilterIgnored,
    /// Fewer or more rows than the answer itself counts, each time it was tried.
    Incomplete,
    /// The client's settings cannot work.
    Configuration,
}

impl ErrorKind {
    fn what(self) -> &'static str {
        match self {
            Self::Auth => "the token was not accepted",
            Self::Forbidden => "access was refused",
            Self::NotFound => "not found",
            Self::RateLimited => "the rate limit did not let this read through",
            Self::Unavailable => "no usable answer",
            Self::Refused => "the request was refused",
            Self::Malformed => "the answer has an unexpected shape",
            Self::NoProgress => "the listing repeats a page",
            Self::FilterIgnored => "the listing holds rows its filter excludes",
            Self::Incomplete => "the listing does not hold what it counts",
            Self::Configuration => "the client cannot be built",
        }
    }

    /// What the operator does next.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Auth => "issue a new token (they expire within a year) or set the auth scheme by hand",
            Self::Forbidden => {
                "grant the token read access to this data domain and check plan and IP allowlist"
            }
            Self::NotFound => "check the base URL, and that the record still exists",
            Self::RateLimited => "lower the rate cap or pause other users of this account, then resume",
            Self::Unavailable => "check network and status page, then resume",
            Self::Refused => "report the endpoint and status; the request itself must change",
            Self::Malformed => "look at this record in the source; report it if it looks sound there",
            Self::NoProgress => "resume later; if it stays, the source's paging is broken for this listing",
            Self::FilterIgnored => {
                "check the account's zone in the settings, or read this listing without filter"
            }
            Self::Incomplete => "resume once nobody changes these records",
            Self::Configuration => "correct the settings",
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, endpoint: &'static str) -> Self {
        Self { kind, endpoint, status: None, record: None, detail: None }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    pub(crate) fn record(mut self, record: Option<&str>) -> Self {
        self.record = record.map(str::to_owned);
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

struct Part<'a>(&'static str, &'a Option<String>);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(text) => write!(f, "{}{text}", self.0),
            None => Ok(()),
        }
    }
}

struct Status<'a>(&'a Option<u16>);

impl fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(status) => write!(f, " answered {status}"),
            None => Ok(()),
        }
    }
}
