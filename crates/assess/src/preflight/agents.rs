//! Technicians without a user: the fallback agent stands in for them. Made users, where the map says so, are invited by
//! e-mail.

use protocol::map_spec::MissingAgents;

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "missing-agents",
    remedy: "have an admin of Gorgias add them before the run, or let the fallback agent stand in; with map.missing_agents = wait the run waits for them",
    acknowledgeable: true,
    look: |sight| {
        let technicians = sight.facts.source.technicians.iter();
        let why = |one: &protocol::facts::TechnicianFacts| match (&one.address, one.user) {
            (None, _) => Some("no address is known"),
            (Some(_), None) => Some("no user has the address"),
            (Some(_), Some(_)) if !one.user_active => Some("the user cannot sign in"),
            _ => None,
        };
        let affected: Vec<Affected> = technicians
            .filter_map(|one| why(one).map(|why| Affected::new("technician", &one.id, why)))
            .collect();
        let says = format!("{} technicians have no user of Gorgias who may sign in", affected.len());
        match (affected.is_empty(), sight.terms.spec.create_agents) {
            (true, _) => None,
            (false, true) => Seen::new(
                Severity::Block,
                format!("{says}, and map.create_agents invites each by e-mail"),
                affected,
            ),
            (false, false) if sight.terms.spec.missing_agents == MissingAgents::Wait => Seen::new(
                Severity::Warn,
                format!("{says}, and the run waits for those who work and whose address is known"),
                affected,
            ),
            (false, false) => Seen::new(Severity::Warn, says, affected),
        }
    },
};
