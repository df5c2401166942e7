//! The seat cycle: how technicians get accounts at a destination whose plan has fewer seats than there are people. One
//! account is disabled, which frees a seat; then one technician is brought in and their account disabled, the next one, and
//! so on; at the end the first account is enabled again. An admin does each step there, and a named person says so here.
//!
//! A pure state machine: steps are acknowledged in their order, never more accounts are active than there are seats, and
//! where no such way exists it says why for as long as that is so.

mod need;
mod says;

use protocol::{SourceId, TargetId};
use serde::{Deserialize, Serialize};

pub use need::{CannotSpare, SeatNeed};

/// What an admin does at the destination in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "deed")]
pub enum SeatDeed {
    /// An account that is there is disabled: its seat is free.
    Free {
        /// The account.
        account: TargetId,
    },
    /// A technician gets an account, which takes the free seat.
    BringIn {
        /// The technician, by their id at the source.
        technician: SourceId,
    },
    /// The account just made is disabled: the seat is free for the next one.
    Disable {
        /// The technician it belongs to.
        technician: SourceId,
    },
    /// The account that was disabled first is enabled again.
    GiveBack {
        /// The account.
        account: TargetId,
    },
}

impl SeatDeed {
    /// Accounts active after it, of those active before.
    #[must_use]
    pub fn after(&self, used: u64) -> u64 {
        match self {
            Self::Free { .. } | Self::Disable { .. } => used.saturating_sub(1),
            Self::BringIn { .. } | Self::GiveBack { .. } => used + 1,
        }
    }
}

/// A step of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatStep {
    /// What is to be done.
    #[serde(flatten)]
    pub deed: SeatDeed,
    /// Who said that it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What the figures come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatVerdict {
    /// There are seats enough, or nobody is to come in.
    NotNeeded,
    /// The technicians come in one at a time, by the steps.
    Checklist,
    /// No way: more accounts are active than there are seats already.
    AboveSeats,
    /// No way: every seat is in use and no account may be disabled.
    NobodyToDisable,
    /// No way: the seat of the account that was disabled is in use.
    SeatTaken,
}

/// A cycle: the figures it was planned from, what they come to, and its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatCycle {
    /// Seats of the destination's plan.
    pub seats: u64,
    /// Accounts active there when it was planned.
    pub used: u64,
    /// Technicians who had no account there.
    pub newcomers: u64,
    /// Technicians of whom no address is known, so that nobody can say whether they have one.
    pub unknown: u64,
    /// What the figures come to.
    pub verdict: SeatVerdict,
    /// The steps, in their order; none unless the verdict is a checklist.
    pub steps: Vec<SeatStep>,
}

/// A step that is not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepRefused {
    /// Another one comes first.
    OutOfOrder {
        /// The step, from 1.
        step: usize,
        /// The one that is next.
        next: usize,
    },
    /// There is none of this number.
    NoSuchStep {
        /// The number.
        step: usize,
        /// How many there are.
        steps: usize,
    },
}

/// Plans a cycle.
#[must_use]
pub fn plan_seats(need: &SeatNeed) -> SeatCycle {
    let newcomers = need.newcomers.len() as u64;
    let cycle = |verdict, deeds: Vec<SeatDeed>| SeatCycle {
        seats: need.seats,
        used: need.used,
        newcomers,
        unknown: need.unknown,
        verdict,
        steps: deeds.into_iter().map(|deed| SeatStep { deed, by: None }).collect(),
    };
    let enough = need.used + newcomers <= need.seats;
    if need.lent.is_none() && (enough || newcomers == 0) {
        return cycle(SeatVerdict::NotNeeded, Vec::new());
    }
    if need.used > need.seats {
        return cycle(SeatVerdict::AboveSeats, Vec::new());
    }
    let free = need.used < need.seats;
    let account = match (need.lent, need.spare) {
        (Some(_), _) if !free => return cycle(SeatVerdict::SeatTaken, Vec::new()),
        (Some(lent), _) => Some(lent),
        (None, _) if free => None,
        (None, Some(spare)) => Some(spare),
        (None, None) => return cycle(SeatVerdict::NobodyToDisable, Vec::new()),
    };
    // Where seats were bought since, everybody fits and only the account is to be enabled again.
    let fits = need.lent.is_some() && need.used + newcomers < need.seats;
    let mut deeds = Vec::new();
    if let (Some(account), None) = (account, need.lent) {
        deeds.push(SeatDeed::Free { account });
    }
    for technician in need.newcomers.iter().filter(|_| !fits) {
        deeds.push(SeatDeed::BringIn { technician: technician.clone() });
        deeds.push(SeatDeed::Disable { technician: technician.clone() });
    }
    deeds.extend(account.map(|account| SeatDeed::GiveBack { account }));
    cycle(SeatVerdict::Checklist, deeds)
}

impl SeatCycle {
    /// The number of the step that is next, from 1; none when every step is done.
    #[must_use]
    pub fn next(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.by.is_none()).map(|at| at + 1)
    }

    /// Accounts active by what was acknowledged so far.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        let done = self.steps.iter().take_while(|step| step.by.is_some());
        done.fold(self.used, |used, step| step.deed.after(used))
    }

    /// Whether a step was acknowledged and another one is left.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.next().is_some_and(|next| next > 1)
    }

    /// The account that is disabled for the cycle and not yet enabled again.
    #[must_use]
    pub fn lent(&self) -> Option<TargetId> {
        let lends = |deed: &SeatDeed| matches!(deed, SeatDeed::Free { .. });
        let is_out = self.steps.first().is_some_and(|first| !lends(&first.deed) || first.by.is_some());
        let SeatStep { deed: SeatDeed::GiveBack { account }, by: None } = self.steps.last()? else {
            return None;
        };
        is_out.then_some(*account)
    }

    /// Takes a person's word that a step is done. The word for a step that is done already changes nothing, and says so by
    /// `false`; the first name stands.
    ///
    /// # Errors
    /// [`StepRefused`].
    pub fn acknowledge(&mut self, step: usize, by: &str) -> Result<bool, StepRefused> {
        let (next, steps) = (self.next(), self.steps.len());
        let at = step.checked_sub(1).and_then(|at| self.steps.get_mut(at));
        let Some(found) = at else { return Err(StepRefused::NoSuchStep { step, steps }) };
        if found.by.is_some() {
            return Ok(false);
        }
        match next {
            Some(next) if next != step => Err(StepRefused::OutOfOrder { step, next }),
            _ => {
                found.by = Some(by.to_owned());
                Ok(true)
            }
        }
    }
}
