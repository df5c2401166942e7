//! What is wrong with a map, found before anything moves. A spec without problems can still reject single records; it
//! cannot halt for want of a decision.

use std::fmt;

use protocol::{FailureCode, MapSpec, ObjectKind, Survey, map_spec::fold};
use serde::{Deserialize, Serialize};

use crate::{Facet, proposal::observed};

/// Something the operator has to settle before records move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "problem")]
pub enum Problem {
    /// An observed value has no place in the map, and the map has no default.
    Unmapped {
        /// What it is a value of.
        facet: Facet,
        /// The value as the source spells it.
        value: String,
        /// Records that have it.
        count: u64,
    },
    /// The map sends a value to one the destination does not know.
    UnknownTarget {
        /// What it is a value of.
        facet: Facet,
        /// The value of the source; nothing when the default itself is meant.
        value: Option<String>,
        /// Where the map sends it.
        to: String,
    },
    /// Nobody stands in for a missing technician. Unassigned tickets and notes of the system need one too.
    NoFallbackAgent {
        /// Tickets of the survey without an assignee.
        unassigned: u64,
    },
    /// Nobody stands in for a missing company.
    NoFallbackCustomer {
        /// Contacts of the survey without one.
        orphans: u64,
    },
    /// The first part of every external id is empty or holds a colon, a space or a control character.
    BadPrefix,
}

impl Problem {
    /// The code it would otherwise end in.
    #[must_use]
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Unmapped { .. } | Self::UnknownTarget { .. } => FailureCode::UnmappedValue,
            Self::NoFallbackAgent { .. } | Self::NoFallbackCustomer { .. } => FailureCode::NoFallback,
            Self::BadPrefix => FailureCode::BadValue,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmapped { facet, value, count } => {
                write!(f, "{count} tickets have {facet} {value:?}, which the map has no place for: add it or a default")
            }
            Self::UnknownTarget { facet, value: Some(value), to } => {
                write!(f, "the map sends {facet} {value:?} to {to:?}, which the destination does not know: correct it")
            }
            Self::UnknownTarget { facet, value: None, to } => {
                write!(f, "the default for {facet} is {to:?}, which the destination does not know: correct it")
            }
            Self::NoFallbackAgent { unassigned } => {
                write!(f, "{unassigned} tickets have no assignee and no fallback agent is named: set map.fallback_agent")
            }
            Self::NoFallbackCustomer { orphans } => {
                write!(f, "{orphans} contacts have no company and no fallback customer is named: set map.fallback_customer")
            }
            Self::BadPrefix => {
                f.write_str("the prefix of external ids is empty or has a colon, space or control character: set map.prefix")
            }
        }
    }
}

/// Everything that is wrong with a spec in the light of what was observed; empty when nothing is.
#[must_use]
pub fn problems(spec: &MapSpec, surveys: &[Survey]) -> Vec<Problem> {
    let mut found = Vec::new();
    let bad = |c: char| c == ':' || c.is_whitespace() || c.is_control();
    if spec.prefix.is_empty() || spec.prefix.contains(bad) {
        found.push(Problem::BadPrefix);
    }
    for facet in Facet::ALL {
        found.extend(unknown_targets(facet, spec));
    }
    for (facet, value, count) in observed(surveys, spec) {
        let map = facet.map(spec);
        let known = map.default.is_some() || map.values.keys().any(|key| fold(key) == fold(value));
        if !known {
            found.push(Problem::Unmapped { facet, value: value.to_owned(), count });
        }
    }
    let tickets = surveys.iter().any(|survey| survey.kind == ObjectKind::Ticket && survey.count > 0);
    if tickets && spec.fallback_agent.is_none() {
        let unassigned = counted(surveys, ObjectKind::Ticket, "assignee", "absent");
        found.push(Problem::NoFallbackAgent { unassigned });
    }
    let orphans = counted(surveys, ObjectKind::Contact, "company", "absent");
    if orphans > 0 && spec.fallback_customer.is_none() {
        found.push(Problem::NoFallbackCustomer { orphans });
    }
    found
}

fn unknown_targets(facet: Facet, spec: &MapSpec) -> Vec<Problem> {
    let map = facet.map(spec);
    let pairs = map.values.iter().map(|(value, to)| (Some(value.clone()), to));
    let default = map.default.iter().map(|to| (None, to));
    pairs
        .chain(default)
        .filter(|(_, to)| !facet.allows(to))
        .map(|(value, to)| Problem::UnknownTarget { facet, value, to: to.clone() })
        .collect()
}

fn counted(surveys: &[Survey], kind: ObjectKind, facet: &str, value: &str) -> u64 {
    let of_kind = surveys.iter().filter(|survey| survey.kind == kind);
    of_kind.filter_map(|survey| survey.observed.get(facet)?.get(value)).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::proposal::tests::ticket_survey;

    fn sound() -> MapSpec {
        MapSpec {
            fallback_agent: Some("desk@shop.example".to_owned()),
            fallback_customer: Some("1".into()),
            ..MapSpec::default()
        }
    }

    #[test]
    fn a_sound_spec_has_no_problems() {
        let survey = ticket_survey(&[("status", &[("Open", 3), ("Odd", 1)]), ("assignee", &[("absent", 2)])]);
        assert_eq!(problems(&sound(), &[survey]), []);
    }

    #[test]
    fn an_unseen_value_without_a_default_is_a_problem_unless_excluded() {
        let mut spec = sound();
        spec.status.default = None;
        let survey = ticket_survey(&[("status", &[("Open", 3), ("Odd", 1), ("Deleted", 9)])]);
        let expected = Problem::Unmapped { facet: Facet::Status, value: "Odd".to_owned(), count: 1 };
        assert_eq!(problems(&spec, &[survey]), [expected]);
    }

    #[test]
    fn missing_fallbacks_are_problems_only_where_they_are_needed() {
        let orphans = BTreeMap::from([("company".to_owned(), BTreeMap::from([("absent".to_owned(), 4)]))]);
        let contacts =
            Survey { kind: ObjectKind::Contact, count: 9, declared: None, pages: 1, observed: orphans };
        let tickets = ticket_survey(&[("assignee", &[("absent", 2), ("present", 8)])]);
        let found = problems(&MapSpec::default(), &[contacts, tickets]);
        assert_eq!(
            found,
            [Problem::NoFallbackAgent { unassigned: 2 }, Problem::NoFallbackCustomer { orphans: 4 }]
        );
        assert!(found.iter().all(|problem| problem.code() == FailureCode::NoFallback));
        assert_eq!(problems(&MapSpec::default(), &[]), []);
    }

    #[test]
    fn targets_the_destination_does_not_know_are_named() {
        let mut spec = sound();
        spec.status.values.insert("Pending".to_owned(), "pending".to_owned());
        spec.channel.default = Some("internal-note".to_owned());
        spec.prefix = "two words".to_owned();
        let found = problems(&spec, &[]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|problem| problem.to_string().contains(": ")));
    }
}
