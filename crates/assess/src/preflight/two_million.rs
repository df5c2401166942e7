//! More than two million records: the plan is looked at by somebody before it runs.

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "over-two-million",
    remedy: "look at the plan of `flotilla estimate`, ask the vendors for their limits, then acknowledge: `flotilla assess ack over-two-million --by NAME`",
    acknowledgeable: true,
    look: |sight| {
        let records = sight.estimate.records;
        let says = format!("{records} records are more than two million");
        if sight.estimate.over_two_million { Seen::of_account(Severity::Block, says, records) } else { None }
    },
};
