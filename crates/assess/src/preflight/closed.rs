//! The destination's account must be open.

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "account-closed",
    remedy: "open the Gorgias account again, or name another one",
    acknowledgeable: false,
    look: |sight| {
        let closed = sight.facts.destination.closed;
        closed.then(|| Seen::of_account(Severity::Block, "the Gorgias account is closed", "closed")).flatten()
    },
};
