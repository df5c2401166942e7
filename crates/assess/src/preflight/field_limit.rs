//! Custom fields past the destination's slots go to the companion file.

use super::{Affected, Rule, Seen, Severity};
use crate::field_slots;

pub(super) const RULE: Rule = Rule {
    id: "field-limit",
    remedy: "choose which fields matter: `flotilla map set field.SCOPE/NAME companion` frees a slot for those behind it",
    acknowledgeable: true,
    look: |sight| {
        let slots = field_slots(sight.facts, &sight.terms.spec);
        let affected: Vec<Affected> =
            slots.companion.iter().map(|field| Affected::new("field", field, "companion file")).collect();
        let says = format!(
            "{} custom fields go to the companion file ({} and {} slots are free)",
            affected.len(),
            slots.free_ticket,
            slots.free_customer
        );
        if affected.is_empty() { None } else { Seen::new(Severity::Warn, says, affected) }
    },
};
