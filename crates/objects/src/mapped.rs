//! What comes out of a mapping: a target with its fingerprint and the notes about what could not move as it was, or a
//! reject. Record trouble is data here, never an error of the program.

use protocol::{FailureCode, Fingerprint, Outcome, SourceId};
use serde::Serialize;

/// A record ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<T> {
    /// What is to be written.
    pub target: T,
    /// Hash of the target's JSON with placeholders for uploads: independent of addresses, runs and clocks.
    pub fingerprint: Fingerprint,
    /// What did not move as it was.
    pub notes: Vec<Note>,
}

impl<T: Serialize> Mapped<T> {
    /// Takes the fingerprint of a target.
    ///
    /// # Errors
    /// [`Reject`] when the target has no JSON form.
    pub fn new(target: T, notes: Vec<Note>) -> Result<Self, Reject> {
        let fingerprint = fingerprint(&target)?;
        Ok(Self { target, fingerprint, notes })
    }
}

/// The fingerprint of anything that is to be written.
pub(crate) fn fingerprint(target: &impl Serialize) -> Result<Fingerprint, Reject> {
    serde_json::to_vec(target)
        .map(|json| Fingerprint::of(&json))
        .map_err(|_| Reject::new(FailureCode::BadValue, "the target has no JSON form"))
}

/// Something that did not move as it was, for the companion file and the reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "note")]
pub enum Note {
    /// A custom field's value belongs in the companion file. It is a customer's text: it goes into the deliverable and
    /// nowhere else.
    CompanionValue {
        /// The scope of the field at the source.
        scope: String,
        /// The record the value belongs to.
        record: SourceId,
        /// The field.
        field: String,
        /// The value as the source has it.
        value: String,
        /// Why it did not land in a field.
        cause: FailureCode,
    },
    /// A file or inline image did not move.
    AssetNotMoved {
        /// Its key.
        asset: SourceId,
        /// Why.
        cause: FailureCode,
    },
    /// A technician has no user at the destination. Name and address go into the deliverable and nowhere else.
    AgentWithoutUser {
        /// Their name.
        name: String,
        /// Their address.
        email: String,
        /// Why there is no user for them.
        cause: FailureCode,
    },
    /// The ticket had no assignee; the fallback agent has it.
    UnassignedToFallback,
    /// The fallback agent stands in for a technician who has no user.
    FallbackAgentUsed {
        /// The technician, if the source names one.
        technician: Option<SourceId>,
    },
    /// The author's name stands in the message, since the author has no record of their own.
    AuthorKeptInBody {
        /// Messages this happened to.
        messages: u64,
    },
    /// A contact without a company is linked to the fallback customer.
    OrphanLinked {
        /// The fallback customer.
        to: SourceId,
    },
    /// A ticket whose requester and company are not at the source belongs to the fallback customer.
    FallbackCustomerUsed,
    /// A tag cannot be carried by the destination.
    TagNotMoved {
        /// Why.
        cause: FailureCode,
    },
    /// A text was cut to the destination's limit.
    TextCut {
        /// Which one.
        field: &'static str,
    },
    /// A point in time could not be read; the nearest known one stands in.
    TimeSubstituted {
        /// Records this happened to.
        count: u64,
    },
    /// An e-mail or phone that is not well formed is kept in `data` alone.
    AddressNotMoved {
        /// `email` or `phone`.
        channel: &'static str,
    },
}

impl Note {
    /// The cause, for notes about something that stayed behind.
    #[must_use]
    pub fn cause(&self) -> Option<FailureCode> {
        match self {
            Self::CompanionValue { cause, .. }
            | Self::AssetNotMoved { cause, .. }
            | Self::AgentWithoutUser { cause, .. }
            | Self::TagNotMoved { cause } => Some(*cause),
            Self::TextCut { .. } | Self::TimeSubstituted { .. } | Self::AddressNotMoved { .. } => {
                Some(FailureCode::BadValue)
            }
            Self::FallbackAgentUsed { .. } => Some(FailureCode::AgentMissing),
            Self::UnassignedToFallback
            | Self::AuthorKeptInBody { .. }
            | Self::OrphanLinked { .. }
            | Self::FallbackCustomerUsed => None,
        }
    }

    /// The note's name, for counting.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CompanionValue { .. } => "companion_value",
            Self::AssetNotMoved { .. } => "asset_not_moved",
            Self::AgentWithoutUser { .. } => "agent_without_user",
            Self::UnassignedToFallback => "unassigned_to_fallback",
            Self::FallbackAgentUsed { .. } => "fallback_agent_used",
            Self::AuthorKeptInBody { .. } => "author_kept_in_body",
            Self::OrphanLinked { .. } => "orphan_linked",
            Self::FallbackCustomerUsed => "fallback_customer_used",
            Self::TagNotMoved { .. } => "tag_not_moved",
            Self::TextCut { .. } => "text_cut",
            Self::TimeSubstituted { .. } => "time_substituted",
            Self::AddressNotMoved { .. } => "address_not_moved",
        }
    }
}

/// A record that is not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}: {detail}; {}", cause.advice())]
pub struct Reject {
    /// Why.
    pub cause: FailureCode,
    /// Which column it falls in: rejected, or skipped when nothing needs repair.
    pub outcome: Outcome,
    /// What exactly, free of any customer's text.
    pub detail: String,
    /// What an operator finds in the companion files about it.
    pub notes: Vec<Note>,
}

impl Reject {
    /// A record that cannot be mapped.
    #[must_use]
    pub fn new(cause: FailureCode, detail: impl Into<String>) -> Self {
        Self { cause, outcome: Outcome::Rejected, detail: detail.into(), notes: Vec::new() }
    }

    /// A record that is left for a stated reason and needs no repair.
    #[must_use]
    pub fn skip(cause: FailureCode, detail: impl Into<String>) -> Self {
        Self { cause, outcome: Outcome::Skipped, detail: detail.into(), notes: Vec::new() }
    }
}
