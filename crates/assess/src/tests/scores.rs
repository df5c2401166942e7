//! Score, gaps, discovery and exposure over a made-up account.

use std::collections::BTreeSet;

use super::accounts::{field, sound, terms, troubled};
use crate::{Object, Verdict, discovery, exposure, field_slots, gaps, score};

#[test]
fn the_twelve_are_judged_by_their_rules_and_weighted_by_their_records() {
    let mut facts = sound(100);
    facts.source.counts.extend([("agents".to_owned(), 50), ("work_hours".to_owned(), 30)]);
    let judged = score(&facts, &terms());
    let told: Vec<(Object, Verdict)> = judged.objects.iter().map(|one| (one.object, one.verdict)).collect();
    use Verdict::{DocumentOnly, Lands, LandsLossy};
    assert_eq!(
        told,
        [
            (Object::Tickets, Lands),
            (Object::Customers, LandsLossy),
            (Object::Contacts, LandsLossy),
            (Object::Agents, Lands),
            (Object::Tags, Lands),
            (Object::CustomFields, Lands),
            (Object::SlaPolicies, DocumentOnly),
            (Object::Contracts, DocumentOnly),
            (Object::KnowledgeBase, DocumentOnly),
            (Object::Devices, DocumentOnly),
            (Object::Billing, DocumentOnly),
            (Object::Integrations, DocumentOnly),
        ]
    );
    // 107 land, 25 with losses, 84 become documents.
    let worth = 107.0 + 0.75 * 25.0 + 0.25 * 84.0;
    assert!((judged.weighted - worth / 216.0).abs() < 1e-9, "{}", judged.weighted);
    assert_eq!(judged.of_seven_need_mapping, 3);
    assert_eq!(judged.claims, ["9 of 12 objects map 1:1", "3 of 7 objects need a mapping; the rest are 1:1"]);
    assert!(judged.shares.values().sum::<f64>() > 0.999);
}

#[test]
fn what_is_not_supplied_does_not_arrive_and_what_folds_is_lossy() {
    let (facts, _, terms) = troubled();
    let judged = score(&facts, &terms);
    let verdict = |object| judged.objects.iter().find(|one| one.object == object).unwrap().verdict;
    assert_eq!(verdict(Object::Tags), Verdict::Nothing);
    assert_eq!(verdict(Object::Tickets), Verdict::LandsLossy);
    assert_eq!(verdict(Object::Agents), Verdict::LandsLossy);
    assert_eq!(verdict(Object::CustomFields), Verdict::LandsLossy);
}

#[test]
fn every_gap_says_what_is_done_instead() {
    let (facts, _, terms) = troubled();
    let found = gaps(&facts, &terms);
    assert!(
        found.iter().all(|gap| !gap.field.is_empty() && !gap.reason.is_empty() && !gap.action.is_empty())
    );
    let fields = found.iter().filter(|gap| gap.object == Object::CustomFields).count();
    assert_eq!(fields, 6, "31 fields for 25 slots");
    let objects: BTreeSet<Object> = found.iter().map(|gap| gap.object).collect();
    for object in [Object::Tags, Object::Tickets, Object::Contacts, Object::KnowledgeBase] {
        assert!(objects.contains(&object), "{object}");
    }
    assert!(!objects.contains(&Object::Devices), "there are none");
}

#[test]
fn the_discovery_has_its_twelve_figures_and_knows_unknown_from_none() {
    let (facts, _, terms) = troubled();
    let found = discovery(&facts, &terms);
    assert_eq!((found.tags, found.sla_policies, found.integrations), (None, Some(2), Some(2)));
    assert_eq!((found.active_tickets, found.tickets, found.customers, found.contacts), (60, 100, 5, 20));
    assert_eq!((found.technicians, found.articles, found.contracts), (3, 9, 0));
    assert_eq!(found.custom_fields["Ticket"], 31);
    assert_eq!(found.custom_fields.len(), 7, "seven scopes, also those without a field");
    assert_eq!((found.seats.used, found.seats.wanted, found.seats.overage), (3, 1, Some(2)));
}

#[test]
fn fields_are_seated_as_the_provisioning_seats_them() {
    let mut facts = sound(10);
    facts.source.fields = (0..4).map(|n| field("Customer", &format!("C{n}"), "Text")).collect();
    facts.source.fields.push(field("Contact", "C0", "Text"));
    facts.source.fields.push(field("Contact", "Other", "Text"));
    facts.source.fields.push(field("Contract", "Cost", "Text"));
    let slots = field_slots(&facts, &terms().spec);
    assert_eq!((slots.new, slots.seated, slots.free_customer), (4, 4, 4), "the company's link takes one");
    assert_eq!(slots.companion, ["Customer/C3", "Contact/Other"]);
    assert_eq!(slots.other_scopes, ["Contract/Cost"]);
}

#[test]
fn whatever_would_act_is_named_with_the_word_it_needs() {
    let (facts, ..) = troubled();
    let found = exposure(&facts);
    let what: Vec<&str> = found.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(
        what,
        ["rule", "rule", "webhook", "satisfaction_survey", "auto_merge", "assignment", "sla", "ai_agent"]
    );
    for one in &found {
        assert!(
            crate::RULES.iter().any(|rule| rule.id == one.acknowledge && rule.acknowledgeable),
            "{one:?}"
        );
    }
}
