//! All rules about what an answer means and what is tried again, in one place: 429 is a wait, a read has a few jittered
//! tries, a write has one. Nothing is sent from here.

use std::time::Duration;

use backon::ExponentialBuilder;

use crate::call::Call;
use crate::config::Config;
use crate::envelope::Envelope;
use crate::error::{Error, ErrorKind};
use crate::transport::{Answer, SendError};

/// The longest pause between two tries of a read.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// What to do with an answer.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is what was asked for.
    Done,
    /// The same again, once the limiter lets us.
    Throttled,
    /// The credentials were refused.
    Refused(Error),
    /// It is over.
    Failed(Error),
}

/// The pauses between the tries of a read.
pub(crate) fn read_tries(config: &Config) -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(config.read_pause_ms))
        .with_max_delay(LONGEST_PAUSE)
        .with_max_times(config.read_attempts.saturating_sub(1) as usize)
        .with_jitter()
}

/// True for what may pass by itself when a read is tried again.
pub(crate) fn may_pass(error: &Error) -> bool {
    use ErrorKind::{BadAnswer, NotSent, Unavailable};
    match error.kind() {
        Unavailable | BadAnswer => true,
        NotSent(cause) => cause == crate::error::NotSentCause::Connect,
        _ => false,
    }
}

/// Reads an answer. Of the body only its wholeness and the error envelope matter here.
pub(crate) fn judge(call: &Call, answer: &Answer, config: &Config) -> Verdict {
    let status = answer.status.as_u16();
    match status {
        200..=299 if answer.body.is_some() => return Verdict::Done,
        // Applied, but what it made is unreadable.
        200..=299 => return Verdict::Failed(unknown(call).with_status(status)),
        429 if !(call.is_write() && config.throttled_write_may_apply) => return Verdict::Throttled,
        _ => {}
    }
    let envelope = Envelope::read(answer.body.as_deref());
    let merged = || answer.location.as_deref().and_then(last_id).or(envelope.merged_into);
    let kind = match status {
        301 => ErrorKind::Merged { into: merged() },
        400 | 413 | 422 if envelope.code.as_deref() == Some("ticket_merged") => {
            ErrorKind::Merged { into: envelope.merged_into }
        }
        400 | 413 | 422 => ErrorKind::Rejected,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        408 | 429 | 500..=599 => unknown(call).kind(),
        _ => ErrorKind::Unexpected,
    };
    let error = Error::new(kind, call.endpoint)
        .with_status(status)
        .with_record(call.record.as_deref())
        .with_code(envelope.code)
        .with_retry_after(answer.retry_after)
        .with_fields(envelope.fields);
    if kind == ErrorKind::Unauthorized { Verdict::Refused(error) } else { Verdict::Failed(error) }
}

/// How long everybody waits after this answer; none when it is no 429.
pub(crate) fn pause_after(answer: &Answer, config: &Config) -> Option<Duration> {
    let default = Duration::from_millis(config.default_retry_after_ms);
    (answer.status.as_u16() == 429).then(|| answer.retry_after.unwrap_or(default))
}

/// Puts what `send` could not do into the words of this crate.
pub(crate) fn unsent(call: &Call, error: SendError) -> Error {
    let refused = |kind| Error::new(kind, call.endpoint).with_record(call.record.as_deref());
    match error {
        SendError::NotSent(cause) => refused(ErrorKind::NotSent(cause)),
        SendError::Refused(places) => refused(ErrorKind::RefusedByWireGate).with_fields(places),
        SendError::Lost => unknown(call),
    }
}

/// No usable answer: for a read an inconvenience, for a write doubt.
pub(crate) fn unknown(call: &Call) -> Error {
    let kind = if call.is_write() { ErrorKind::Ambiguous } else { ErrorKind::Unavailable };
    Error::new(kind, call.endpoint).with_record(call.record.as_deref())
}

/// A whole answer that is not what the endpoint promises.
pub(crate) fn unreadable(call: &Call) -> Error {
    let kind = if call.is_write() { ErrorKind::Ambiguous } else { ErrorKind::BadAnswer };
    Error::new(kind, call.endpoint).with_record(call.record.as_deref())
}

/// The last number in an address.
fn last_id(location: &str) -> Option<i64> {
    let path = location.split(['?', '#']).next()?;
    path.rsplit('/').find_map(|part| part.parse().ok())
}
