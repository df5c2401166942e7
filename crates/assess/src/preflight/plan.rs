//! A trial has no API for long: a run begun in one may not end.

use protocol::map_spec::fold;

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "plan-without-api",
    remedy: "move to a paid Atera plan before the run, since a trial has no API",
    acknowledgeable: true,
    look: |sight| {
        let plan = sight.facts.source.plan.as_deref()?;
        let without = ["trial", "free"].iter().any(|word| fold(plan).contains(word));
        if without {
            Seen::of_account(Severity::Block, "the source's plan is one without an API", plan)
        } else {
            None
        }
    },
};
