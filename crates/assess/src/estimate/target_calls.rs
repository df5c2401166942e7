//! Requests to the destination by kind.

use protocol::{MapSpec, ObjectKind, facts::Facts};

use super::{Calls, MODEL, Range, total};
use crate::{Terms, field_slots};

/// Kinds before whose turn the destination is looked at.
const LOOKS: u64 = 6;

/// Rows of a page.
const PAGE: u64 = 100;

/// Ids of customers asked about at once at the verification.
const ROUND: u64 = 10_000;

/// Ids up to which each is asked about by itself.
const SINGLE: u64 = 20;

/// Tickets that are moved: those in no excluded status.
#[must_use]
pub(crate) fn moved_tickets(facts: &Facts, spec: &MapSpec) -> u64 {
    let statuses = facts.survey(ObjectKind::Ticket).and_then(|survey| survey.observed.get("status"));
    let excluded = statuses.into_iter().flatten().filter(|(status, _)| spec.excludes(status));
    facts.count(ObjectKind::Ticket).saturating_sub(excluded.map(|(_, count)| count).sum())
}

pub(super) fn count(facts: &Facts, terms: &Terms) -> Calls {
    let (there, source) = (&facts.destination, &facts.source);
    let slots = field_slots(facts, &terms.spec);
    let pages = |rows: u64| rows.div_ceil(PAGE).max(1);
    let fields = |object: &str| there.fields.iter().filter(|field| field.object == object).count() as u64;
    let users = there.users.len() as u64;
    let look = pages(fields("Ticket")) + pages(fields("Customer")) + pages(users) + pages(there.tags);
    let away = mapping::merged_away(&terms.spec);
    let customers = facts.count(ObjectKind::Customer).saturating_sub(away);
    let contacts = facts.count(ObjectKind::Contact);
    let tickets = moved_tickets(facts, &terms.spec);
    let (looked, with_values) = source.threads.customers_with_values;
    let valued = if looked == 0 { 0.0 } else { with_values as f64 / looked as f64 };
    let shared = source.contacts.shared_addresses.min(contacts);
    let link_seated = !slots.companion.iter().any(|field| field == "Contact/company link");
    let of_a_contact = if link_seated { 3 } else { 2 };
    let threads = &source.threads;
    let (uploads, uploads_off) = total(threads.uploads, threads.uploads_squared, threads.sampled, tickets);
    let (later, later_off) = total(threads.later_messages, threads.later_squared, threads.sampled, tickets);
    let people = customers + contacts - shared;
    let verify = [
        2 + pages(users) + pages(there.tags + source.tags_missing),
        walked(customers, customers),
        walked(contacts - shared, people),
        tickets.div_ceil(PAGE),
    ];
    let rounded = |value: f64| value.round() as u64;
    let by_kind = [
        ("looks", LOOKS * look),
        ("custom_fields", slots.new),
        ("tags", source.tags_missing),
        ("customers", 2 * customers + rounded(valued * customers as f64)),
        ("contacts", of_a_contact * (contacts - shared) + 2 * shared + source.contacts.shared_numbers),
        ("tickets", tickets),
        ("uploads", rounded(uploads)),
        ("later_messages", rounded(later)),
        ("verification", verify.iter().sum()),
    ]
    .map(|(kind, count)| (kind.to_owned(), count));
    let likely: u64 = by_kind.iter().map(|(_, count)| count).sum();
    let off = uploads_off + later_off + likely as f64 * MODEL;
    Calls { by_kind: by_kind.into(), total: Range::around(likely as f64, off) }
}

/// Calls that show `ids` people are there, of `all` the account has by then.
fn walked(ids: u64, all: u64) -> u64 {
    let full = (ids / ROUND) * all.div_ceil(PAGE).min(2 * ROUND);
    let rest = ids % ROUND;
    full + if rest <= SINGLE { rest } else { all.div_ceil(PAGE).max(1) }
}
