//! Listings the plan or the token does not give: what they hold stays out of the documents.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "listings-not-given",
    remedy: "give the Atera token the right to read them, or go without",
    acknowledgeable: true,
    look: |sight| {
        let unavailable = sight.facts.source.unavailable.iter();
        let affected: Vec<Affected> =
            unavailable.map(|name| Affected::new("listing", name, "refused")).collect();
        let says = format!("{} listings of the source are not given", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};
