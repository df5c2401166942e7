//! The seat cycle over figures made up for the purpose, many of them by chance: never more accounts than seats, every
//! technician once, what was disabled is enabled again, and where there is no way it goes on saying why.

use std::collections::BTreeMap;

use protocol::{
    MapSpec, SourceId, TargetId,
    facts::{Facts, TechnicianFacts, UserFacts},
    map_spec::address_hash,
};

use crate::{CannotSpare, SeatCycle, SeatDeed, SeatNeed, SeatVerdict, StepRefused, plan_seats};

/// Numbers by chance, the same ones in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn need(seats: u64, used: u64, newcomers: u64) -> SeatNeed {
    let newcomers = (1..=newcomers).map(|number| SourceId(number.to_string())).collect();
    SeatNeed { seats, used, newcomers, spare: (used > 0).then_some(TargetId(70)), ..SeatNeed::default() }
}

fn by_chance(chance: &mut Chance) -> SeatNeed {
    let mut need = need(chance.below(7), chance.below(8), chance.below(6));
    need.spare = need.spare.filter(|_| chance.below(4) > 0);
    need.lent = (chance.below(3) == 0).then_some(TargetId(71));
    need
}

fn deeds(cycle: &SeatCycle) -> Vec<&SeatDeed> {
    cycle.steps.iter().map(|step| &step.deed).collect()
}

#[test]
fn one_account_makes_room_for_all_of_them_one_after_another() {
    let mut cycle = plan_seats(&need(5, 5, 2));
    let (account, first, second) = (TargetId(70), SourceId::from("1"), SourceId::from("2"));
    let wanted = [
        SeatDeed::Free { account },
        SeatDeed::BringIn { technician: first.clone() },
        SeatDeed::Disable { technician: first },
        SeatDeed::BringIn { technician: second.clone() },
        SeatDeed::Disable { technician: second },
        SeatDeed::GiveBack { account },
    ];
    assert_eq!(deeds(&cycle), wanted.iter().collect::<Vec<_>>());
    assert!(cycle.says().contains("2 too few"), "{}", cycle.says());

    assert_eq!(cycle.acknowledge(2, "Ann"), Err(StepRefused::OutOfOrder { step: 2, next: 1 }));
    for none in [0, 7] {
        assert_eq!(
            cycle.acknowledge(none, "Ann"),
            Err(StepRefused::NoSuchStep { step: none, steps: wanted.len() })
        );
    }
    assert!(!cycle.is_under_way());
    assert_eq!(cycle.acknowledge(1, "Ann"), Ok(true));
    assert_eq!((cycle.in_use(), cycle.lent()), (4, Some(account)));
    assert_eq!(cycle.acknowledge(1, "Bob"), Ok(false), "again is nothing");
    assert_eq!(cycle.steps[0].by.as_deref(), Some("Ann"));
    for step in 2..=6 {
        assert!(cycle.is_under_way());
        assert_eq!(cycle.acknowledge(step, "Ann"), Ok(true));
    }
    assert_eq!((cycle.in_use(), cycle.lent(), cycle.next()), (5, None, None));
    assert!(!cycle.is_under_way());
}

#[test]
fn where_it_is_not_needed_it_says_so_with_the_figures_and_has_no_steps() {
    for (figures, told) in [
        (need(8, 5, 3), "8 of 8 seats"),
        (need(8, 5, 0), "nobody is to be brought in"),
        (need(4, 4, 0), "4 accounts are active of 4 seats"),
    ] {
        let cycle = plan_seats(&figures);
        assert_eq!((cycle.verdict, cycle.steps.len()), (SeatVerdict::NotNeeded, 0));
        assert!(cycle.says().contains(told) && cycle.says().contains("source"), "{}", cycle.says());
    }
}

#[test]
fn a_free_seat_needs_nobody_to_be_disabled_first() {
    let cycle = plan_seats(&SeatNeed { spare: None, ..need(6, 5, 2) });
    assert_eq!(cycle.verdict, SeatVerdict::Checklist);
    assert!(matches!(deeds(&cycle)[0], SeatDeed::BringIn { .. }) && cycle.steps.len() == 4);
    assert_eq!(cycle.lent(), None);
}

#[test]
fn never_more_accounts_than_seats_whatever_the_figures_and_the_order() {
    let (mut chance, mut verdicts) = (Chance(7), BTreeMap::new());
    for _ in 0..4_000 {
        let figures = by_chance(&mut chance);
        let planned = plan_seats(&figures);
        *verdicts.entry(format!("{:?}", planned.verdict)).or_insert(0) += 1;
        assert_eq!(plan_seats(&figures), planned, "the same figures say the same");
        if planned.steps.is_empty() {
            no_step(&figures, planned);
            continue;
        }
        let mut cycle = planned.clone();
        let mut seen = vec![cycle.in_use()];
        while let Some(next) = cycle.next() {
            let step = chance.below(planned.steps.len() as u64 + 2) as usize;
            let before = cycle.clone();
            match cycle.acknowledge(step, "Ann") {
                Ok(true) => assert_eq!(step, next, "{figures:?}"),
                Ok(false) => assert!(step < next && cycle == before),
                Err(_) => assert!((step > next || step == 0) && cycle == before),
            }
            seen.push(cycle.in_use());
        }
        assert!(seen.iter().all(|used| *used <= figures.seats), "{figures:?} {seen:?}");
        let lent = u64::from(figures.lent.is_some());
        assert_eq!(cycle.in_use(), figures.used + lent, "all is as it was, and what was lent is back");
        assert_eq!(cycle.lent(), None);
        each_once(&figures, &planned);
    }
    assert_eq!(verdicts.len(), 5, "each of them came: {verdicts:?}");
}

