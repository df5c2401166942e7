//! What the move may cost at the destination.

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "pricing",
    remedy: "ask Gorgias in writing, before the run, that imported history is not billed; compare old and new plans, long-term prices are realigned",
    acknowledgeable: true,
    look: |sight| {
        let tickets = sight.estimate.billable_at_most;
        let says = format!(
            "no answer is sent, so no imported ticket should be billable; {tickets} would be if imported answers counted, and overage is billed by the step"
        );
        if tickets == 0 { None } else { Seen::of_account(Severity::Info, says, tickets) }
    },
};
