//! Times without a zone are read in the source's: one nobody knows shifts every date by hours.

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "source-zone",
    remedy: "set source.time_zone to the account's zone, then look at one ticket's times",
    acknowledgeable: true,
    look: |sight| {
        let source = &sight.facts.source;
        let says = "the source's time zone is not known: times without a zone may be hours off";
        let named = source.zone.as_deref().unwrap_or("none named");
        if source.zone_known { None } else { Seen::of_account(Severity::Block, says, named) }
    },
};
