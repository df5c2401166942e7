//! Rules of the destination that listen to what an import sets off.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "rules-that-fire",
    remedy: "switch them off for the move (`flotilla assess --deactivate`), or acknowledge them: `flotilla assess ack rules-that-fire --by NAME`",
    acknowledgeable: true,
    look: |sight| {
        let found =
            crate::exposure(sight.facts).into_iter().filter(|one| one.acknowledge == "rules-that-fire");
        let id = |one: &crate::Exposure| one.id.map_or_else(|| "account".to_owned(), |id| id.to_string());
        let affected: Vec<Affected> =
            found.map(|one| Affected::new(&one.what, id(&one), &one.says)).collect();
        let says = format!("{} rules of Gorgias would act on imported tickets", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Block, says, affected) }
    },
};
