//! The closed list of failure codes, what the program does about each, and what it tells the operator.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What the program does about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The batch is tried again, with backoff and up to a cap.
    Retry,
    /// Nothing failed: the batch waits and spends no attempt.
    Wait,
    /// The record is kept as a dead letter, the rest goes on.
    Reject,
    /// The migration stops once, for a human.
    Halt,
}

/// Why something did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The source refused the token.
    SourceAuth,
    /// The source token lacks a right, or the plan lacks the API.
    SourceForbidden,
    /// The source did not answer, or answered with a server error, after several tries.
    SourceUnavailable,
    /// The source answered with something that is not the documented shape.
    SourceMalformed,
    /// A listing of the source repeats itself and would never end.
    SourceNoProgress,
    /// The record was listed, but is no longer at the source.
    SourceGone,
    /// The destination refused the credentials.
    TargetAuth,
    /// The user behind the credentials may not do this.
    TargetForbidden,
    /// The destination could not be reached; nothing was sent.
    TargetUnavailable,
    /// A write was sent and its outcome is unknown.
    TargetUncertain,
    /// The destination refused the record as invalid.
    TargetRejected,
    /// Another record of the destination holds an identifier of this one and cannot be adopted.
    TargetConflict,
    /// The record of the destination was merged into another one.
    TargetMerged,
    /// A record that was written is not there when it is read back.
    TargetMissing,
    /// Two records of the destination carry one external id.
    TargetDuplicate,
    /// The record of the destination was changed by somebody else since it was written.
    TargetTouched,
    /// A record that was read back differs from what was written.
    TargetDiffers,
    /// The record of the destination was there before; this migration did not make it.
    NotOurs,
    /// Leave to call the destination could not be had.
    LimiterUnavailable,
    /// Another worker holds the batch.
    LeaseLost,
    /// The ledger cannot be written (disk full, file locked or damaged).
    LedgerUnavailable,
    /// The queue cannot be reached.
    QueueUnavailable,
    /// A request that could e-mail a customer or publish an internal note was refused before it left.
    RefusedByWireGate,
    /// An internal note is readable as a public message.
    PrivacyMismatch,
    /// A value of the source has no place in the map.
    UnmappedValue,
    /// A value of the source does not fit its type.
    BadValue,
    /// A record it belongs to did not land.
    ParentFailed,
    /// The map needs a fallback agent or customer and names none.
    NoFallback,
    /// Nobody has confirmed the map as it stands.
    MapUnconfirmed,
    /// No user of the destination has the technician's e-mail.
    AgentMissing,
    /// Technicians have no user at the destination yet, and the map says to wait for them.
    AgentsAwaited,
    /// The destination's limit of active custom fields is reached.
    FieldLimit,
    /// The destination has no custom fields for this kind of record.
    FieldUnsupported,
    /// The file's address has expired at the source.
    FileExpired,
    /// The file is larger than the limit.
    FileTooLarge,
    /// The file is not at the source, or the image is not attached.
    FileMissing,
    /// The file could not be read after several tries.
    FileUnreadable,
    /// The record changed at the source after it was copied.
    ChangedSinceCopy,
    /// A supplement file cannot be read.
    SupplementInvalid,
    /// The source shows fewer records than it counts.
    SourceIncomplete,
    /// More records failed than the error budget allows.
    ErrorBudget,
    /// A batch failed at every attempt.
    AttemptsExhausted,
}

impl FailureCode {
    /// Every code.
    pub const ALL: [Self; 42] = [
        Self::SourceAuth,
        Self::SourceForbidden,
        Self::SourceUnavailable,
        Self::SourceMalformed,
        Self::SourceNoProgress,
        Self::SourceGone,
        Self::TargetAuth,
        Self::TargetForbidden,
        Self::TargetUnavailable,
        Self::TargetUncertain,
        Self::TargetRejected,
        Self::TargetConflict,
        Self::TargetMerged,
        Self::TargetMissing,
        Self::TargetDuplicate,
        Self::TargetTouched,
        Self::TargetDiffers,
        Self::NotOurs,
        Self::LimiterUnavailable,
        Self::LeaseLost,
        Self::LedgerUnavailable,
        Self::QueueUnavailable,
        Self::RefusedByWireGate,
        Self::PrivacyMismatch,
        Self::UnmappedValue,
        Self::BadValue,
        Self::ParentFailed,
        Self::NoFallback,
        Self::MapUnconfirmed,
        Self::AgentMissing,
        Self::AgentsAwaited,
        Self::FieldLimit,
        Self::FieldUnsupported,
        Self::FileExpired,
        Self::FileTooLarge,
        Self::FileMissing,
        Self::FileUnreadable,
        Self::ChangedSinceCopy,
        Self::SupplementInvalid,
        Self::SourceIncomplete,
        Self::ErrorBudget,
        Self::AttemptsExhausted,
    ];

