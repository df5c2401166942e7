//! A map that sends values where the destination has nothing, names external ids that cannot be, or merges a customer
//! twice.

use mapping::Problem;

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "broken-map",
    remedy: "correct the map with `flotilla map set` or import a corrected one",
    acknowledgeable: false,
    look: |sight| {
        let spec = &sight.terms.spec;
        let problems = mapping::problems(spec, &[]).into_iter();
        let broken = problems.filter(|one| matches!(one, Problem::UnknownTarget { .. } | Problem::BadPrefix));
        let mut affected: Vec<Affected> =
            broken.map(|one| Affected::new("map", one.code().name(), one)).collect();
        let clashes = mapping::clashing_groups(spec).into_iter();
        affected.extend(clashes.map(|group| {
            Affected::new(
                "customer_group",
                group,
                "a customer stands in two merged groups, or in none of two",
            )
        }));
        let says = format!("{} entries of the map cannot be followed", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Block, says, affected) }
    },
};
