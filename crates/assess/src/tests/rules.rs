//! The pre-flight, rule by rule.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    ObjectKind, UnixMs,
    facts::{Acknowledgement, Records},
    map_spec::{CustomerGroup, GroupDecision},
};

use super::accounts::{DAY_MS, now, sound, survey, terms, troubled};
use crate::{Finding, RULES, Severity, estimate, finding_hash, open_blocks, preflight};

fn found(
    facts: &protocol::facts::Facts,
    records: &Records,
    terms: &crate::Terms,
) -> BTreeMap<String, Finding> {
    let findings = preflight(facts, records, terms, &estimate(facts, terms));
    findings.into_iter().map(|finding| (finding.rule.clone(), finding)).collect()
}

#[test]
fn every_rule_has_its_own_id_and_says_what_to_do() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    assert!(RULES.iter().all(|rule| rule.remedy.len() > 20));
}

#[test]
fn in_a_sound_account_nothing_blocks() {
    let found = found(&sound(100), &Records::default(), &terms());
    let told: Vec<(&str, Severity)> = found.values().map(|one| (one.rule.as_str(), one.severity)).collect();
    assert_eq!(
        told,
        [
            ("ai-agent", Severity::Warn),
            ("gdpr-visibility", Severity::Warn),
            ("pricing", Severity::Info),
            ("sla-policies", Severity::Warn),
        ]
    );
}

#[test]
fn every_rule_finds_what_it_is_for_and_names_as_many_records_as_it_counts() {
    let (facts, records, terms) = troubled();
    let found = found(&facts, &records, &terms);
    let wanted = [
        ("account-closed", Severity::Block, 1),
        ("broken-map", Severity::Block, 1),
        ("unassigned-tickets", Severity::Block, 7),
        ("orphan-contacts", Severity::Block, 3),
        ("duplicate-customers", Severity::Block, 2),
        ("unmapped-values", Severity::Block, 40),
        ("unmapped-roles", Severity::Block, 1),
        ("missing-agents", Severity::Warn, 1),
        ("seats", Severity::Block, 1),
        ("field-limit", Severity::Warn, 6),
        ("plan-without-api", Severity::Block, 1),
        ("listings-not-given", Severity::Warn, 1),
        ("source-zone", Severity::Block, 1),
        ("token-expiry", Severity::Warn, 1),
        ("supplements", Severity::Block, 2),
        ("stale-supplements", Severity::Block, 1),
        ("rules-that-fire", Severity::Block, 2),
        ("webhooks-that-fire", Severity::Block, 1),
        ("satisfaction-surveys", Severity::Block, 1),
        ("auto-merge", Severity::Block, 1),
        ("auto-assignment", Severity::Warn, 1),
        ("sla-policies", Severity::Warn, 1),
        ("ai-agent", Severity::Warn, 1),
        ("gdpr-visibility", Severity::Warn, 1),
        ("pricing", Severity::Info, 1),
        ("article-locales", Severity::Info, 1),
        ("ids-not-listed", Severity::Info, 2),
    ];
    for (rule, severity, count) in wanted {
        let one = &found[rule];
        assert_eq!((one.severity, one.count), (severity, count), "{rule}: {}", one.says);
        assert_eq!(one.affected.len() as u64, one.count, "{rule}");
        assert_eq!(one.blocks, severity == Severity::Block, "{rule}");
    }
    // The two that are left need an account of another kind, below.
    assert_eq!(found.len(), wanted.len());
    assert_eq!(RULES.len(), wanted.len() + 2);
}

#[test]
fn an_acknowledgement_holds_for_the_finding_it_was_given_for_and_for_no_other() {
    let (mut facts, records, mut terms) = troubled();
    let before = found(&facts, &records, &terms)["rules-that-fire"].clone();
    let word = Acknowledgement { by: "Ann".to_owned(), at: now(), finding: finding_hash(&before) };
    terms.acknowledged.insert("rules-that-fire".to_owned(), word.clone());
    let after = found(&facts, &records, &terms)["rules-that-fire"].clone();
    assert_eq!(
        (after.acknowledged, after.blocks, after.severity),
        (Some(word.clone()), false, Severity::Block)
    );

    facts.destination.rules[1].active = true;
    assert!(found(&facts, &records, &terms)["rules-that-fire"].blocks, "one more rule is another finding");

    // What a word cannot settle.
    let closed = found(&facts, &records, &terms)["account-closed"].clone();
    terms
        .acknowledged
        .insert("account-closed".to_owned(), Acknowledgement { finding: finding_hash(&closed), ..word });
    assert!(found(&facts, &records, &terms)["account-closed"].blocks);
}

