//! What ends a batch's attempt early. A record's own trouble is not here: that is a dead letter, and the batch goes on.

use objects::{source_code, target_code};
use protocol::{Decision, FailureCode, Key};

/// Why an attempt ended early.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Something failed; the code decides what follows.
    #[error("{code} at {at}: {detail}")]
    Failure {
        /// Why.
        code: FailureCode,
        /// The record or endpoint.
        at: String,
        /// What an engineer needs beside the code. Never a customer's text.
        detail: String,
    },
    /// The batch is another worker's by now; nothing more may be written.
    #[error("the batch's lease is lost: another worker goes on with it")]
    LeaseLost,
    /// The process is asked to stop; the batch is handed back without spending an attempt.
    #[error("stopped: the batch is handed back")]
    Stopped,
}

impl Trouble {
    /// A failure about a record.
    pub fn of(code: FailureCode, key: &Key, detail: impl Into<String>) -> Self {
        Self::Failure { code, at: key.to_string(), detail: detail.into() }
    }

    /// A read of the source that failed. It says nothing of a record: what is not found here is no record's end.
    #[must_use]
    pub fn source(error: &atera::Error) -> Self {
        let code = no_reject(source_code(error), FailureCode::SourceMalformed);
        Self::Failure { code, at: "source".to_owned(), detail: error.to_string() }
    }

    /// A read of the destination that failed. It says nothing of a record: a look that is refused settles no doubt.
    #[must_use]
    pub fn target(error: &gorgias::Error) -> Self {
        let code = no_reject(target_code(error), FailureCode::TargetUnavailable);
        Self::Failure { code, at: "destination".to_owned(), detail: error.to_string() }
    }

    /// The code, for trouble that has one.
    #[must_use]
    pub fn code(&self) -> Option<FailureCode> {
        match self {
            Self::Failure { code, .. } => Some(*code),
            Self::LeaseLost | Self::Stopped => None,
        }
    }

    /// What is to be done about it; `None` when nothing is.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        self.code().map(FailureCode::decision)
    }
}

/// The code of a read: one that would cost a record its place becomes `instead`.
fn no_reject(code: FailureCode, instead: FailureCode) -> FailureCode {
    if code.decision() == Decision::Reject { instead } else { code }
}

impl From<ledger::Error> for Trouble {
    fn from(error: ledger::Error) -> Self {
        match error {
            ledger::Error::LeaseLost { .. } => Self::LeaseLost,
            error => Self::Failure { code: error.code(), at: "ledger".to_owned(), detail: error.to_string() },
        }
    }
}
