//! SLA policies attach when a ticket is made; no call shows them.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "sla-policies",
    remedy: "look at Settings > Productivity > SLAs in Gorgias and turn policies off until the move is over",
    acknowledgeable: true,
    look: |sight| {
        let found = crate::exposure(sight.facts).into_iter().filter(|one| one.acknowledge == "sla-policies");
        let id = |one: &crate::Exposure| one.id.map_or_else(|| "account".to_owned(), |id| id.to_string());
        let affected: Vec<Affected> =
            found.map(|one| Affected::new(&one.what, id(&one), &one.says)).collect();
        let says = format!(
            "policies cannot be seen by the API ({} to be looked at by hand): imported tickets may be measured",
            affected.len()
        );
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};
