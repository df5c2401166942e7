//! Customers whose names are the same: which of their groups nobody has decided about yet, and how many customers a
//! decision leaves out.

use protocol::{
    MapSpec, SourceId,
    facts::DuplicateGroup,
    map_spec::{CustomerGroup, GroupDecision},
};

/// Groups without a decision, or with one that was made for other customers: a name met again asks again.
pub fn undecided<'a>(
    found: &'a [DuplicateGroup],
    spec: &'a MapSpec,
) -> impl Iterator<Item = &'a DuplicateGroup> {
    let covers =
        |group: &CustomerGroup, found: &DuplicateGroup| found.ids.iter().all(|id| group.ids.contains(id));
    found
        .iter()
        .filter(move |one| spec.customer_groups.get(&one.name).is_none_or(|group| !covers(group, one)))
}

/// Customers left out because another one stands in their place.
#[must_use]
pub fn merged_away(spec: &MapSpec) -> u64 {
    let merged = spec.customer_groups.values().filter(|group| group.decision == GroupDecision::Merge);
    merged.map(|group| group.ids.len().saturating_sub(1) as u64).sum()
}

/// Why decisions about groups cannot stand together: a customer in two merged groups, or a group without two customers.
#[must_use]
pub fn clashing_groups(spec: &MapSpec) -> Vec<&str> {
    let merged: Vec<(&str, &[SourceId])> = spec
        .customer_groups
        .iter()
        .filter(|(_, group)| group.decision == GroupDecision::Merge)
        .map(|(name, group)| (name.as_str(), group.ids.as_slice()))
        .collect();
    let clashes = |at: usize| {
        let (_, ids) = merged[at];
        ids.len() < 2
            || merged
                .iter()
                .enumerate()
                .any(|(other, (_, theirs))| other != at && ids.iter().any(|id| theirs.contains(id)))
    };
    (0..merged.len()).filter(|at| clashes(*at)).map(|at| merged[at].0).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn found(name: &str, ids: &[i64]) -> DuplicateGroup {
        DuplicateGroup { name: name.to_owned(), ids: ids.iter().map(|id| SourceId::from(*id)).collect() }
    }

    fn spec(groups: &[(&str, GroupDecision, &[i64])]) -> MapSpec {
        let group = |decision, ids: &[i64]| CustomerGroup { decision, ids: found("", ids).ids };
        let groups = groups.iter().map(|(name, decision, ids)| ((*name).to_owned(), group(*decision, ids)));
        MapSpec { customer_groups: groups.collect::<BTreeMap<_, _>>(), ..MapSpec::default() }
    }

    #[test]
    fn a_group_is_decided_for_the_customers_the_decision_names() {
        let seen = [found("a", &[1, 2]), found("b", &[3, 4, 5]), found("c", &[6, 7])];
        let decided = spec(&[("a", GroupDecision::Keep, &[1, 2]), ("b", GroupDecision::Merge, &[3, 4])]);
        let open: Vec<&str> = undecided(&seen, &decided).map(|group| group.name.as_str()).collect();
        assert_eq!(open, ["b", "c"], "one customer of b is new since");
    }

    #[test]
    fn a_merge_leaves_out_all_but_the_first_and_keeping_leaves_out_none() {
        let decided = spec(&[("a", GroupDecision::Keep, &[1, 2]), ("b", GroupDecision::Merge, &[3, 4, 5])]);
        assert_eq!(merged_away(&decided), 2);
        assert!(clashing_groups(&decided).is_empty());
        let clash = spec(&[("a", GroupDecision::Merge, &[1, 2]), ("b", GroupDecision::Merge, &[2, 3])]);
        assert_eq!(clashing_groups(&clash), ["a", "b"]);
        assert_eq!(clashing_groups(&spec(&[("a", GroupDecision::Merge, &[1])])), ["a"]);
    }
}
