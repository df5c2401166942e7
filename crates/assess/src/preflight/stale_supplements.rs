//! Supplements that are old: tickets, technicians and tags go on at the source, an exported file does not.

use jiff::Timestamp;
use protocol::facts::{SupplementFacts, SupplementState};

use super::{Affected, Rule, Seen, Severity};

/// Age after which a file is stale.
const STALE_MS: u64 = 14 * 24 * 3_600_000;

pub(super) const RULE: Rule = Rule {
    id: "stale-supplements",
    remedy: "export the file again, then assess again; or say that nothing has changed since with `flotilla assess ack stale-supplements`",
    acknowledgeable: true,
    look: |sight| {
        let stale = |one: &&SupplementFacts| {
            let old = one.modified.is_some_and(|at| sight.terms.now.since(at) > STALE_MS);
            one.state == SupplementState::Sound && old
        };
        let affected: Vec<Affected> = sight
            .facts
            .source
            .supplements
            .iter()
            .filter(stale)
            .map(|one| Affected::new("supplement", &one.name, format!("written on {}", day(one))))
            .collect();
        let says = format!("{} supplements are older than two weeks", affected.len());
        if affected.is_empty() { None } else { Seen::new(Severity::Block, says, affected) }
    },
};

fn day(one: &SupplementFacts) -> String {
    let written = one.modified.and_then(|at| Timestamp::from_millisecond(at.0).ok());
    written.map_or_else(|| "an unknown day".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}
