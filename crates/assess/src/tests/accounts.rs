//! Made-up accounts.

use std::collections::BTreeMap;

use protocol::{
    MapSpec, ObjectKind, SourceId, Survey, TargetId, UnixMs,
    facts::{
        DestinationFacts, DuplicateGroup, Facts, FieldFacts, GapFacts, HookFacts, Records, RuleFacts,
        SourceFacts, SupplementFacts, SupplementState, SwitchFacts, TechnicianFacts, ThreadFacts, UserFacts,
    },
    map_spec::address_hash,
};

use crate::{Rate, Terms};

pub(super) const DAY_MS: u64 = 24 * 3_600_000;

pub(super) fn now() -> UnixMs {
    UnixMs(1_760_000_000_000)
}

/// Terms under which nothing is missing.
pub(super) fn terms() -> Terms {
    Terms {
        rate: Rate { limit: 40, window_ms: 20_000, reserve: 0.0 },
        source_per_s: 10.0,
        spec: MapSpec {
            fallback_agent: Some("desk@shop.example".to_owned()),
            fallback_customer: Some("1".into()),
            ..MapSpec::default()
        },
        seats: Some(50),
        acknowledged: BTreeMap::new(),
        now: now(),
    }
}

pub(super) fn survey(kind: ObjectKind, count: u64, observed: &[(&str, &[(&str, u64)])]) -> Survey {
    let counts =
        |values: &[(&str, u64)]| values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect();
    let observed = observed.iter().map(|(facet, values)| ((*facet).to_owned(), counts(values))).collect();
    Survey { kind, count, declared: Some(count), pages: 1, observed }
}

pub(super) fn field(scope: &str, name: &str, data_type: &str) -> FieldFacts {
    FieldFacts {
        scope: scope.to_owned(),
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        choices: 3,
        profile: None,
    }
}

fn supplement(name: &str, rows: u64) -> SupplementFacts {
    SupplementFacts {
        name: name.to_owned(),
        state: SupplementState::Sound,
        rows,
        modified: Some(now()),
        ..SupplementFacts::default()
    }
}

pub(super) fn technician(id: i64, user: Option<i64>) -> TechnicianFacts {
    TechnicianFacts {
        id: id.into(),
        address: Some(address_hash(&format!("tech{id}@shop.example"))),
        role: Some("Technician".to_owned()),
        active: true,
        user: user.map(TargetId),
        user_active: user.is_some(),
    }
}

fn user(id: i64, address: &str) -> UserFacts {
    UserFacts {
        id: TargetId(id),
        address: Some(address_hash(address)),
        role: Some("agent".to_owned()),
        active: true,
    }
}

/// A small sound account of so many tickets: nothing stands in its way but what stands in everybody's.
pub(super) fn sound(tickets: u64) -> Facts {
    let half = tickets / 2;
    let status: &[(&str, u64)] = &[("Open", half), ("Closed", tickets - half)];
    let priority: &[(&str, u64)] = &[("Low", half), ("High", tickets - half)];
    Facts {
        at: now(),
        source: SourceFacts {
            plan: Some("Growth".to_owned()),
            zone: Some("UTC".to_owned()),
            zone_known: true,
            fields: vec![field("Ticket", "Room", "Text")],
            schema_hash: "00".to_owned(),
            technicians: vec![technician(1, Some(11)), technician(2, Some(12))],
            supplements: ["tags", "technicians", "sla_policies", "integrations"]
                .map(|name| supplement(name, 2))
                .into(),
            tags: 4,
            tags_missing: 4,
            threads: ThreadFacts {
                tickets,
                sampled: tickets.min(200),
                comments: tickets.min(200) * 4,
                ..ThreadFacts::default()
            },
            ..SourceFacts::default()
        },
        destination: DestinationFacts {
            users: vec![
                user(11, "tech1@shop.example"),
                user(12, "tech2@shop.example"),
                user(13, "desk@shop.example"),
            ],
            ..DestinationFacts::default()
        },
        surveys: vec![
            survey(ObjectKind::Ticket, tickets, &[("status", status), ("priority", priority)]),
            survey(ObjectKind::Customer, tickets / 20, &[]),
            survey(ObjectKind::Contact, tickets / 5, &[]),
            survey(ObjectKind::Agent, 2, &[]),
        ],
    }
}

/// An account that every rule has something to say about, but for those about files in good order.
pub(super) fn troubled() -> (Facts, Records, Terms) {
    let mut facts = sound(100);
    let day = i64::try_from(DAY_MS).unwrap();
    let source = &mut facts.source;
    source.plan = Some("Free Trial".to_owned());
    source.zone_known = false;
    source.token_expires = Some(UnixMs(now().0 + day * 3));
    source.unavailable = vec!["invoices".to_owned()];
    source.counts.insert("articles".to_owned(), 9);
    source.technicians.push(TechnicianFacts { role: Some("Night Lead".to_owned()), ..technician(3, None) });
    source.duplicates = vec![DuplicateGroup { name: "ab".to_owned(), ids: vec!["4".into(), "7".into()] }];
    source.gaps.insert(
        ObjectKind::Ticket,
        GapFacts { lowest: 1, highest: 104, seen: 100, missing: 4, widest: vec![(5, 7), (9, 9)] },
    );
    source.fields.extend((0..30).map(|n| field("Ticket", &format!("Field {n}"), "Text")));
    source.supplements[0] = SupplementFacts { name: "tags".to_owned(), ..SupplementFacts::default() };
    source.supplements[1].state = SupplementState::Malformed;
    source.supplements[2].modified = Some(UnixMs(now().0 - day * 15));
    let there = &mut facts.destination;
    there.closed = true;
    let events = || vec!["ticket-created".to_owned()];
    let rule = |id, active| RuleFacts {
        id: TargetId(id),
        name: format!("Rule {id}"),
        events: events(),
        acts: vec!["addTags".to_owned()],
        active,
    };
    there.rules = vec![rule(1, true), rule(2, false), rule(3, true)];
    there.hooks =
        vec![HookFacts { id: TargetId(5), kind: "http".to_owned(), triggers: events(), active: true }];
    there.switches = ["satisfaction-surveys", "auto-merge", "ticket-assignment"]
        .map(|kind| SwitchFacts {
            id: TargetId(9),
            kind: kind.to_owned(),
            flags: BTreeMap::from([("on".to_owned(), true)]),
        })
        .into();
    let status: &[(&str, u64)] = &[("Open", 60), ("Odd", 40)];
    facts.surveys[0] = survey(ObjectKind::Ticket, 100, &[("status", status)]);
    let ids = |range: std::ops::Range<i64>| range.map(SourceId::from).collect::<Vec<_>>();
    let records = Records {
        unassigned: ids(1..8),
        orphans: ids(20..23),
        tickets: BTreeMap::from([("status".to_owned(), BTreeMap::from([("Odd".to_owned(), ids(50..90))]))]),
    };
    let mut terms = terms();
    terms.spec.fallback_agent = None;
    terms.spec.fallback_customer = None;
    terms.spec.prefix = "two words".to_owned();
    terms.spec.status.default = None;
    terms.seats = Some(2);
    (facts, records, terms)
}
