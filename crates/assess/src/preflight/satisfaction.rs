//! Satisfaction surveys that closing an imported ticket may send.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "satisfaction-surveys",
    remedy: "turn the surveys off in Gorgias until the move is over, or acknowledge: `flotilla assess ack satisfaction-surveys --by NAME`",
    acknowledgeable: true,
    look: |sight| {
        let found =
            crate::exposure(sight.facts).into_iter().filter(|one| one.acknowledge == "satisfaction-surveys");
        let id = |one: &crate::Exposure| one.id.map_or_else(|| "account".to_owned(), |id| id.to_string());
        let affected: Vec<Affected> =
            found.map(|one| Affected::new(&one.what, id(&one), &one.says)).collect();
        let says = format!(
            "satisfaction surveys are on ({} setting): customers may be asked about imported tickets",
            affected.len()
        );
        if affected.is_empty() { None } else { Seen::new(Severity::Block, says, affected) }
    },
};
