//! The AI Agent may answer open tickets and costs a fee for each; no call shows it.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ai-agent",
    remedy: "turn the AI Agent off in Gorgias until the move is over, or let it leave tickets with the import's tag alone",
    acknowledgeable: true,
    look: |sight| {
        let found = crate::exposure(sight.facts).into_iter().filter(|one| one.acknowledge == "ai-agent");
        let id = |one: &crate::Exposure| one.id.map_or_else(|| "account".to_owned(), |id| id.to_string());
        let affected: Vec<Affected> =
            found.map(|one| Affected::new(&one.what, id(&one), &one.says)).collect();
        let says = format!(
            "the AI Agent cannot be seen by the API ({} to be looked at by hand): it may answer open tickets, at a fee each",
            affected.len()
        );
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};
