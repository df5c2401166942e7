//! Tickets nobody has need somebody to fall back on.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unassigned-tickets",
    remedy: "name who takes them: map.fallback_agent, the address of an active Gorgias user",
    acknowledgeable: false,
    look: |sight| {
        let affected: Vec<Affected> =
            sight.records.unassigned.iter().map(|id| Affected::new("ticket", id, "no technician")).collect();
        let count = affected.len();
        match &sight.terms.spec.fallback_agent {
            _ if count == 0 => None,
            None => Seen::new(
                Severity::Block,
                format!("{count} tickets have no technician and no fallback agent is named"),
                affected,
            ),
            Some(_) => Seen::new(
                Severity::Info,
                format!("{count} tickets have no technician and go to the fallback agent"),
                affected,
            ),
        }
    },
};
