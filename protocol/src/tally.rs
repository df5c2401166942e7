//! The closed equation: every record of the source is accounted for in exactly one column.

use serde::{Deserialize, Serialize};

use crate::Outcome;

/// Counts of one kind in one pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records seen at the source.
    pub source: u64,
    /// Written new.
    pub created: u64,
    /// Existing records of the destination used.
    pub adopted: u64,
    /// Earlier copies brought up to date.
    pub updated: u64,
    /// Earlier copies that needed nothing.
    pub unchanged: u64,
    /// Left for a stated reason.
    pub skipped: u64,
    /// Could not be mapped.
    pub rejected: u64,
    /// Could not be written.
    pub failed: u64,
    /// Left out by a filter.
    pub excluded: u64,
    /// Taken back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undone: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Tally {
    /// The column of an outcome.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> u64 {
        let mut copy = *self;
        *copy.of_mut(outcome)
    }

    /// The column of an outcome, to be counted up.
    pub fn of_mut(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Adopted => &mut self.adopted,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Rejected => &mut self.rejected,
            Outcome::Failed => &mut self.failed,
            Outcome::Excluded => &mut self.excluded,
            Outcome::Undone => &mut self.undone,
        }
    }

    /// Records accounted for, in whatever column.
    #[must_use]
    pub fn accounted(&self) -> u64 {
        Outcome::ALL.into_iter().map(|outcome| self.of(outcome)).sum()
    }

    /// Source minus all columns: 0 when nothing is unaccounted for.
    #[must_use]
    pub fn difference(&self) -> i64 {
        self.source.cast_signed() - self.accounted().cast_signed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_in_no_column_shows_as_a_difference() {
        let mut tally = Tally { source: 9, ..Tally::default() };
        for outcome in Outcome::ALL {
            assert_ne!(tally.difference(), 0);
            *tally.of_mut(outcome) += 1;
            assert_eq!(tally.of(outcome), 1);
        }
        assert_eq!(tally.difference(), 0);
    }
}
