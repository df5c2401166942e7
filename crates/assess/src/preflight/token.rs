//! A token that ends while records move ends the move.

use super::{Rule, Seen, Severity};

/// Days before its end from which a token is told about.
const SOON_MS: u64 = 30 * 24 * 3_600_000;

pub(super) const RULE: Rule = Rule {
    id: "token-expiry",
    remedy: "make a new Atera token that outlasts the migration and its deltas",
    acknowledgeable: true,
    look: |sight| {
        let ends = sight.facts.source.token_expires?;
        let left = ends.since(sight.terms.now);
        // Twice the run at its longest: it may be held, and a delta follows.
        let needed = (sight.estimate.run_hours.high * 2.0 * 3_600_000.0) as u64;
        let hours = left / 3_600_000;
        if left <= needed {
            return Seen::of_account(
                Severity::Block,
                format!("the source's token ends in {hours} hours, before the run can be over"),
                ends,
            );
        }
        if left < SOON_MS {
            return Seen::of_account(
                Severity::Warn,
                format!("the source's token ends in {} days", hours / 24),
                ends,
            );
        }
        None
    },
};
