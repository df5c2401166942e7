//! Every role of a technician needs its like at the destination, where an admin sets it by the matrix.

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unmapped-roles",
    remedy: "give the role its place: `flotilla map set role.ROLE agent` (admin, agent, basic-agent, lite-agent or observer-agent)",
    acknowledgeable: false,
    look: |sight| {
        let technicians = &sight.facts.source.technicians;
        let lacking = mapping::unmapped_roles(technicians, &sight.terms.spec);
        let role = |id: &protocol::SourceId| {
            technicians.iter().find(|one| one.id == *id).and_then(|one| one.role.as_deref())
        };
        let affected: Vec<Affected> =
            lacking.iter().map(|id| Affected::new("technician", id, role(id).unwrap_or_default())).collect();
        let says = format!("{} technicians have a role that the map has no place for", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Block, says, affected) }
    },
};
