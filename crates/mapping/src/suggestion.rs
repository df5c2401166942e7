//! A whole map suggested from facts: values by what they say, fields by their surest candidate, and everything that is left
//! for an operator to decide. It only ever adds to the map it is given.

use protocol::{
    FieldMap, MapSpec,
    facts::{DuplicateGroup, Facts},
    map_spec::FieldDestination,
};
use serde::{Deserialize, Serialize};

use crate::{
    FieldProposal, Problem, RoleLine, Unmapped, problems, propose, propose_fields, role_matrix, undecided,
};

/// A map and what it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The map, to be confirmed or corrected.
    pub spec: MapSpec,
    /// Values only a default has a place for, or nothing.
    pub unmapped: Vec<Unmapped>,
    /// What could become of each field.
    pub fields: Vec<FieldProposal>,
    /// The matrix of roles.
    pub roles: Vec<RoleLine>,
    /// Groups of customers nobody has decided about.
    pub groups: Vec<DuplicateGroup>,
    /// What keeps records from moving under this map.
    pub problems: Vec<Problem>,
}

/// Suggests a map.
#[must_use]
pub fn suggest(facts: &Facts, base: &MapSpec) -> Suggestion {
    suggest_with(facts, base, propose_fields(facts, base))
}

/// The same with the candidates in an order somebody else has given them: the first of each is taken.
#[must_use]
pub fn suggest_with(facts: &Facts, base: &MapSpec, fields: Vec<FieldProposal>) -> Suggestion {
    let values = propose(&facts.surveys, base);
    let mut spec = values.spec;
    for one in fields.iter().filter(|one| !one.decided) {
        let Some(first) = one.candidates.first() else { continue };
        // A new field under its own name is what becomes of a field without a decision.
        let own = FieldDestination::Field { label: one.name.clone() };
        if first.existing.is_some() && first.destination != own
            || first.destination == FieldDestination::Companion
        {
            spec.fields.push(FieldMap {
                scope: one.scope.clone(),
                name: one.name.clone(),
                destination: first.destination.clone(),
            });
        }
    }
    Suggestion {
        unmapped: values.unmapped,
        roles: role_matrix(&facts.source.technicians, &spec),
        groups: undecided(&facts.source.duplicates, &spec).cloned().collect(),
        problems: problems(&spec, &facts.surveys),
        fields,
        spec,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{
        TargetId,
        facts::{FieldFacts, TargetFieldFacts},
    };

    use super::*;
    use crate::proposal::tests::ticket_survey;

    #[test]
    fn a_suggestion_decides_what_is_sure_and_lists_what_is_not() {
        let mut facts = Facts {
            surveys: vec![ticket_survey(&[
                ("status", &[("Done", 3), ("Odd", 2)]),
                ("assignee", &[("absent", 1)]),
            ])],
            ..Facts::default()
        };
        let field = |name: &str| FieldFacts {
            scope: "Ticket".to_owned(),
            name: name.to_owned(),
            data_type: "Text".to_owned(),
            choices: 0,
            profile: None,
        };
        facts.source.fields = vec![field("Order ID"), field("Room")];
        facts.source.duplicates =
            vec![DuplicateGroup { name: "a".to_owned(), ids: vec!["1".into(), "2".into()] }];
        facts.destination.fields = vec![TargetFieldFacts {
            id: TargetId(7),
            object: "Ticket".to_owned(),
            label: "Order number".to_owned(),
            takes: "text".to_owned(),
            managed: false,
        }];
        let found = suggest(&facts, &MapSpec::default());
        assert_eq!(found.spec.status.values.get("Done").map(String::as_str), Some("closed"));
        assert_eq!(
            found.spec.field("Ticket", "Order ID"),
            Some(&FieldDestination::Field { label: "Order number".to_owned() })
        );
        assert_eq!(found.spec.field("Ticket", "Room"), None, "a field of its own needs no entry");
        assert_eq!((found.unmapped.len(), found.groups.len(), found.problems.len()), (1, 1, 1));
        assert_eq!(suggest(&facts, &found.spec).spec, found.spec, "suggested again, nothing is added");
    }
}
