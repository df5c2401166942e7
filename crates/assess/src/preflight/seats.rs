//! Seats: people with a login and technicians who need one, against the seats of the plan.

use super::{Affected, Rule, Seen, Severity};
use crate::discovery::seats;

pub(super) const RULE: Rule = Rule {
    id: "seats",
    remedy: "buy the seats, free some, or let the fallback agent stand in; say how many the plan has with `flotilla assess --seats N`",
    acknowledgeable: true,
    look: |sight| {
        let seats = seats(sight.facts, sight.terms);
        let lacks =
            |one: &&protocol::facts::TechnicianFacts| one.active && (one.user.is_none() || !one.user_active);
        let waiting = sight.facts.source.technicians.iter().filter(lacks);
        let affected: Vec<Affected> =
            waiting.map(|one| Affected::new("technician", &one.id, "needs a seat")).collect();
        let needed = seats.used + seats.wanted;
        match (seats.paid, seats.overage) {
            (Some(paid), Some(over)) if over > 0 => Seen::new(
                Severity::Block,
                format!("{needed} seats are needed and {paid} are there: {over} too few"),
                affected,
            ),
            (Some(_), _) => None,
            (None, _) if affected.is_empty() => None,
            (None, _) => Seen::new(
                Severity::Warn,
                format!(
                    "{needed} seats are needed ({} used, {} wanted); no call tells how many the plan has",
                    seats.used, seats.wanted
                ),
                affected,
            ),
        }
    },
};
