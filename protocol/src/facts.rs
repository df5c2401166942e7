//! What an assessment found on both sides: counts, shapes, ids and hashes, never a customer's text. Everything an
//! assessment says is computed from this, so that it can be said again without a call.

mod destination;
mod source;

pub use destination::{DestinationFacts, HookFacts, RuleFacts, SwitchFacts, TargetFieldFacts, UserFacts};
pub use source::{
    ColumnFacts, ContactFacts, DuplicateGroup, FieldFacts, GapFacts, Profile, SourceFacts, SupplementFacts,
    SupplementState, TechnicianFacts, ThreadFacts,
};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ObjectKind, SourceId, Survey, UnixMs};

/// Name of the facts in the dossier.
pub const FACTS: &str = "assessment.facts";

/// Name in the dossier of the lists of records the facts count.
pub const RECORDS: &str = "assessment.records";

/// Name in the dossier of what was acknowledged.
pub const ACKNOWLEDGED: &str = "assessment.acknowledged";

/// Name in the dossier of what stood at the destination before it was switched off for the move.
pub const SWITCHED_OFF: &str = "assessment.switched_off";

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// When it was looked at.
    pub at: UnixMs,
    /// The source.
    pub source: SourceFacts,
    /// The destination.
    pub destination: DestinationFacts,
    /// What the surveys counted, by kind.
    pub surveys: Vec<Survey>,
}

impl Facts {
    /// The survey of a kind.
    #[must_use]
    pub fn survey(&self, kind: ObjectKind) -> Option<&Survey> {
        self.surveys.iter().find(|survey| survey.kind == kind)
    }

    /// Records of a kind, 0 where it was not surveyed.
    #[must_use]
    pub fn count(&self, kind: ObjectKind) -> u64 {
        self.survey(kind).map_or(0, |survey| survey.count)
    }

    /// Records of a kind with a value of a facet.
    #[must_use]
    pub fn with(&self, kind: ObjectKind, facet: &str, value: &str) -> u64 {
        let survey = self.survey(kind).and_then(|survey| survey.observed.get(facet));
        survey.and_then(|values| values.get(value)).copied().unwrap_or(0)
    }
}

/// The records behind the facts' counts, for the lists of the pre-flight: ids alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// Tickets nobody has.
    pub unassigned: Vec<SourceId>,
    /// Contacts without a company.
    pub orphans: Vec<SourceId>,
    /// Tickets by facet and value, for values no map is born with a place for.
    pub tickets: BTreeMap<String, BTreeMap<String, Vec<SourceId>>>,
}

/// Who acknowledged what: the finding as it stood, so that another finding asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The person.
    pub by: String,
    /// When.
    pub at: UnixMs,
    /// Hash of the finding they saw.
    pub finding: String,
}

/// What was acknowledged, by pre-flight rule.
pub type Acknowledged = BTreeMap<String, Acknowledgement>;
