//! What can go wrong, as a closed list that says whether a write may have been applied. Only ids, codes, field and
//! endpoint names are kept; the vendor's prose is dropped, because it may quote a customer.

use std::time::Duration;

/// A call that did not end as hoped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Error {
    detail: Box<Detail>,
}

#[derive(Debug, Clone, PartialEq)]
struct Detail {
    kind: ErrorKind,
    endpoint: &'static str,
    status: Option<u16>,
    record: Option<String>,
    fields: Vec<String>,
    code: Option<String>,
    retry_after: Option<Duration>,
}

/// What happened, and with it what may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nothing left this machine; the call can be made again.
    NotSent(NotSentCause),
    /// A write left and its outcome is unknown (5xx, time-out, broken answer). Look for the record before writing again.
    Ambiguous,
    /// A read got no usable answer after all its tries (5xx, time-out, broken connection).
    Unavailable,
    /// 400, 413, 422: the vendor refuses the body; [`Error::fields`] names what it complains of.
    Rejected,
    /// 409: an identifier (a customer's e-mail, mostly) is already in use. Look it up and adopt, or report.
    Conflict,
    /// 404: gone, or never there.
    NotFound,
    /// 301: merged into another record, whose id is given when the vendor names it. Never followed.
    Merged {
        /// The record that remains.
        into: Option<i64>,
    },
    /// 401: the credentials are refused (with OAuth: also after one refresh). Final.
    Unauthorized,
    /// 403: the role or plan does not allow it. Final.
    Forbidden,
    /// Our own gate refused the body before anything left: it could have sent an e-mail, shown a note or changed a person.
    RefusedByWireGate,
    /// A listing gave a cursor it had given before.
    RepeatedCursor,
    /// A read was answered with something that is not what the endpoint promises.
    BadAnswer,
    /// A status this client has no rule for. Nothing is retried.
    Unexpected,
    /// The configuration cannot work.
    BadConfig,
}

/// Why nothing left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSentCause {
    /// The wait for a permit would have passed the deadline: a wait, not a failure.
    Deadline,
    /// The shared limiter is out of reach.
    Limiter,
    /// No connection could be made.
    Connect,
    /// No access token could be fetched.
    Token,
    /// The request could not be built.
    Build,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, endpoint: &'static str) -> Self {
        let detail = Detail {
            kind,
            endpoint,
            status: None,
            record: None,
            fields: Vec::new(),
            code: None,
            retry_after: None,
        };
        Self { detail: Box::new(detail) }
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.detail.status = Some(status);
        self
    }

    pub(crate) fn with_record(mut self, record: Option<&str>) -> Self {
        self.detail.record = record.map(str::to_owned);
        self
    }

    pub(crate) fn with_fields(mut self, fields: Vec<String>) -> Self {
        self.detail.fields = fields;
        self
    }

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.detail.code = code;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.detail.retry_after = retry_after;
        self
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.detail.kind
    }

    /// The endpoint's name, such as `POST /tickets`.
    pub fn endpoint(&self) -> &'static str {
        self.detail.endpoint
    }

    /// The HTTP status, when there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.detail.status
    }

    /// The record the call was about: an id or an external id, never a name or an address.
    pub fn record(&self) -> Option<&str> {
        self.detail.record.as_deref()
    }

    /// Names of the fields complained of, as paths; never their values.
    pub fn fields(&self) -> &[String] {
        &self.detail.fields
    }

    /// The vendor's short code such as `ticket_merged`, when it sent one.
    pub fn code(&self) -> Option<&str> {
        self.detail.code.as_deref()
    }

    /// What the vendor asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.detail.retry_after
    }

    /// True when the call surely changed nothing at the vendor.
    pub fn is_surely_not_applied(&self) -> bool {
        self.kind() != ErrorKind::Ambiguous
    }

    fn sentence(&self) -> String {
        let detail = &self.detail;
        let mut sentence = format!("{} ", detail.endpoint);
        if let Some(record) = &detail.record {
            sentence += &format!("({record}) ");
        }
        sentence += detail.kind.what();
        if let Some(status) = detail.status {
            sentence += &format!(" (status {status})");
        }
        if let Some(code) = &detail.code {
            sentence += &format!(" (code {code})");
        }
        if !detail.fields.is_empty() {
            sentence += &format!(" [{}]", detail.fields.join(", "));
        }
        sentence += "; ";
        sentence += detail.kind.advice();
        sentence
    }
}

impl ErrorKind {
    const fn what(self) -> &'static str {
        match self {
            Self::NotSent(NotSentCause::Deadline) => "was not sent: no permit before the deadline",
            Self::NotSent(NotSentCause::Limiter) => "was not sent: the shared limiter is out of reach",
            Self::NotSent(NotSentCause::Connect) => "was not sent: no connection",
            Self::NotSent(NotSentCause::Token) => "was not sent: no access token could be fetched",
            Self::NotSent(NotSentCause::Build) => "was not sent: the request could not be built",
            Self::Ambiguous => "left, and nobody knows whether it was applied",
            Self::Unavailable => "got no usable answer",
            Self::Rejected => "was refused",
            Self::Conflict => "names an identifier that is already in use",
            Self::NotFound => "found nothing",
            Self::Merged { .. } => "meant a record that was merged into another",
            Self::Unauthorized => "was refused: the credentials are not accepted",
            Self::Forbidden => "was refused: the role or plan does not allow it",
            Self::RefusedByWireGate => "was stopped before it left: the body is not pure history",
            Self::RepeatedCursor => "gave a cursor twice",
            Self::BadAnswer => "answered something unreadable",
            Self::Unexpected => "answered something unforeseen",
            Self::BadConfig => "cannot be called as configured",
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::NotSent(NotSentCause::Deadline) => "take the work up again with a new lease",
            Self::NotSent(NotSentCause::Limiter) => "bring the limiter back, then call again",
            Self::NotSent(NotSentCause::Connect) => "check address and network, then call again",
            Self::NotSent(NotSentCause::Token) => "check the token address, then call again",
            Self::NotSent(NotSentCause::Build) => "check the file names and media types of the record",
            Self::Ambiguous => "look for the record before writing again",
            Self::Unavailable => "wait for the vendor to recover, then read again",
            Self::Rejected => "correct the named fields or the map",
            Self::Conflict => "look the record up and adopt it, or report it",
            Self::NotFound => "treat the record as gone",
            Self::Merged { .. } => "stop and report; a merge is never followed",
            Self::Unauthorized => "renew the credentials before going on",
            Self::Forbidden => "use a user with a stronger role",
            Self::RefusedByWireGate => "this is a fault of the program, report it",
            Self::RepeatedCursor => "read the listing again from its start",
            Self::BadAnswer => "read again, and report it when it stays",
            Self::Unexpected => "check the base address, and report it when it stays",
            Self::BadConfig => "correct the configuration",
        }
    }
}
