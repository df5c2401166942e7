//! What the observed values suggest. A proposal only ever adds to the spec it is given: what an operator has written
//! stays as it is.

use protocol::{MapSpec, ObjectKind, Survey, map_spec::fold};
use serde::{Deserialize, Serialize};

use crate::Facet;

/// A spec made of a base and of what was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The spec, to be confirmed or corrected.
    pub spec: MapSpec,
    /// Observed values that only the default (or nothing) has a place for.
    pub unmapped: Vec<Unmapped>,
}

/// An observed value nobody has decided about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmapped {
    /// What it is a value of.
    pub facet: Facet,
    /// The value as the source spells it; empty for none.
    pub value: String,
    /// Records that have it.
    pub count: u64,
    /// What the default makes of it; nothing when there is no default, and the records are rejected.
    pub becomes: Option<String>,
}

/// Words that say by themselves what a value means.
const MEANINGS: [(Facet, &str, &[&str]); 8] = [
    (
        Facet::Status,
        "closed",
        &["closed", "resolved", "done", "complete", "completed", "solved", "cancelled", "canceled"],
    ),
    (Facet::Status, "open", &["open", "new", "pending", "in progress", "on hold", "waiting", "reopened"]),
    (Facet::Priority, "critical", &["critical", "urgent", "emergency"]),
    (Facet::Priority, "high", &["high"]),
    (Facet::Priority, "normal", &["normal", "medium"]),
    (Facet::Priority, "low", &["low"]),
    (Facet::Source, "api", &["api", "agent", "alert"]),
    (Facet::Source, "api", &["portal", "email", "phone", "chat"]),
];

/// Adds what the observed values say by themselves and lists those that say nothing.
#[must_use]
pub fn propose(surveys: &[Survey], base: &MapSpec) -> Proposal {
    let mut spec = base.clone();
    let mut unmapped = Vec::new();
    for (facet, value, count) in observed(surveys, base) {
        if facet.map(&spec).values.keys().any(|known| fold(known) == fold(value)) {
            continue;
        }
        match meaning(facet, value) {
            Some(to) => {
                facet.map_mut(&mut spec).values.insert(value.to_owned(), to.to_owned());
            }
            None => unmapped.push(Unmapped {
                facet,
                value: value.to_owned(),
                count,
                becomes: facet.map(base).default.clone(),
            }),
        }
    }
    Proposal { spec, unmapped }
}

/// Observed values the spec itself has no entry for: its default takes them, or nothing does.
#[must_use]
pub fn unplaced(surveys: &[Survey], spec: &MapSpec) -> Vec<Unmapped> {
    let known =
        |facet: Facet, value: &str| facet.map(spec).values.keys().any(|known| fold(known) == fold(value));
    let open = observed(surveys, spec).filter(|(facet, value, _)| !known(*facet, value));
    let unmapped = |(facet, value, count): (Facet, &str, u64)| Unmapped {
        facet,
        value: value.to_owned(),
        count,
        becomes: facet.map(spec).default.clone(),
    };
    open.map(unmapped).collect()
}

/// Every observed value that the map must have a place for, with its count.
pub(crate) fn observed<'a>(
    surveys: &'a [Survey],
    spec: &'a MapSpec,
) -> impl Iterator<Item = (Facet, &'a str, u64)> {
    let tickets = surveys.iter().filter(|survey| survey.kind == ObjectKind::Ticket);
    tickets
        .flat_map(|survey| Facet::ALL.into_iter().map(move |facet| (survey, facet)))
        .flat_map(|(survey, facet)| {
            let values = survey.observed.get(facet.name()).into_iter().flatten();
            values.map(move |(value, count)| (facet, value.as_str(), *count))
        })
        .filter(|(facet, value, _)| *facet != Facet::Status || !spec.excludes(value))
}

fn meaning(facet: Facet, value: &str) -> Option<&'static str> {
    let value = fold(value);
    MEANINGS
        .iter()
        .find(|(of, _, words)| *of == facet && words.contains(&value.as_str()))
        .map(|(_, to, _)| *to)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    pub(crate) fn ticket_survey(observed: &[(&str, &[(&str, u64)])]) -> Survey {
        let counts = |values: &[(&str, u64)]| values.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect();
        let observed: BTreeMap<_, BTreeMap<_, _>> =
            observed.iter().map(|(facet, values)| ((*facet).to_owned(), counts(values))).collect();
        Survey { kind: ObjectKind::Ticket, count: 10, declared: Some(10), pages: 1, observed }
    }

    #[test]
    fn a_value_that_speaks_for_itself_is_proposed_and_any_other_is_listed() {
        let survey = ticket_survey(&[
            ("status", &[("Open", 3), ("DONE", 2), ("Waiting Vendor", 4), ("Spam", 1)]),
            ("priority", &[("Urgent", 1), ("", 2)]),
        ]);
        let proposal = propose(&[survey], &MapSpec::default());
        assert_eq!(proposal.spec.status.values.get("DONE").map(String::as_str), Some("closed"));
        assert_eq!(proposal.spec.priority.values.get("Urgent").map(String::as_str), Some("critical"));
        let listed: Vec<_> = proposal.unmapped.iter().map(|u| (u.facet, u.value.as_str(), u.count)).collect();
        assert_eq!(listed, [(Facet::Status, "Waiting Vendor", 4), (Facet::Priority, "", 2)]);
        assert_eq!(proposal.unmapped[0].becomes.as_deref(), Some("open"));
    }

    #[test]
    fn what_an_operator_wrote_stays() {
        let mut base = MapSpec::default();
        base.status.values.insert("done".to_owned(), "open".to_owned());
        let survey = ticket_survey(&[("status", &[("DONE", 2)])]);
        let proposal = propose(&[survey], &base);
        assert_eq!(proposal.spec, base);
        assert_eq!(proposal.unmapped, []);
    }
}
