//! What a pass is for. A migration has one errand at a time; when it is over, the migration stands where the errand says.

use serde::{Deserialize, Serialize};

use crate::{
    BatchId, FailureCode, Key, MigrationState, ObjectKind, Pass, UnixMs,
    migration::MigrationState::{
        CutOver, Draft, Frozen, Hypercare, Mapped, Ready, RolledBack, RollingBack, Running, Sampled,
        SignedOff, Surveyed, Verifying,
    },
};

/// Which records of ours are undone; what is not given is not asked for, the default means all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoScope {
    /// Only of these kinds; empty means every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<ObjectKind>,
    /// Only what this batch wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
    /// Only what this pass wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<Pass>,
    /// Only what was settled at or after this point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<UnixMs>,
    /// Only what was settled before this point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<UnixMs>,
    /// Only records with this cause, such as those that stand there but not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<FailureCode>,
    /// Only the sample.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sample: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl UndoScope {
    /// Whether everything of ours is meant.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }
}

/// Asks for an errand, as [`Errand`] is written; fields it does not know are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginErrand {
    /// Its name.
    pub errand: String,
    /// For `verify`: whether what differs is written again as it was meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repair: bool,
    /// For `undo`: which records.
    #[serde(default, skip_serializing_if = "UndoScope::is_whole")]
    pub scope: UndoScope,
    /// For `sample`: records of each kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// For `repair`: the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Key>,
}

/// An errand that cannot be meant so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoErrand {
    /// Nobody knows it, or it was asked for with another's fields.
    #[error(
        "{0} is no errand, or not with these fields: give assess, sample (size), verify (repair), repair (record), delta, document or undo (scope)"
    )]
    Unknown(String),
    /// Too few or too many records of each kind.
    #[error("a sample has 50 to 100 records of each kind, {0} were asked for: give a size in between")]
    Size(u32),
}

impl TryFrom<BeginErrand> for Errand {
    type Error = NoErrand;

    fn try_from(asked: BeginErrand) -> Result<Self, NoErrand> {
        let BeginErrand { errand, repair, scope, size, record } = asked;
        match (errand.as_str(), repair, scope.is_whole(), size, record) {
            ("assess", false, true, None, None) => Ok(Self::Assess),
            ("sample", false, true, size, None) => Self::sample(size.unwrap_or(SAMPLE_SIZE)),
            ("verify", _, true, None, None) => Ok(Self::Verify { repair }),
            ("repair", false, true, None, Some(record)) => Ok(Self::Repair { record }),
            ("delta", false, true, None, None) => Ok(Self::Delta),
            ("document", false, true, None, None) => Ok(Self::Document),
            ("undo", false, _, None, None) => Ok(Self::Undo { scope }),
            _ => Err(NoErrand::Unknown(errand)),
        }
    }
}

impl From<&Errand> for BeginErrand {
    fn from(errand: &Errand) -> Self {
        let name = errand.name().to_owned();
        let repair = matches!(errand, Errand::Verify { repair: true });
        let scope = if let Errand::Undo { scope } = errand { scope.clone() } else { UndoScope::default() };
        let size = if let Errand::Sample { size } = errand { Some(*size) } else { None };
        let record = if let Errand::Repair { record } = errand { Some(record.clone()) } else { None };
        Self { errand: name, repair, scope, size, record }
    }
}

/// Records of each kind a sample has, unless somebody says otherwise.
pub const SAMPLE_SIZE: u32 = 60;

/// The least and the most records of each kind a sample has.
pub const SAMPLE_SIZES: std::ops::RangeInclusive<u32> = 50..=100;

/// What a pass is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "errand")]
pub enum Errand {
    /// To move everything, or what is new since the pass before.
    #[default]
    Move,
    /// To look at both sides and count. Nothing is written.
    Assess,
    /// To move the sample's records and nothing else.
    Sample {
        /// Records of each kind.
        size: u32,
    },
    /// To read back everything that was written and compare it field by field.
    Verify {
        /// Whether what differs is written again as it was meant.
        #[serde(default)]
        repair: bool,
    },
    /// To read back one record and write it again as it was meant, where it differs and nobody else has changed it.
    Repair {
        /// The record.
        record: Key,
    },
    /// To bring the destination up to what the source says now.
    Delta,
    /// To write the documents again.
    Document,
    /// To take back what was written.
    Undo {
        /// Which of it.
        #[serde(default)]
        scope: UndoScope,
    },
}

impl Errand {
    /// A sample of so many records of each kind.
    ///
    /// # Errors
    /// [`NoErrand::Size`] when they are fewer or more than [`SAMPLE_SIZES`].
    pub fn sample(size: u32) -> Result<Self, NoErrand> {
        if SAMPLE_SIZES.contains(&size) { Ok(Self::Sample { size }) } else { Err(NoErrand::Size(size)) }
    }

