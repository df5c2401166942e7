//! What a pass is for. A migration has one errand at a time; when it is over, the migration stands where the errand says.

use serde::{Deserialize, Serialize};

use crate::{
    BatchId, FailureCode, MigrationState, ObjectKind, Pass, UnixMs,
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
}

/// An errand nobody knows, or one asked for with another's fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is no errand, or not with these fields: give assess, verify (repair), delta, document or undo (scope)"
)]
pub struct NoErrand(pub String);

impl TryFrom<BeginErrand> for Errand {
    type Error = NoErrand;

    fn try_from(asked: BeginErrand) -> Result<Self, NoErrand> {
        let BeginErrand { errand, repair, scope } = asked;
        match (errand.as_str(), repair, scope.is_whole()) {
            ("assess", false, true) => Ok(Self::Assess),
            ("verify", _, true) => Ok(Self::Verify { repair }),
            ("delta", false, true) => Ok(Self::Delta),
            ("document", false, true) => Ok(Self::Document),
            ("undo", false, _) => Ok(Self::Undo { scope }),
            _ => Err(NoErrand(errand)),
        }
    }
}

impl From<&Errand> for BeginErrand {
    fn from(errand: &Errand) -> Self {
        let name = errand.name().to_owned();
        let repair = matches!(errand, Errand::Verify { repair: true });
        let scope = if let Errand::Undo { scope } = errand { scope.clone() } else { UndoScope::default() };
        Self { errand: name, repair, scope }
    }
}

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
    Sample,
    /// To read back everything that was written and compare it field by field.
    Verify {
        /// Whether what differs is written again as it was meant.
        #[serde(default)]
        repair: bool,
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
    /// Its name, as in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Assess => "assess",
            Self::Sample => "sample",
            Self::Verify { .. } => "verify",
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
            // Nothing picks the sample's records yet: begun all the same, it would move every record before a sign-off.
            Self::Sample => false,
            Self::Verify { .. } => matches!(state, Sampled | Ready | Frozen | CutOver | Hypercare),
            Self::Delta => matches!(state, Ready | Frozen),
            Self::Document => matches!(state, Ready | Frozen | CutOver | Hypercare),
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
            Self::Sample => &[Draft, Surveyed, Mapped],
            Self::Verify { .. } => &[Verifying],
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
            Self::Sample => Sampled,
            Self::Verify { .. } | Self::Delta | Self::Document => from,
            Self::Undo { scope } if scope.is_whole() => RolledBack,
            Self::Undo { .. } if from == Sampled => Mapped,
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
            Errand::Sample,
            Errand::Verify { repair: true },
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
            assert_eq!(
                Errand::try_from(asked).ok(),
                Some(errand).filter(|errand| !matches!(errand, Errand::Move | Errand::Sample))
            );
        }
    }

    #[test]
    fn no_sample_is_moved_before_its_records_are_picked() {
        assert!(MOVES.iter().all(|(state, _)| !Errand::Sample.may_begin_in(*state)));
        let asked = BeginErrand { errand: "sample".to_owned(), ..BeginErrand::default() };
        assert_eq!(Errand::try_from(asked), Err(NoErrand("sample".to_owned())));
    }

    #[test]
    fn what_is_past_the_cutover_is_never_moved_again_without_being_undone() {
        for state in [CutOver, Hypercare, MigrationState::Closed] {
            assert!(!Errand::Move.may_begin_in(state) && !Errand::Delta.may_begin_in(state));
        }
    }
}
