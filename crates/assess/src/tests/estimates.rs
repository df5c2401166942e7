//! The estimate's arithmetic, and the written document.

use protocol::facts::Records;

use super::accounts::{field, sound, terms, troubled};
use crate::{Bottleneck, Rate, assess, document, estimate};

#[test]
fn requests_are_counted_by_kind() {
    let mut facts = sound(1_000);
    facts.source.fields.push(field("Contact", "Badge", "Text"));
    facts.source.contacts.shared_addresses = 10;
    facts.source.threads.uploads = 20;
    facts.source.threads.uploads_squared = 20;
    let found = estimate(&facts, &terms());
    let of = |kind: &str| found.target_calls.by_kind[kind];
    assert_eq!((of("tickets"), of("tags"), of("custom_fields")), (1_000, 4, 3));
    assert_eq!(of("customers"), 2 * 50);
    assert_eq!(of("contacts"), 3 * 190 + 2 * 10);
    assert_eq!(of("uploads"), 100, "20 in a sample of 200 stand for 100");
    let range = found.target_calls.total;
    assert!(range.low < range.likely && range.likely < range.high);
}

#[test]
fn the_time_is_that_of_the_slowest_and_it_is_named() {
    let mut facts = sound(10_000);
    let mut terms = terms();
    let slow = estimate(&facts, &terms);
    assert_eq!(slow.bottleneck, Bottleneck::DestinationLimit);
    let hours = slow.target_calls.total.likely / 1.95 / 3_600.0;
    assert!((slow.run_hours.likely - hours).abs() < 1e-9);
    terms.rate = Rate { limit: 80, window_ms: 20_000, reserve: 0.5 };
    assert!((estimate(&facts, &terms).run_hours.likely - hours).abs() < 1e-9, "half of twice as much");
    terms.rate = Rate { limit: 800, window_ms: 1_000, reserve: 0.0 };
    assert_eq!(estimate(&facts, &terms).bottleneck, Bottleneck::SourceRate);
    facts.source.threads.files = 2_000;
    facts.source.threads.measured = 100;
    facts.source.threads.bytes = 100 * 20_000_000;
    assert_eq!(estimate(&facts, &terms).bottleneck, Bottleneck::Files);
    assert!(slow.project_days.likely > 10.0, "people take longer than programs");
}

#[test]
fn the_document_says_everything_at_once() {
    let (facts, records, terms) = troubled();
    let assessment = assess(&facts, &records, &terms);
    let text = document("acme", &facts, terms.rate, &assessment);
    for part in [
        "# Estimate for migration acme",
        "## What is there",
        "## Grade",
        "9 of 12",
        "3 of 7",
        "working days",
        "2-7 days",
        "3-5 weeks",
        "## What has no place",
        "[blocks]",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let healthy = sound(10);
    let quiet = document("acme", &healthy, terms.rate, &assess(&healthy, &Records::default(), &terms));
    assert!(!quiet.contains("more than two million"));
}
