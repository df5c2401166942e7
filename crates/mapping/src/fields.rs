//! What could become of each custom field: a field that is there, one of its own, or the companion file; each with how sure
//! that is and why. Sure comes from names, types and what the values looked like; no value is known here.

use protocol::{
    MapSpec, TargetId,
    facts::{Facts, FieldFacts, TargetFieldFacts},
    map_spec::FieldDestination,
};
use serde::{Deserialize, Serialize};

use crate::words::likeness;

/// One thing that could become of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// What.
    pub destination: FieldDestination,
    /// The field of the destination that is there already.
    pub existing: Option<TargetId>,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Why.
    pub reasons: Vec<String>,
}

/// The candidates of one field, the surest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldProposal {
    /// What it hangs on.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// What could become of it.
    pub candidates: Vec<Candidate>,
    /// Whether an operator has decided; then the first candidate is their decision.
    pub decided: bool,
}

/// Least likeness of names for a field that is there to be a candidate at all.
const ALIKE: f64 = 0.3;

/// Proposes for every field of tickets, customers and contacts, and seats the fields that are used most first.
#[must_use]
pub fn propose_fields(facts: &Facts, spec: &MapSpec) -> Vec<FieldProposal> {
    let mut proposals: Vec<(FieldProposal, f64)> = facts
        .source
        .fields
        .iter()
        .filter(|field| object_of(field).is_some())
        .map(|field| (candidates(facts, spec, field), used(field).unwrap_or(0.5)))
        .collect();
    seat(facts, spec, &mut proposals);
    proposals.into_iter().map(|(proposal, _)| proposal).collect()
}

/// What a field of the destination hangs on that could take it.
fn object_of(field: &FieldFacts) -> Option<&'static str> {
    match field.scope.as_str() {
        "Ticket" => Some("Ticket"),
        "Customer" | "Contact" => Some("Customer"),
        _ => None,
    }
}

/// Share of the sampled records with a value.
fn used(field: &FieldFacts) -> Option<f64> {
    let profile = field.profile.as_ref().filter(|profile| profile.sampled > 0)?;
    Some(profile.present as f64 / profile.sampled as f64)
}

fn takes(field: &FieldFacts) -> &'static str {
    match field.data_type.as_str() {
        "Numeric" => "number",
        "Boolean" => "boolean",
        "Options" | "OptionsWithDependencies" if field.choices > 0 => "dropdown",
        _ => "text",
    }
}

fn candidates(facts: &Facts, spec: &MapSpec, field: &FieldFacts) -> FieldProposal {
    let (scope, name) = (field.scope.clone(), field.name.clone());
    if let Some(decision) = spec.field(&scope, &name) {
        let decided = Candidate {
            destination: decision.clone(),
            existing: None,
            confidence: 1.0,
            reasons: vec!["decided by an operator".to_owned()],
        };
        return FieldProposal { scope, name, candidates: vec![decided], decided: true };
    }
    let object = object_of(field).unwrap_or_default();
    let there = facts.destination.fields.iter().filter(|one| one.object == object && !one.managed);
    let mut candidates: Vec<Candidate> = there.filter_map(|one| existing(field, one)).collect();
    candidates.push(own(field));
    candidates.push(companion(field));
    candidates.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    FieldProposal { scope, name, candidates, decided: false }
}

fn existing(field: &FieldFacts, there: &TargetFieldFacts) -> Option<Candidate> {
    let like = likeness(&field.name, &there.label);
    if like.degree < ALIKE || there.takes != takes(field) {
        return None;
    }
    let mut reasons = vec![format!("{}: {:?}", like.why, there.label), format!("both take {}", there.takes)];
    reasons.extend(usage(field));
    let confidence = (0.25 + 0.65 * like.degree).min(0.95);
    let destination = FieldDestination::Field { label: there.label.clone() };
    Some(Candidate { destination, existing: Some(there.id), confidence, reasons })
}

fn own(field: &FieldFacts) -> Candidate {
    let fits = field.profile.as_ref().filter(|profile| profile.present > 0);
    let fitting = fits.map(|profile| profile.fitting as f64 / profile.present as f64);
    let mut reasons = vec![format!("a new field that takes {}", takes(field))];
    reasons.extend(usage(field));
    if let Some(share) = fitting.filter(|share| *share < 1.0) {
        reasons.push(format!("{:.0} % of the values are of its type", share * 100.0));
    }
    let confidence = 0.5 + 0.3 * used(field).unwrap_or(0.5) * fitting.unwrap_or(1.0);
    Candidate {
        destination: FieldDestination::Field { label: field.name.clone() },
        existing: None,
        confidence,
        reasons,
    }
}

fn companion(field: &FieldFacts) -> Candidate {
    let mut reasons = vec!["every value stays readable in the companion file".to_owned()];
    let never = used(field) == Some(0.0);
    reasons.extend(usage(field));
    let confidence = if never { 0.7 } else { 0.3 };
    Candidate { destination: FieldDestination::Companion, existing: None, confidence, reasons }
}