    /// What the program does about it: the one place where this is decided.
    #[must_use]
    pub fn decision(self) -> Decision {
        match self {
            Self::SourceUnavailable
            | Self::SourceMalformed
            | Self::SourceNoProgress
            | Self::TargetUnavailable
            | Self::TargetUncertain
            | Self::LeaseLost
            | Self::FileUnreadable => Decision::Retry,
            Self::LimiterUnavailable | Self::QueueUnavailable | Self::AgentsAwaited => Decision::Wait,
            Self::SourceGone
            | Self::TargetRejected
            | Self::TargetConflict
            | Self::TargetMerged
            | Self::UnmappedValue
            | Self::BadValue
            | Self::ParentFailed
            | Self::AgentMissing
            | Self::FieldLimit
            | Self::FieldUnsupported
            | Self::FileExpired
            | Self::FileTooLarge
            | Self::FileMissing
            | Self::TargetTouched
            | Self::TargetDiffers
            | Self::NotOurs
            | Self::ChangedSinceCopy => Decision::Reject,
            Self::SourceAuth
            | Self::SourceForbidden
            | Self::TargetAuth
            | Self::TargetForbidden
            | Self::TargetMissing
            | Self::TargetDuplicate
            | Self::LedgerUnavailable
            | Self::RefusedByWireGate
            | Self::PrivacyMismatch
            | Self::NoFallback
            | Self::MapUnconfirmed
            | Self::SupplementInvalid
            | Self::SourceIncomplete
            | Self::ErrorBudget
            | Self::AttemptsExhausted => Decision::Halt,
        }
    }

