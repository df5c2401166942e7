//! Reads of the source by kind: every listing is walked for its survey and again for its copy, and each ticket costs three
//! calls more: its comments, its files, its values.

use protocol::{ObjectKind, facts::Facts};

use super::{Calls, MODEL, Range, per_ticket};
use crate::{Terms, discovery::active_tickets, estimate::moved_tickets};

/// Rows of a page.
const PAGE: u64 = 50;

pub(super) fn count(facts: &Facts, terms: &Terms) -> Calls {
    let pages = |rows: u64| rows.div_ceil(PAGE).max(1);
    let counted = |name: &str| facts.source.counts.get(name).copied().unwrap_or(0);
    let tickets = facts.count(ObjectKind::Ticket);
    let moved = moved_tickets(facts, &terms.spec);
    let (customers, contacts) = (facts.count(ObjectKind::Customer), facts.count(ObjectKind::Contact));
    let has_fields = |scope: &str| u64::from(facts.source.fields.iter().any(|field| field.scope == scope));
    let threads = &facts.source.threads;
    let further = per_ticket(threads.comments, threads.sampled) / PAGE as f64;
    let files = per_ticket(threads.files, threads.sampled) * moved as f64;
    let by_kind = [
        ("ticket_listings", 2 * pages(tickets) + pages(active_tickets(facts, terms))),
        ("technicians", 2 * (pages(tickets) + pages(counted("work_hours")))),
        ("customers", 2 * pages(customers) + has_fields("Customer") * customers),
        ("contacts", 2 * pages(contacts) + has_fields("Contact") * contacts),
        ("ticket_details", (2 + has_fields("Ticket")) * moved + (further * moved as f64).round() as u64),
        ("files", files.round() as u64),
        ("definitions", 6),
    ]
    .map(|(kind, count)| (kind.to_owned(), count));
    let likely: u64 = by_kind.iter().map(|(_, count)| count).sum();
    Calls { by_kind: by_kind.into(), total: Range::around(likely as f64, likely as f64 * 2.0 * MODEL) }
}
