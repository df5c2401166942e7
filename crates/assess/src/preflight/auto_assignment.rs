//! Assignment by itself, which may give imported tickets to others than the map says.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "auto-assignment",
    remedy: "turn assignment off in Gorgias until the move is over, or acknowledge it",
    acknowledgeable: true,
    look: |sight| {
        let found =
            crate::exposure(sight.facts).into_iter().filter(|one| one.acknowledge == "auto-assignment");
        let id = |one: &crate::Exposure| one.id.map_or_else(|| "account".to_owned(), |id| id.to_string());
        let affected: Vec<Affected> =
            found.map(|one| Affected::new(&one.what, id(&one), &one.says)).collect();
        let says =
            format!("tickets are assigned by themselves ({} setting): imported ones may be", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};
