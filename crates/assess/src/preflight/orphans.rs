//! Contacts without a company need one to fall back on.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "orphan-contacts",
    remedy: "name the customer who takes them: map.fallback_customer, its id at the source",
    acknowledgeable: false,
    look: |sight| {
        let affected: Vec<Affected> =
            sight.records.orphans.iter().map(|id| Affected::new("contact", id, "no company")).collect();
        let count = affected.len();
        match &sight.terms.spec.fallback_customer {
            _ if count == 0 => None,
            None => Seen::new(
                Severity::Block,
                format!("{count} contacts have no company and no fallback customer is named"),
                affected,
            ),
            Some(_) => Seen::new(
                Severity::Info,
                format!("{count} contacts have no company and go to the fallback customer"),
                affected,
            ),
        }
    },
};
