//! The grade: five accounts for five letters, and no better account with a worse grade.

use protocol::{ObjectKind, facts::Facts};

use super::accounts::{field, sound, survey, technician, terms};
use crate::{Grade, Letter, Terms, assess};

fn graded(facts: &Facts, terms: &Terms) -> Grade {
    assess(facts, &protocol::facts::Records::default(), terms).grade
}

/// From a small shop to a large one with everything in it.
fn five() -> [(Letter, Facts, Terms); 5] {
    let statuses: [(&str, u64); 2] = [("Open", 100), ("Closed", 400)];
    let mut simple = sound(500);
    simple.surveys[0] = survey(ObjectKind::Ticket, 500, &[("status", &statuses)]);

    let mut usual = sound(8_000);
    usual.source.counts.extend([("contracts".to_owned(), 40), ("work_hours".to_owned(), 900)]);
    usual.source.technicians.push(technician(3, None));

    let mut moderate = sound(60_000);
    moderate.source.counts.extend([("agents".to_owned(), 9_000), ("work_hours".to_owned(), 20_000)]);
    moderate.source.fields.extend((0..20).map(|n| field("Ticket", &format!("F{n}"), "Text")));

    let mut hard = sound(400_000);
    hard.source.counts.extend([("agents".to_owned(), 60_000), ("work_hours".to_owned(), 200_000)]);
    hard.source.fields.extend((0..40).map(|n| field("Ticket", &format!("F{n}"), "Text")));
    hard.source.supplements.clear();

    let mut alone = hard.clone();
    alone.surveys[0].count = 1_500_000;
    alone.source.counts.extend([("agents".to_owned(), 3_000_000), ("work_hours".to_owned(), 9_000_000)]);
    alone.source.fields.extend((0..40).map(|n| field("Contract", &format!("G{n}"), "Text")));
    alone.source.unavailable = vec!["contracts".to_owned(), "articles".to_owned()];
    alone.source.fields.extend((0..60).map(|n| field("Ticket", &format!("H{n}"), "Text")));

    [
        (Letter::A, simple, terms()),
        (Letter::B, usual, terms()),
        (Letter::C, moderate, terms()),
        (Letter::D, hard, terms()),
        (Letter::E, alone, terms()),
    ]
}

#[test]
fn five_accounts_have_five_grades() {
    let graded = five().map(|(_, facts, terms)| graded(&facts, &terms));
    let told: Vec<String> = graded.iter().map(|one| format!("{:?} {:.3}", one.letter, one.value)).collect();
    assert_eq!(graded.each_ref().map(|one| one.letter), five().map(|(letter, ..)| letter), "{told:?}");
    for one in &graded {
        let names: Vec<&str> = one.factors.iter().map(|factor| factor.name.as_str()).collect();
        assert_eq!(names, ["compatibility", "mapping_clarity", "api_constraints", "data_volume"]);
        assert!(one.factors.iter().all(|factor| (0.0..=1.0).contains(&factor.value)), "{one:?}");
    }
}

#[test]
fn what_makes_an_account_worse_never_makes_its_grade_better() {
    type Worse = fn(&mut Facts, &mut Terms);
    let worse: [(&str, Worse); 7] = [
        ("ten times as much of everything", |facts, _| {
            for survey in &mut facts.surveys {
                survey.count *= 10;
                survey
                    .observed
                    .values_mut()
                    .flat_map(|values| values.values_mut())
                    .for_each(|count| *count *= 10);
            }
            let source = &mut facts.source;
            source.counts.values_mut().for_each(|count| *count *= 10);
            source.supplements.iter_mut().for_each(|one| one.rows *= 10);
            source.tags *= 10;
            source.threads.tickets *= 10;
        }),
        ("a slower destination", |_, terms| terms.rate.limit /= 2),
        ("more left to others", |_, terms| terms.rate.reserve = 0.5),
        ("more fields than slots", |facts, _| {
            facts.source.fields.extend((0..30).map(|n| field("Ticket", &format!("X{n}"), "Text")));
        }),
        ("a status without a place", |facts, _| {
            let status = facts.surveys[0].observed.entry("status".to_owned()).or_default();
            status.insert("Waiting for parts".to_owned(), 5);
        }),
        ("no supplements", |facts, _| facts.source.supplements.clear()),
        ("listings not given", |facts, _| facts.source.unavailable.push("contracts".to_owned())),
    ];
    for (letter, facts, terms) in five() {
        let before = graded(&facts, &terms);
        for (what, change) in worse {
            let (mut facts, mut terms) = (facts.clone(), terms.clone());
            change(&mut facts, &mut terms);
            let after = graded(&facts, &terms);
            assert!(after.value <= before.value + 1e-9, "{letter:?}, {what}: {before:?} {after:?}");
            assert!(after.letter >= before.letter, "{letter:?}, {what}");
            // More records shift the shares of the objects a little, either way.
            let shares = usize::from(what.starts_with("ten times") || what.starts_with("more fields"));
            for (before, after) in before.factors.iter().zip(&after.factors).skip(shares) {
                assert!(after.value <= before.value + 1e-9, "{letter:?}, {what}: {before:?} {after:?}");
            }
        }
    }
}
