//! What the clients' errors mean as failure codes. The clients know nothing of the program's codes, and nobody else
//! may translate; an error that fits no code by its kind becomes the one that halts least harm.

use atera::FileError;
use gorgias::NotSentCause;
use protocol::FailureCode;

/// The code of a read that failed.
#[must_use]
pub fn source_code(error: &atera::Error) -> FailureCode {
    use atera::ErrorKind as Kind;
    match error.kind {
        Kind::Auth => FailureCode::SourceAuth,
        Kind::Forbidden => FailureCode::SourceForbidden,
        // A listing or sub-resource that must exist: the record went away while it was read.
        Kind::NotFound => FailureCode::SourceGone,
        Kind::RateLimited | Kind::Unavailable => FailureCode::SourceUnavailable,
        Kind::Refused | Kind::Malformed | Kind::Configuration => FailureCode::SourceMalformed,
        Kind::NoProgress | Kind::FilterIgnored | Kind::Incomplete => FailureCode::SourceNoProgress,
    }
}

/// The code of a call to the destination that failed.
#[must_use]
pub fn target_code(error: &gorgias::Error) -> FailureCode {
    use gorgias::ErrorKind as Kind;
    match error.kind() {
        // Leave was not to be had in time, or the batch's time is up: a wait, not a failure.
        Kind::NotSent(NotSentCause::Deadline | NotSentCause::Limiter) => FailureCode::LimiterUnavailable,
        Kind::NotSent(NotSentCause::Connect | NotSentCause::Token) => FailureCode::TargetUnavailable,
        Kind::NotSent(NotSentCause::Build) | Kind::Rejected | Kind::NotFound => FailureCode::TargetRejected,
        Kind::Ambiguous => FailureCode::TargetUncertain,
        Kind::Unavailable | Kind::RepeatedCursor | Kind::BadAnswer => FailureCode::TargetUnavailable,
        Kind::Conflict => FailureCode::TargetConflict,
        Kind::Merged { .. } => FailureCode::TargetMerged,
        Kind::Unauthorized => FailureCode::TargetAuth,
        Kind::Forbidden | Kind::BadConfig => FailureCode::TargetForbidden,
        Kind::RefusedByWireGate => FailureCode::RefusedByWireGate,
        // A status nobody foresaw: nothing is known about it, so nothing is assumed to be written or refused.
        Kind::Unexpected => FailureCode::TargetUncertain,
    }
}

/// The code of a file that could not be fetched.
#[must_use]
pub fn file_code(error: &FileError) -> FailureCode {
    match error {
        FileError::Expired(_) => FailureCode::FileExpired,
        FileError::TooLarge { .. } => FailureCode::FileTooLarge,
        FileError::NotFound | FileError::NotAllowed | FileError::Redirects => FailureCode::FileMissing,
        FileError::Status(_) | FileError::Unreachable => FailureCode::FileUnreadable,
    }
}
