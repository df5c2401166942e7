//! The gap list: what the source has and the destination has no place of the same meaning for, and what is done instead.
//! A gap stands there only where the account has something that falls into it.

use protocol::{ObjectKind, facts::Facts, map_spec::fold};
use serde::{Deserialize, Serialize};

use crate::{Object, Terms, discovery::supplied, field_slots};

/// One gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The object.
    pub object: Object,
    /// Its field, or a word for the whole of it.
    pub field: String,
    /// Why it has no place.
    pub reason: String,
    /// What is done instead.
    pub action: String,
}

/// Gaps that stand wherever the object has records: object, field, reason, action.
const STANDING: [(Object, &str, &str, &str); 14] = [
    (
        Object::Tickets,
        "status",
        "the destination knows open and closed alone",
        "folded by the map; the original stays in the ticket's meta",
    ),
    (Object::Tickets, "impact, type", "no such field", "kept in the ticket's meta"),
    (Object::Tickets, "SLA due dates", "no such field", "kept in the ticket's meta"),
    (
        Object::Customers,
        "the company itself",
        "there is no company object",
        "becomes a customer without an address",
    ),
    (Object::Customers, "domain, address, notes", "no such field", "kept in the customer's data"),
    (
        Object::Contacts,
        "company",
        "customers are not linked to each other",
        "a custom field and the customer's data name the company",
    ),
    (Object::Contacts, "job title, department", "no such field", "kept in the customer's data"),
    (Object::Contracts, "all", "there is no such object", "contracts.csv"),
    (Object::KnowledgeBase, "all", "the public API has no articles", "an import bundle, put in by hand"),
    (Object::Devices, "all", "there is no such object", "devices.csv"),
    (Object::Billing, "all", "there is no such object", "timesheets.csv with totals, for the books"),
    (Object::SlaPolicies, "all", "no API makes a policy", "a rebuild checklist with every threshold"),
    (Object::Integrations, "all", "credentials cannot be moved", "a checklist to reconnect by hand"),
    (
        Object::Agents,
        "role",
        "roles are set by an admin of the destination",
        "a role matrix to be gone through",
    ),
];

/// Draws the list up.
#[must_use]
pub fn gaps(facts: &Facts, terms: &Terms) -> Vec<Gap> {
    let of = |object, field: &str, reason: &str, action: &str| Gap {
        object,
        field: field.to_owned(),
        reason: reason.to_owned(),
        action: action.to_owned(),
    };
    let standing = STANDING.iter().filter(|(object, ..)| records_of(facts, *object) > 0);
    let mut found: Vec<Gap> =
        standing.map(|(object, field, reason, action)| of(*object, field, reason, action)).collect();
    let slots = field_slots(facts, &terms.spec);
    for field in &slots.companion {
        found.push(of(
            Object::CustomFields,
            field,
            "no slot is left, or the map says so",
            "companion file, every value",
        ));
    }
    for field in &slots.other_scopes {
        found.push(of(
            Object::CustomFields,
            field,
            "the destination has fields for tickets and customers alone",
            "named in the inventory",
        ));
    }
    for field in facts.source.fields.iter().filter(|field| field.data_type == "Date") {
        let place = format!("{}/{}", field.scope, field.name);
        if !slots.companion.contains(&place) && !slots.other_scopes.contains(&place) {
            found.push(of(
                Object::CustomFields,
                &place,
                "there is no date type",
                "an ISO date in a text field",
            ));
        }
    }
    if supplied(facts, "tags").is_none() {
        found.push(of(Object::Tags, "all", "no call of the source gives tags", "supply tags.csv"));
    }
    if facts.source.tagged_customers > 0 {
        found.push(of(Object::Tags, "customers' tags", "only tickets have tags", "companion file"));
    }
    for kind in [ObjectKind::Ticket, ObjectKind::Customer, ObjectKind::Contact] {
        let missing = facts.source.gaps.get(&kind).map_or(0, |gap| gap.missing);
        if missing > 0 {
            let object = match kind {
                ObjectKind::Ticket => Object::Tickets,
                ObjectKind::Customer => Object::Customers,
                _ => Object::Contacts,
            };
            let reason =
                format!("{missing} ids between the lowest and the highest are not listed by the source");
            found.push(of(
                object,
                "records the source does not show",
                &reason,
                "named as not exposed; nothing can be read of them",
            ));
        }
    }
    found
}

/// Records of an object.
pub(crate) fn records_of(facts: &Facts, object: Object) -> u64 {
    let counted = |name: &str| facts.source.counts.get(name).copied().unwrap_or(0);
    match object {
        Object::Tickets => facts.count(ObjectKind::Ticket),
        Object::Customers => facts.count(ObjectKind::Customer),
        Object::Contacts => facts.count(ObjectKind::Contact),
        Object::Agents => facts.source.technicians.len() as u64,
        Object::Tags => facts.source.tags,
        Object::CustomFields => facts.source.fields.len() as u64,
        Object::SlaPolicies => supplied(facts, "sla_policies").unwrap_or(0),
        Object::Contracts => counted("contracts"),
        Object::KnowledgeBase => counted("articles"),
        Object::Devices => counted("agents") + counted("devices"),
        Object::Billing => counted("work_hours") + counted("invoices"),
        Object::Integrations => supplied(facts, "integrations").unwrap_or(0),
    }
}

/// Whether every observed status is one the destination has.
pub(crate) fn statuses_fit(facts: &Facts, terms: &Terms) -> bool {
    let observed = facts.survey(ObjectKind::Ticket).and_then(|survey| survey.observed.get("status"));
    let mut statuses = observed.into_iter().flatten().filter(|(status, _)| !terms.spec.excludes(status));
    statuses.all(|(status, _)| matches!(fold(status).as_str(), "open" | "closed"))
}
