//! The grade, A to E, from four factors of 0 to 1. Each factor gets better when its facts get better and never worse, and
//! the grade is their weighted mean: so a better account never has a worse grade.

use protocol::facts::Facts;
use serde::{Deserialize, Serialize};

use crate::{Estimate, Score, Terms, field_slots};

/// The letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Letter {
    /// Simple.
    A,
    /// Simple with exceptions.
    B,
    /// Moderate.
    C,
    /// Hard.
    D,
    /// To be scoped by itself.
    E,
}

/// The lowest mean of each letter but the last.
const FLOORS: [(Letter, f64); 4] = [(Letter::A, 0.85), (Letter::B, 0.7), (Letter::C, 0.55), (Letter::D, 0.4)];

/// One of the four.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// compatibility, mapping_clarity, api_constraints or data_volume.
    pub name: String,
    /// 0 to 1, 1 the best.
    pub value: f64,
    /// Its part in the mean.
    pub weight: f64,
    /// What it comes from.
    pub why: String,
}

/// The grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    /// The letter.
    pub letter: Letter,
    /// The weighted mean.
    pub value: f64,
    /// What it comes from.
    pub factors: Vec<Factor>,
}

/// Grades.
#[must_use]
pub fn grade(facts: &Facts, terms: &Terms, score: &Score, estimate: &Estimate) -> Grade {
    let factors = vec![
        Factor {
            name: "compatibility".to_owned(),
            value: score.weighted.midpoint(score.by_object),
            weight: 0.4,
            why: format!(
                "{:.0} % of the records' worth arrives, {:.0} % of the objects'",
                score.weighted * 100.0,
                score.by_object * 100.0
            ),
        },
        clarity(facts, terms),
        constraints(facts, estimate),
        volume(estimate),
    ];
    of(factors)
}

/// The mean and its letter.
fn of(factors: Vec<Factor>) -> Grade {
    let weights: f64 = factors.iter().map(|factor| factor.weight).sum();
    let value =
        factors.iter().map(|factor| factor.value.clamp(0.0, 1.0) * factor.weight).sum::<f64>() / weights;
    let letter = FLOORS.iter().find(|(_, floor)| value >= *floor).map_or(Letter::E, |(letter, _)| *letter);
    Grade { letter, value, factors }
}

/// How much somebody still has to decide: values only the default takes, fields without a slot, groups undecided.
fn clarity(facts: &Facts, terms: &Terms) -> Factor {
    let unplaced = mapping::unplaced(&facts.surveys, &terms.spec);
    let unmapped = unplaced.iter().filter(|one| one.facet != mapping::Facet::Source).count();
    let slots = field_slots(facts, &terms.spec);
    let undecided = mapping::undecided(&facts.source.duplicates, &terms.spec).count();
    let roles = mapping::unmapped_roles(&facts.source.technicians, &terms.spec).len();
    let open = unmapped + slots.companion.len() + undecided + roles;
    let settled = slots.seated as usize + 8;
    Factor {
        name: "mapping_clarity".to_owned(),
        value: settled as f64 / (settled + open) as f64,
        weight: 0.25,
        why: format!(
            "{open} decisions are open ({unmapped} values, {} fields without a slot, {undecided} groups of customers, {roles} roles), {settled} are made",
            slots.companion.len()
        ),
    }
}

/// How much the vendors' APIs stand in the way: hours at the limit, and listings that are not given.
fn constraints(facts: &Facts, estimate: &Estimate) -> Factor {
    let hours = estimate.run_hours.likely;
    let by_time = 1.0 / (1.0 + hours / 24.0);
    let lacking = facts.source.unavailable.len();
    Factor {
        name: "api_constraints".to_owned(),
        value: by_time * 0.8_f64.powi(i32::try_from(lacking).unwrap_or(i32::MAX)),
        weight: 0.2,
        why: format!("{hours:.1} hours at the limit, {lacking} listings not given"),
    }
}

/// How much there is: 1 up to a thousand records, 0 from ten million on, by the magnitude between.
fn volume(estimate: &Estimate) -> Factor {
    let records = estimate.records.max(1) as f64;
    let magnitude = ((records.log10() - 3.0) / 4.0).clamp(0.0, 1.0);
    Factor {
        name: "data_volume".to_owned(),
        value: 1.0 - magnitude,
        weight: 0.15,
        why: format!("{} records", estimate.records),
    }
}
