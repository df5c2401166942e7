//! The figures of the discovery: what is there on both sides, under the twelve headings of the vendor's page.

use std::collections::BTreeMap;

use protocol::{
    ObjectKind,
    facts::{Facts, SupplementState},
};
use serde::{Deserialize, Serialize};

use crate::{Terms, field_slots};

/// The figures. One that only a supplement could tell is `None` without it: unknown is not nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Discovery {
    /// The source's plan.
    pub plan: Option<String>,
    /// Tickets that are open by the map.
    pub active_tickets: u64,
    /// Tickets, all of them.
    pub tickets: u64,
    /// Companies.
    pub customers: u64,
    /// People.
    pub contacts: u64,
    /// Technicians, as far as they are seen.
    pub technicians: u64,
    /// SLA policies by priority.
    pub sla_policies: Option<u64>,
    /// Contracts.
    pub contracts: u64,
    /// Articles.
    pub articles: u64,
    /// Distinct tags in use.
    pub tags: Option<u64>,
    /// Custom fields by scope.
    pub custom_fields: BTreeMap<String, u64>,
    /// Hash of their definitions.
    pub schema_hash: String,
    /// Integrations to reconnect.
    pub integrations: Option<u64>,
    /// Seats.
    pub seats: Seats,
    /// Time entries, invoices, devices and whatever else is counted.
    pub others: BTreeMap<String, u64>,
    /// Records by kind that a listing leaves out between its lowest id and its highest.
    pub not_listed: BTreeMap<ObjectKind, u64>,
    /// Slots for custom fields left at the destination.
    pub free_slots: BTreeMap<String, u64>,
    /// Listings the plan or the token does not give.
    pub unavailable: Vec<String>,
}

/// Seats of the destination.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    /// People with a login now.
    pub used: u64,
    /// Technicians who work and have no login yet.
    pub wanted: u64,
    /// Seats of the plan, where somebody has said it.
    pub paid: Option<u64>,
    /// Seats too few.
    pub overage: Option<u64>,
}

/// Who needs a seat and how many there are.
#[must_use]
pub(crate) fn seats(facts: &Facts, terms: &Terms) -> Seats {
    let used = facts.destination.users.iter().filter(|user| user.active).count() as u64;
    let lacks =
        |one: &&protocol::facts::TechnicianFacts| one.active && (one.user.is_none() || !one.user_active);
    let wanted = facts.source.technicians.iter().filter(lacks).count() as u64;
    let overage = terms.seats.map(|paid| (used + wanted).saturating_sub(paid));
    Seats { used, wanted, paid: terms.seats, overage }
}

/// Rows of a supplement; `None` without it.
pub(crate) fn supplied(facts: &Facts, name: &str) -> Option<u64> {
    let found = facts.source.supplements.iter().find(|one| one.name == name);
    found.filter(|one| one.state == SupplementState::Sound).map(|one| one.rows)
}

/// Tickets that become open ones.
pub(crate) fn active_tickets(facts: &Facts, terms: &Terms) -> u64 {
    let statuses = facts.survey(ObjectKind::Ticket).and_then(|survey| survey.observed.get("status"));
    let is_open = |status: &str| {
        !terms.spec.excludes(status) && terms.spec.status.apply(Some(status)).is_ok_and(|to| to == "open")
    };
    statuses.into_iter().flatten().filter(|(status, _)| is_open(status)).map(|(_, count)| count).sum()
}

/// Draws the figures up.
#[must_use]
pub fn discovery(facts: &Facts, terms: &Terms) -> Discovery {
    let source = &facts.source;
    let counted = |name: &str| source.counts.get(name).copied().unwrap_or(0);
    let mut custom_fields = BTreeMap::new();
    for scope in ["Ticket", "Customer", "Contact", "Contract", "SLA", "Agent", "GenericDevice"] {
        custom_fields.insert(scope.to_owned(), 0);
    }
    for field in &source.fields {
        *custom_fields.entry(field.scope.clone()).or_insert(0) += 1;
    }
    let slots = field_slots(facts, &terms.spec);
    let mut others = source.counts.clone();
    others.retain(|name, _| name != "contracts" && name != "articles");
    Discovery {
        plan: source.plan.clone(),
        active_tickets: active_tickets(facts, terms),
        tickets: facts.count(ObjectKind::Ticket),
        customers: facts.count(ObjectKind::Customer),
        contacts: facts.count(ObjectKind::Contact),
        technicians: source.technicians.len() as u64,
        sla_policies: supplied(facts, "sla_policies"),
        contracts: counted("contracts"),
        articles: counted("articles"),
        tags: supplied(facts, "tags").map(|_| source.tags),
        custom_fields,
        schema_hash: source.schema_hash.clone(),
        integrations: supplied(facts, "integrations"),
        seats: seats(facts, terms),
        others,
        not_listed: source.gaps.iter().map(|(kind, gap)| (*kind, gap.missing)).collect(),
        free_slots: BTreeMap::from([
            ("Ticket".to_owned(), slots.free_ticket),
            ("Customer".to_owned(), slots.free_customer),
        ]),
        unavailable: source.unavailable.clone(),
    }
}
