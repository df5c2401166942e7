//! The fallback agent must be a user of the destination who may sign in.

use protocol::map_spec::address_hash;

use super::{Affected, Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "fallback-agent",
    remedy: "set map.fallback_agent to the address of an active Gorgias user",
    acknowledgeable: false,
    look: |sight| {
        let named = sight.terms.spec.fallback_agent.as_ref()?;
        let hash = if named.contains('@') { address_hash(named) } else { named.clone() };
        let users = &sight.facts.destination.users;
        let there = users.iter().any(|user| user.active && user.address.as_ref() == Some(&hash));
        let says = "the fallback agent is no active user of Gorgias";
        if there { None } else { Seen::new(Severity::Block, says, vec![Affected::new("address", hash, "")]) }
    },
};
