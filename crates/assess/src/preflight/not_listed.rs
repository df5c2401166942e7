//! Ids the source's listings leave out: deleted for good, or never shown by the API.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ids-not-listed",
    remedy: "nothing can be read of them; compare their number with what the source's own reports say was deleted",
    acknowledgeable: true,
    look: |sight| {
        let gaps = sight.facts.source.gaps.iter().filter(|(_, gap)| gap.missing > 0);
        let affected: Vec<Affected> = gaps
            .flat_map(|(kind, gap)| {
                gap.widest.iter().map(move |(first, last)| {
                    Affected::new(kind.name(), format!("{first}-{last}"), last - first + 1)
                })
            })
            .collect();
        let missing: u64 = sight.facts.source.gaps.values().map(|gap| gap.missing).sum();
        let says = format!("{missing} ids between the lowest and the highest are not listed by the source");
        if affected.is_empty() { None } else { Seen::new(Severity::Info, says, affected) }
    },
};
