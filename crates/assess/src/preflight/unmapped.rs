//! Values of status, priority and source that the map has no place for block; those that only the default takes are told.

use mapping::Facet;

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unmapped-values",
    remedy: "give each value its place: `flotilla map set status.VALUE open`, or let a default take it",
    acknowledgeable: false,
    look: |sight| {
        let unmapped = mapping::unplaced(&sight.facts.surveys, &sight.terms.spec);
        let (lost, taken): (Vec<_>, Vec<_>) = unmapped.into_iter().partition(|one| one.becomes.is_none());
        if !lost.is_empty() {
            let mut affected = Vec::new();
            for value in &lost {
                let tickets =
                    sight.records.tickets.get(value.facet.name()).and_then(|values| values.get(&value.value));
                let detail = format!("{} {:?}", value.facet, value.value);
                match tickets {
                    Some(ids) => affected.extend(ids.iter().map(|id| Affected::new("ticket", id, &detail))),
                    None => affected.push(Affected::new(
                        value.facet.name(),
                        &value.value,
                        format!("{} tickets", value.count),
                    )),
                }
            }
            let tickets: u64 = lost.iter().map(|value| value.count).sum();
            return Seen::new(
                Severity::Block,
                format!("{} values of {tickets} tickets have no place in the map", lost.len()),
                affected,
            );
        }
        // That a channel follows from the default is how the map is born.
        let told = taken.iter().filter(|value| value.facet != Facet::Source);
        let affected: Vec<Affected> = told
            .map(|value| {
                let becomes = value.becomes.as_deref().unwrap_or_default();
                Affected::new(
                    value.facet.name(),
                    &value.value,
                    format!("{} tickets become {becomes}", value.count),
                )
            })
            .collect();
        let says = format!("{} values are taken by a default alone", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};