fn usage(field: &FieldFacts) -> Option<String> {
    let profile = field.profile.as_ref().filter(|profile| profile.sampled > 0)?;
    Some(match profile.present {
        0 => format!("never set in a sample of {}", profile.sampled),
        present => format!(
            "set in {present} of {} records, {} different values of {} to {} characters",
            profile.sampled, profile.distinct, profile.shortest, profile.longest
        ),
    })
}

/// Gives the slots that are left to the fields that are used most; for the others the companion file comes first.
fn seat(facts: &Facts, spec: &MapSpec, proposals: &mut [(FieldProposal, f64)]) {
    for (object, limit, own_link) in
        [("Ticket", spec.ticket_field_limit, 0), ("Customer", spec.customer_field_limit, 1)]
    {
        let there = facts.destination.fields.iter().filter(|field| field.object == object).count();
        let decided = proposals.iter().filter(|(one, _)| {
            let new = matches!(&one.candidates[0].destination, FieldDestination::Field { .. });
            one.decided && new && is_of(one, object)
        });
        let mut free = limit.saturating_sub(there + own_link + decided.count());
        let mut waiting: Vec<usize> = (0..proposals.len())
            .filter(|at| {
                let (one, _) = &proposals[*at];
                let first = &one.candidates[0];
                let new = first.existing.is_none() && first.destination != FieldDestination::Companion;
                !one.decided && new && is_of(one, object)
            })
            .collect();
        waiting.sort_by(|one, other| proposals[*other].1.total_cmp(&proposals[*one].1));
        for at in waiting {
            if free > 0 {
                free -= 1;
                continue;
            }
            let candidates = &mut proposals[at].0.candidates;
            for one in candidates.iter_mut() {
                match (&one.destination, one.existing) {
                    (FieldDestination::Companion, _) => {
                        one.confidence = 0.75;
                        one.reasons
                            .insert(0, "no slot is left: fields that are used more have them".to_owned());
                    }
                    (FieldDestination::Field { .. }, None) => one.confidence *= 0.5,
                    _ => {}
                }
            }
            candidates.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        }
    }
}

fn is_of(one: &FieldProposal, object: &str) -> bool {
    if object == "Ticket" { one.scope == "Ticket" } else { one.scope != "Ticket" }
}

#[cfg(test)]
mod tests {
    use protocol::facts::Profile;

    use super::*;

    fn field(name: &str, data_type: &str, present: u64) -> FieldFacts {
        let profile =
            Profile { sampled: 10, present, distinct: present, shortest: 1, longest: 9, fitting: present };
        FieldFacts {
            scope: "Ticket".to_owned(),
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            choices: 2,
            profile: Some(profile),
        }
    }

    fn there(id: i64, label: &str, takes: &str) -> TargetFieldFacts {
        TargetFieldFacts {
            id: TargetId(id),
            object: "Ticket".to_owned(),
            label: label.to_owned(),
            takes: takes.to_owned(),
            managed: false,
        }
    }

    #[test]
    fn a_field_that_is_there_is_proposed_by_name_synonym_and_type() {
        let mut facts = Facts::default();
        facts.source.fields = vec![
            field("order number", "Text", 5),
            field("Order ID", "Text", 5),
            field("Order Number", "Numeric", 5),
        ];
        facts.destination.fields = vec![there(7, "Order number", "text")];
        let found = propose_fields(&facts, &MapSpec::default());
        let first = |at: usize| &found[at].candidates[0];
        assert_eq!((first(0).existing, first(1).existing), (Some(TargetId(7)), Some(TargetId(7))));
        assert!(first(0).confidence > first(1).confidence);
        assert_eq!(first(2).existing, None, "a number does not go into a text field by its name alone");
        assert!(found.iter().all(|one| one.candidates.iter().all(|candidate| !candidate.reasons.is_empty())));
    }

    #[test]
    fn slots_go_to_the_fields_that_are_used_most_and_a_field_never_set_needs_none() {
        let mut facts = Facts::default();
        facts.source.fields =
            vec![field("A", "Text", 1), field("B", "Text", 9), field("C", "Text", 5), field("D", "Text", 0)];
        let spec = MapSpec { ticket_field_limit: 2, ..MapSpec::default() };
        let found = propose_fields(&facts, &spec);
        let companion: Vec<&str> = found
            .iter()
            .filter(|one| one.candidates[0].destination == FieldDestination::Companion)
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(companion, ["A", "D"]);
    }

    #[test]
    fn what_an_operator_decided_is_the_only_candidate() {
        let mut facts = Facts::default();
        facts.source.fields = vec![field("A", "Text", 9)];
        let decided = protocol::FieldMap {
            scope: "Ticket".to_owned(),
            name: "A".to_owned(),
            destination: FieldDestination::Companion,
        };
        let spec = MapSpec { fields: vec![decided], ..MapSpec::default() };
        let found = propose_fields(&facts, &spec);
        assert!(found[0].decided && found[0].candidates.len() == 1);
    }
}