    /// Its name, as in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Assess => "assess",
            Self::Sample { .. } => "sample",
            Self::Verify { .. } => "verify",
            Self::Repair { .. } => "repair",
            Self::Delta => "delta",
            Self::Document => "document",
            Self::Undo { .. } => "undo",
        }
    }

    /// Whether it may begin in a state.
    #[must_use]
    pub fn may_begin_in(&self, state: MigrationState) -> bool {
        use MigrationState::{Cancelled, Halted, Paused};
        match self {
            Self::Move => matches!(state, Draft | Surveyed | Mapped | Sampled | Ready),
            Self::Assess => matches!(state, Draft | Surveyed | Mapped),
            Self::Sample { .. } => matches!(state, Draft | Surveyed | Mapped | Sampled),
            Self::Verify { .. } => matches!(state, Sampled | Ready | Frozen | CutOver | Hypercare),
            Self::Repair { record } => {
                !record.kind.is_nested() && matches!(state, Sampled | Ready | Frozen | CutOver | Hypercare)
            }
            Self::Delta => matches!(state, Ready | Frozen),
            Self::Document => matches!(state, Ready | Frozen | CutOver | Hypercare),
            // Once everything is moved, what belonged to the sample is a part of it like any other.
            Self::Undo { scope } if scope.sample => matches!(state, Sampled | Halted | Paused),
            Self::Undo { scope } => match state {
                Sampled | Ready | Frozen | CutOver | Hypercare => true,
                Halted | Paused | Cancelled => scope.is_whole(),
                _ => false,
            },
        }
    }

    /// The states in which work on it goes on, the one it begins in first.
    #[must_use]
    pub fn works_in(&self) -> &'static [MigrationState] {
        match self {
            Self::Move => &[Draft, Surveyed, Mapped, Sampled, SignedOff, Running, Verifying],
            Self::Assess => &[Draft],
            Self::Sample { .. } => &[Draft, Surveyed, Mapped],
            Self::Verify { .. } | Self::Repair { .. } => &[Verifying],
            Self::Delta | Self::Document => &[Running, Verifying],
            Self::Undo { .. } => &[RollingBack],
        }
    }

    /// Where the migration stands once it is over, having come from `from`.
    #[must_use]
    pub fn ends_in(&self, from: MigrationState) -> MigrationState {
        match self {
            Self::Move => Ready,
            Self::Assess => Surveyed,
            Self::Sample { .. } => Sampled,
            Self::Verify { .. } | Self::Repair { .. } | Self::Delta | Self::Document => from,
            Self::Undo { scope } if scope.is_whole() => RolledBack,
            Self::Undo { scope } if scope.sample || from == Sampled => Mapped,
            Self::Undo { .. } => from,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::MOVES;

    fn errands() -> Vec<Errand> {
        let sample = UndoScope { sample: true, ..UndoScope::default() };
        vec![
            Errand::Move,
            Errand::Assess,
            Errand::Sample { size: 50 },
            Errand::Verify { repair: true },
            Errand::Repair { record: Key::new(crate::ObjectKind::Ticket, 7) },
            Errand::Delta,
            Errand::Document,
            Errand::Undo { scope: UndoScope::default() },
            Errand::Undo { scope: sample },
        ]
    }

    #[test]
    fn every_errand_can_be_walked_by_the_table_of_moves() {
        for errand in errands() {
            let (first, last) = (errand.works_in()[0], *errand.works_in().last().unwrap());
            for (from, _) in MOVES {
                if !errand.may_begin_in(from) {
                    continue;
                }
                let begins = errand.works_in().contains(&from) || from.may_become(first);
                assert!(begins || errand == Errand::Move, "{} cannot begin in {from}", errand.name());
                let to = errand.ends_in(from);
                assert!(last.may_become(to), "{} cannot end in {to}", errand.name());
            }
        }
    }

    #[test]
    fn an_errand_is_read_as_it_is_written() {
        for errand in errands() {
            let json = serde_json::to_value(&errand).unwrap();
            assert_eq!(json["errand"], errand.name());
            assert_eq!(serde_json::from_value::<Errand>(json).unwrap(), errand);
            let asked = BeginErrand::from(&errand);
            let asked: BeginErrand = serde_json::from_value(serde_json::json!(asked)).unwrap();
            assert_eq!(Errand::try_from(asked).ok(), Some(errand).filter(|errand| *errand != Errand::Move));
        }
    }

    #[test]
    fn a_sample_has_fifty_to_a_hundred_records_of_each_kind() {
        let asked = |size| BeginErrand { errand: "sample".to_owned(), size, ..BeginErrand::default() };
        assert_eq!(Errand::try_from(asked(None)), Ok(Errand::Sample { size: SAMPLE_SIZE }));
        for size in [50, 100] {
            assert_eq!(Errand::try_from(asked(Some(size))), Ok(Errand::Sample { size }));
        }
        for size in [0, 49, 101] {
            assert_eq!(Errand::try_from(asked(Some(size))), Err(NoErrand::Size(size)));
        }
        let other = BeginErrand { errand: "delta".to_owned(), ..asked(Some(60)) };
        assert_eq!(Errand::try_from(other), Err(NoErrand::Unknown("delta".to_owned())));
    }

    #[test]
    fn a_sample_is_made_before_the_run_and_taken_back_before_it() {
        let scope = UndoScope { sample: true, ..UndoScope::default() };
        for (state, _) in MOVES {
            let moved = matches!(state, Running | Verifying | Ready | Frozen | CutOver | Hypercare);
            assert!(!moved || !Errand::Sample { size: 50 }.may_begin_in(state), "{state}");
            assert!(!moved || !Errand::Undo { scope: scope.clone() }.may_begin_in(state), "{state}");
        }
    }

    #[test]
    fn what_is_past_the_cutover_is_never_moved_again_without_being_undone() {
        for state in [CutOver, Hypercare, MigrationState::Closed] {
            assert!(!Errand::Move.may_begin_in(state) && !Errand::Delta.may_begin_in(state));
        }
    }
}