/// Without a step nothing can be acknowledged, and the reason stays what it is.
fn no_step(figures: &SeatNeed, mut cycle: SeatCycle) {
    let room = figures.used < figures.seats;
    let way = figures.used <= figures.seats && (room || (figures.spare.is_some() && figures.lent.is_none()));
    let wanted = figures.lent.is_some()
        || !figures.newcomers.is_empty() && figures.used + figures.newcomers.len() as u64 > figures.seats;
    let says = cycle.says();
    if wanted {
        assert!(!way && says.starts_with("there is no way: "), "{figures:?}: {says}");
    } else {
        assert_eq!(cycle.verdict, SeatVerdict::NotNeeded, "{figures:?}");
    }
    for step in 0..3 {
        assert_eq!(cycle.acknowledge(step, "Ann"), Err(StepRefused::NoSuchStep { step, steps: 0 }));
    }
    assert_eq!((cycle.says(), cycle.in_use()), (says, figures.used), "it goes on saying why");
}

/// Everybody is brought in once and disabled before the next one, unless there is room for all.
fn each_once(figures: &SeatNeed, cycle: &SeatCycle) {
    let brought = deeds(cycle).into_iter().filter_map(|deed| match deed {
        SeatDeed::BringIn { technician } => Some(technician.clone()),
        _ => None,
    });
    let brought: Vec<SourceId> = brought.collect();
    let room = figures.used + (figures.newcomers.len() as u64) < figures.seats;
    assert!(brought == figures.newcomers || room && brought.is_empty(), "{figures:?}");
    for pair in deeds(cycle).windows(2) {
        if let SeatDeed::BringIn { technician } = pair[0] {
            assert_eq!(pair[1], &SeatDeed::Disable { technician: technician.clone() });
        }
    }
}

#[test]
fn a_cycle_planned_anew_gives_back_what_the_one_before_it_disabled() {
    let mut first = plan_seats(&need(5, 5, 3));
    for step in 1..=3 {
        assert_eq!(first.acknowledge(step, "Ann"), Ok(true));
    }
    let anew = SeatNeed { lent: first.lent(), spare: Some(TargetId(72)), ..need(5, first.in_use(), 2) };
    let second = plan_seats(&anew);
    let account = TargetId(70);
    assert!(matches!(deeds(&second)[0], SeatDeed::BringIn { .. }), "nobody else is disabled");
    assert_eq!(deeds(&second).last(), Some(&&SeatDeed::GiveBack { account }));
    assert_eq!(second.lent(), Some(account), "it is disabled from the first step on");
    let taken = plan_seats(&SeatNeed { used: 5, ..anew });
    assert_eq!(taken.verdict, SeatVerdict::SeatTaken);
}

/// Four active accounts (the fallback agent's, an admin's, one of an unknown role, an agent's) and one disabled; two
/// technicians without an account, one of whom has left, one whose account is disabled, and one of whom no address is known.
fn facts() -> (Facts, MapSpec) {
    let user = |id, role: Option<&str>, active| UserFacts {
        id: TargetId(id),
        address: Some(address_hash(&format!("{id}@b.example"))),
        role: role.map(str::to_owned),
        active,
    };
    let technician = |id: &str, active, user: Option<i64>| TechnicianFacts {
        id: id.into(),
        address: (id != "13").then(|| address_hash(&format!("{id}@b.example"))),
        role: None,
        active,
        user: user.map(TargetId),
        user_active: false,
    };
    let mut facts = Facts::default();
    facts.destination.users = vec![
        user(1, Some("agent"), true),
        user(2, Some("admin"), true),
        user(3, None, true),
        user(4, Some("agent"), true),
        user(5, Some("agent"), false),
    ];
    facts.source.technicians = vec![
        technician("10", true, None),
        technician("11", false, None),
        technician("12", true, Some(5)),
        technician("13", true, None),
    ];
    (facts, MapSpec { fallback_agent: Some("1@b.example".to_owned()), ..MapSpec::default() })
}

#[test]
fn what_a_cycle_is_planned_from_stands_in_the_facts() {
    let (facts, spec) = facts();
    let of = |named: Option<i64>, lent: Option<i64>| {
        SeatNeed::of(&facts, &spec, 4, named.map(TargetId), lent.map(TargetId))
    };
    let found = of(None, Some(5)).unwrap();
    assert_eq!((found.seats, found.used, found.spare), (4, 4, Some(TargetId(4))));
    assert_eq!(found.newcomers, [SourceId::from("10")], "who has left, or has an account, is not brought in");
    assert_eq!((found.lent, found.unknown), (Some(TargetId(5)), 1));
    assert!(plan_seats(&found).says().contains("whether 1 technician of whom no address is known"));
    assert_eq!(of(None, Some(4)).unwrap().lent, None, "it was given back");
    assert_eq!(
        of(Some(3), None).unwrap().spare,
        Some(TargetId(3)),
        "one that is named may be of any role but one"
    );
    for (named, why) in [
        (1, CannotSpare::Fallback),
        (2, CannotSpare::Admin),
        (5, CannotSpare::NotActive),
        (9, CannotSpare::NotActive),
    ] {
        assert_eq!(of(Some(named), None), Err(why), "{named}");
    }
}
