//! What the destination's roles cannot do: hide a customer's data from an agent.

use protocol::ObjectKind;

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "gdpr-visibility",
    remedy: "decide with your data protection officer which tickets are left out (map.excluded_statuses) before the run",
    acknowledgeable: true,
    look: |sight| {
        let people = sight.facts.count(ObjectKind::Contact);
        let says = format!(
            "every agent of Gorgias sees the data of all {people} people moved: roles cannot restrict it"
        );
        if people == 0 { None } else { Seen::of_account(Severity::Warn, says, people) }
    },
};
