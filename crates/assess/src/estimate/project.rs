//! The project's time, apart from the run's: what people do before and after, in working days. By rule, so that it can be
//! argued with: each part is named.

use protocol::facts::Facts;

use super::Range;
use crate::{Terms, field_slots};

/// Working days of discovery and supplements.
const DISCOVERY: f64 = 2.0;

/// Of the sample: made, looked at, corrected, looked at again.
const SAMPLE: f64 = 2.0;

/// Of the cutover.
const CUTOVER: f64 = 1.0;

/// Of the watch after it.
const HYPERCARE: f64 = 5.0;

/// Decisions somebody gets through in a day.
const DECISIONS_A_DAY: f64 = 40.0;

/// Things a day's work rebuilds or reconnects by hand: policies, integrations, rules gone through.
const REBUILT_A_DAY: f64 = 8.0;

pub(super) fn days(facts: &Facts, terms: &Terms, run_hours: Range) -> Range {
    let slots = field_slots(facts, &terms.spec);
    let undecided = mapping::undecided(&facts.source.duplicates, &terms.spec).count() as f64;
    let values = mapping::unplaced(&facts.surveys, &terms.spec).len() as f64;
    let decisions = undecided + values + slots.wanted as f64;
    let supplied = |name: &str| crate::discovery::supplied(facts, name).unwrap_or(0) as f64;
    let rebuilt = supplied("sla_policies") + supplied("integrations") + crate::exposure(facts).len() as f64;
    let people =
        DISCOVERY + decisions / DECISIONS_A_DAY + SAMPLE + rebuilt / REBUILT_A_DAY + CUTOVER + HYPERCARE;
    let run = |hours: f64| (hours / 24.0).ceil().max(0.5);
    Range {
        low: people * 0.8 + run(run_hours.low),
        likely: people + run(run_hours.likely),
        high: people * 1.5 + run(run_hours.high),
    }
}