#[test]
fn a_decision_on_every_group_of_customers_lets_the_run_go_either_way() {
    let (facts, records, mut terms) = troubled();
    for decision in [GroupDecision::Merge, GroupDecision::Keep] {
        let group = CustomerGroup { decision, ids: facts.source.duplicates[0].ids.clone() };
        terms.spec.customer_groups = BTreeMap::from([("ab".to_owned(), group)]);
        let one = &found(&facts, &records, &terms)["duplicate-customers"];
        assert_eq!((one.severity, one.blocks, one.count), (Severity::Info, false, 2), "{decision:?}");
    }
}

#[test]
fn a_value_without_a_place_blocks_or_takes_the_default_as_chosen() {
    let (facts, records, mut terms) = troubled();
    assert!(found(&facts, &records, &terms)["unmapped-values"].blocks);
    terms.spec.status.default = Some("open".to_owned());
    let taken = found(&facts, &records, &terms)["unmapped-values"].clone();
    assert_eq!((taken.severity, taken.count), (Severity::Warn, 1));
    terms.spec.status.values.insert("odd".to_owned(), "closed".to_owned());
    assert!(!found(&facts, &records, &terms).contains_key("unmapped-values"));
}

#[test]
fn seats_are_counted_on_both_sides() {
    let mut facts = sound(10);
    facts.source.technicians = (1..=9).map(|id| super::accounts::technician(id, None)).collect();
    let mut terms = terms();
    for (seats, severity) in
        [(Some(10), Some(Severity::Block)), (Some(12), None), (None, Some(Severity::Warn))]
    {
        terms.seats = seats;
        let found = found(&facts, &Records::default(), &terms);
        assert_eq!(found.get("seats").map(|one| one.severity), severity, "{seats:?}");
    }
    terms.seats = Some(10);
    let over = &found(&facts, &Records::default(), &terms)["seats"];
    assert!(over.says.contains("12 seats are needed and 10 are there: 2 too few"), "{}", over.says);
}

#[test]
fn a_token_that_ends_before_the_run_blocks_and_one_that_ends_soon_is_told() {
    let mut facts = sound(20_000);
    let at = |days: f64| Some(UnixMs(now().0 + (days * DAY_MS as f64) as i64));
    let hours = estimate(&facts, &terms()).run_hours.high;
    assert!(hours > 1.0 && hours < 48.0, "{hours}");
    for (ends, severity) in [
        (at(-1.0), Some(Severity::Block)),
        (at(hours / 24.0), Some(Severity::Block)),
        (at(20.0), Some(Severity::Warn)),
        (at(90.0), None),
        (None, None),
    ] {
        facts.source.token_expires = ends;
        let found = found(&facts, &Records::default(), &terms());
        assert_eq!(found.get("token-expiry").map(|one| one.severity), severity, "{ends:?}");
    }
}

#[test]
fn the_fallback_agent_has_to_be_an_active_user() {
    let mut facts = sound(10);
    assert!(!found(&facts, &Records::default(), &terms()).contains_key("fallback-agent"));
    facts.destination.users[2].active = false;
    assert!(found(&facts, &Records::default(), &terms())["fallback-agent"].blocks);
}

#[test]
fn two_million_records_are_the_border() {
    let mut facts = sound(100);
    for (tickets, flagged) in [(2_000_000, false), (2_000_001, true)] {
        facts.surveys = vec![survey(ObjectKind::Ticket, tickets, &[])];
        facts.source.threads.comments = 0;
        let found = found(&facts, &Records::default(), &terms());
        assert_eq!(found.contains_key("over-two-million"), flagged, "{tickets}");
        assert_eq!(open_blocks(&found.into_values().collect::<Vec<_>>()).count(), usize::from(flagged));
    }
}
