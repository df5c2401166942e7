//! The milestones after a run: the source frozen, the destination made the system of record, the watch over it ended.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A milestone an operator declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// Nobody writes at the source any more. It cannot be enforced there; deltas watch it.
    Freeze,
    /// The source is written to again.
    Unfreeze,
    /// The destination is the system of record. The watch over it begins.
    CutOver,
    /// The watch is over.
    Close,
}

impl Milestone {
    /// Every milestone.
    pub const ALL: [Self; 4] = [Self::Freeze, Self::Unfreeze, Self::CutOver, Self::Close];

    /// Its name, as in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
            Self::CutOver => "cut_over",
            Self::Close => "close",
        }
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A milestone nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no milestone: give freeze, unfreeze, cut_over or close")]
pub struct NoMilestone(pub String);

impl FromStr for Milestone {
    type Err = NoMilestone;
    fn from_str(name: &str) -> Result<Self, NoMilestone> {
        Self::ALL.into_iter().find(|one| one.name() == name).ok_or_else(|| NoMilestone(name.to_owned()))
    }
}

/// Declares a milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declare {
    /// Which.
    pub milestone: Milestone,
    /// The person who declares it; whoever holds the token or signs for the map, unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// For `cut_over`: how many records may be left open by delta and verification. None unless given.
    #[serde(default)]
    pub tolerate: u64,
    /// For `close`: before the watch is over.
    #[serde(default)]
    pub early: bool,
}
