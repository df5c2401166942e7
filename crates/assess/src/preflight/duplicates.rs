//! Customers whose names are the same need a decision each: merge them, or keep them apart.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "duplicate-customers",
    remedy: "decide about each group: `flotilla map set group.ID merge` or `flotilla map set group.ID keep`, ID being any customer of it",
    acknowledgeable: false,
    look: |sight| {
        let found = &sight.facts.source.duplicates;
        let open: Vec<_> = mapping::undecided(found, &sight.terms.spec).collect();
        let members = |groups: &[&protocol::facts::DuplicateGroup]| -> Vec<Affected> {
            let each = groups
                .iter()
                .flat_map(|group| group.ids.iter().map(|id| Affected::new("customer", id, &group.name)));
            each.collect()
        };
        if found.is_empty() {
            return None;
        }
        if open.is_empty() {
            let all: Vec<_> = found.iter().collect();
            return Seen::new(
                Severity::Info,
                format!("{} groups of customers of the same name, all decided", found.len()),
                members(&all),
            );
        }
        Seen::new(
            Severity::Block,
            format!("{} groups of customers of the same name wait for a decision", open.len()),
            members(&open),
        )
    },
};
