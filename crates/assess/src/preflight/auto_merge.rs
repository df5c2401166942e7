//! Merging by itself, which may fold imported tickets into each other.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "auto-merge",
    remedy: "turn merging off in Gorgias until the move is over, or acknowledge: `flotilla assess ack auto-merge --by NAME`",
    acknowledgeable: true,
    look: |sight| {
        let found = crate::exposure(sight.facts).into_iter().filter(|one| one.acknowledge == "auto-merge");
        let id = |one: &crate::Exposure| one.id.map_or_else(|| "account".to_owned(), |id| id.to_string());
        let affected: Vec<Affected> =
            found.map(|one| Affected::new(&one.what, id(&one), &one.says)).collect();
        let says =
            format!("tickets are merged by themselves ({} setting): imported ones may be", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Block, says, affected) }
    },
};
