//! What is said of a migration before it is made: what will land and what will not, how hard it is, how long it takes,
//! what would act on the imported tickets, and what stands in the way. Pure: the facts of an assessment in, a judgement
//! out. Nobody is called, nothing is kept, and the same facts under the same terms always say the same.

#![deny(missing_docs)]

mod discovery;
mod document;
mod estimate;
mod exposure;
mod field_slots;
mod gaps;
mod grade;
mod object;
mod preflight;
mod score;
mod seat_cycle;
mod terms;
#[cfg(test)]
mod tests;

use protocol::facts::{Facts, Records};
use serde::{Deserialize, Serialize};

pub use discovery::{Discovery, discovery};
pub use document::document;
pub use estimate::{Bottleneck, Calls, Estimate, Range, TWO_MILLION, estimate};
pub use exposure::{Exposure, exposure};
pub use field_slots::{FieldSlots, field_slots};
pub use gaps::{Gap, gaps};
pub use grade::{Factor, Grade, Letter, grade};
pub use object::{Object, Verdict};
pub use preflight::{Affected, Finding, RULES, Severity, finding_hash, open_blocks, preflight};
pub use score::{ObjectScore, Score, score};
pub use seat_cycle::{
    CannotSpare, SeatCycle, SeatDeed, SeatNeed, SeatStep, SeatVerdict, StepRefused, plan_seats,
};
pub use terms::{Rate, Terms};

/// Everything that is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The figures of the discovery.
    pub discovery: Discovery,
    /// What has no place at the destination.
    pub gaps: Vec<Gap>,
    /// What lands, object by object.
    pub score: Score,
    /// How hard it is.
    pub grade: Grade,
    /// How long it takes.
    pub estimate: Estimate,
    /// What would act on imported tickets.
    pub exposure: Vec<Exposure>,
    /// What stands in the way.
    pub preflight: Vec<Finding>,
}

/// Judges the facts under the terms. `records` names the records behind the findings; without them a finding counts but
/// names none.
#[must_use]
pub fn assess(facts: &Facts, records: &Records, terms: &Terms) -> Assessment {
    let score = score(facts, terms);
    let estimate = estimate(facts, terms);
    let grade = grade(facts, terms, &score, &estimate);
    Assessment {
        discovery: discovery(facts, terms),
        gaps: gaps(facts, terms),
        exposure: exposure(facts),
        preflight: preflight(facts, records, terms, &estimate),
        score,
        grade,
        estimate,
    }
}