    /// What the operator should do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::SourceAuth => {
                "Make a new Atera token with read rights on tickets, customers, contacts, custom values, contracts, knowledge base, billing, rates, departments, agents and devices, then run `flotilla doctor` and run again."
            }
            Self::SourceForbidden => {
                "Give the Atera token read rights on the endpoint named, then run again."
            }
            Self::SourceUnavailable => {
                "Look at status.atera.com; the batch is tried again by itself. If it stays, run again later."
            }
            Self::SourceMalformed => {
                "The batch is tried again; if it stays, report the endpoint and record named."
            }
            Self::SourceNoProgress => {
                "The listing is read again from the start; if it stays, report the endpoint named."
            }
            Self::SourceGone => "Nothing to do unless the record should exist; then look for it in Atera.",
            Self::TargetAuth => {
                "Make a new Gorgias API key (or authorise the app again), then run `flotilla doctor` and run again."
            }
            Self::TargetForbidden => "Give that Gorgias user the admin role, then run again.",
            Self::TargetUnavailable => {
                "Look at the destination's status page; the batch is tried again by itself. If it stays, run again later."
            }
            Self::TargetUncertain => {
                "The record is looked for before anything is sent again. If it stays, look at the destination's status page and run again later."
            }
            Self::TargetRejected => {
                "Look at the fields named, correct the map or the record, then `flotilla retry --id`."
            }
            Self::TargetConflict => {
                "Look the identifier up in Gorgias, decide which record should hold it, then `flotilla retry --id`."
            }
            Self::TargetMerged => {
                "Decide in Gorgias which record should be used, then `flotilla retry --id`."
            }
            Self::TargetMissing => {
                "Find out who deleted it in Gorgias; `flotilla explain` names its ids. Then run again."
            }
            Self::TargetDuplicate => "Compare the two records named and remove the younger, then run again.",
            Self::TargetTouched => {
                "Somebody works with it in Gorgias: it is left as it is. Decide there, by hand."
            }
            Self::TargetDiffers => {
                "`flotilla explain` names its ids; `flotilla verify --repair` writes it again as it was meant."
            }
            Self::NotOurs => "It was in Gorgias before the migration and stays there. Nothing to do.",
            Self::LimiterUnavailable => {
                "Nothing is sent without leave; bring the shared limiter back and work goes on by itself."
            }
            Self::LeaseLost => "Nothing to do: the other worker goes on with it.",
            Self::LedgerUnavailable => {
                "Make room on the ledger's disk or mend its rights, then run again: nothing is lost."
            }
            Self::QueueUnavailable => {
                "Bring the queue back; the dispatcher pushes everything unfinished again."
            }
            Self::RefusedByWireGate => "Report this: it is an error of the program. Nothing was sent.",
            Self::PrivacyMismatch => "Hide the message named in Gorgias at once, then report this.",
            Self::UnmappedValue => {
                "Add the value named to the map or give the map a default, then `flotilla retry --cause unmapped_value`."
            }
            Self::BadValue => "Correct the value at the source, then `flotilla retry --id`.",
            Self::ParentFailed => "Mend the parent first, then `flotilla retry --cause parent_failed`.",
            Self::MapUnconfirmed => {
                "Look at the map as it stands and confirm it (`flotilla map confirm --by NAME`), then go on."
            }
            Self::NoFallback => {
                "Set `map.fallback_agent` and `map.fallback_customer` in the configuration, then run again."
            }
            Self::AgentMissing => {
                "Invite the technician in Gorgias and run again, or leave the fallback agent in their place."
            }
            Self::AgentsAwaited => {
                "Invite them in Gorgias: the run looks again and goes on by itself. Or let the fallback agent stand in: set `map.missing_agents` to fallback, sign for that map and run again."
            }
            Self::FieldLimit => {
                "Archive a field in Gorgias and run again, or use the values in the companion file."
            }
            Self::FieldUnsupported => "Use the values in the companion file.",
            Self::FileExpired => {
                "Run again: addresses are listed afresh. If it stays, download the file by hand."
            }
            Self::FileTooLarge => {
                "Download it by hand, or raise `destination.max_file_bytes` if Gorgias takes it."
            }
            Self::FileMissing => "Nothing can be moved; the reference stays in the text.",
            Self::FileUnreadable => "Run again; if it stays, download the file by hand.",
            Self::ChangedSinceCopy => "A delta brings it up to date; this version leaves the copy as it is.",
            Self::SupplementInvalid => "Correct the line and column named, then run again.",
            Self::SourceIncomplete => {
                "Run again when the source is quiet; if it stays, report the kind and the two figures."
            }
            Self::ErrorBudget => {
                "Look at `flotilla failures --by-cause`, mend the first cause, then run again."
            }
            Self::AttemptsExhausted => {
                "Look at the cause before it with `flotilla failures`, then run again."
            }
        }
    }

    /// The code's name in JSON, in the ledger and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SourceAuth => "source_auth",
            Self::SourceForbidden => "source_forbidden",
            Self::SourceUnavailable => "source_unavailable",
            Self::SourceMalformed => "source_malformed",
            Self::SourceNoProgress => "source_no_progress",
            Self::SourceGone => "source_gone",
            Self::TargetAuth => "target_auth",
            Self::TargetForbidden => "target_forbidden",
            Self::TargetUnavailable => "target_unavailable",
            Self::TargetUncertain => "target_uncertain",
            Self::TargetRejected => "target_rejected",
            Self::TargetConflict => "target_conflict",
            Self::TargetMerged => "target_merged",
            Self::TargetMissing => "target_missing",
            Self::TargetDuplicate => "target_duplicate",
            Self::TargetTouched => "target_touched",
            Self::TargetDiffers => "target_differs",
            Self::NotOurs => "not_ours",
            Self::LimiterUnavailable => "limiter_unavailable",
            Self::LeaseLost => "lease_lost",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::QueueUnavailable => "queue_unavailable",
            Self::RefusedByWireGate => "refused_by_wire_gate",
            Self::PrivacyMismatch => "privacy_mismatch",
            Self::UnmappedValue => "unmapped_value",
            Self::BadValue => "bad_value",
            Self::ParentFailed => "parent_failed",
            Self::NoFallback => "no_fallback",
            Self::MapUnconfirmed => "map_unconfirmed",
            Self::AgentMissing => "agent_missing",
            Self::AgentsAwaited => "agents_awaited",
            Self::FieldLimit => "field_limit",
            Self::FieldUnsupported => "field_unsupported",
            Self::FileExpired => "file_expired",
            Self::FileTooLarge => "file_too_large",
            Self::FileMissing => "file_missing",
            Self::FileUnreadable => "file_unreadable",
            Self::ChangedSinceCopy => "changed_since_copy",
            Self::SupplementInvalid => "supplement_invalid",
            Self::SourceIncomplete => "source_incomplete",
            Self::ErrorBudget => "error_budget",
            Self::AttemptsExhausted => "attempts_exhausted",
        }
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A code this program does not know.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("failure code {0:?} is unknown to this version; upgrade the program that reads it")]
pub struct UnknownCode(pub String);

impl FromStr for FailureCode {
    type Err = UnknownCode;
    fn from_str(name: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|code| code.name() == name).ok_or_else(|| UnknownCode(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_that_parses_back_and_advice() {
        for code in FailureCode::ALL {
            assert_eq!(code.name().parse(), Ok(code));
            assert_eq!(serde_json::to_value(code).ok(), Some(serde_json::json!(code.name())));
            assert!(code.advice().len() > 20, "{code} needs advice");
        }
    }

    #[test]
    fn what_could_hurt_a_customer_halts() {
        for code in
            [FailureCode::RefusedByWireGate, FailureCode::PrivacyMismatch, FailureCode::TargetDuplicate]
        {
            assert_eq!(code.decision(), Decision::Halt);
        }
    }
}
