//! What a seat cycle says of itself, in one sentence with its figures, and what each step asks for.

use std::fmt;

use super::{SeatCycle, SeatDeed, SeatVerdict, StepRefused};

/// "1 account is", "3 accounts are".
fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

impl SeatCycle {
    /// What the figures come to, and what to do about it.
    #[must_use]
    pub fn says(&self) -> String {
        let unknown = match self.unknown {
            0 => String::new(),
            count => format!(
                "; whether {} of whom no address is known can have an account shows once their addresses stand in \
                 source.supplements.technicians",
                counted(count, "technician", "technicians")
            ),
        };
        self.figures() + &unknown
    }

    fn figures(&self) -> String {
        let (seats, used) = (self.seats, self.used);
        let active = counted(used, "account is active", "accounts are active");
        let come = counted(self.newcomers, "technician has none", "technicians have none");
        let of = counted(seats, "seat", "seats");
        match self.verdict {
            SeatVerdict::NotNeeded if self.newcomers == 0 => format!(
                "no cycle is needed: nobody is to be brought in, neither at the destination, where every technician who works has \
                 an account and {active} of {of}, nor at the source, which the migration leaves"
            ),
            SeatVerdict::NotNeeded => format!(
                "no cycle is needed: {active} at the destination and {come}, which makes {} of {of}; at the source nobody is \
                 brought in, the migration leaves it",
                used + self.newcomers
            ),
            SeatVerdict::Checklist if self.next().is_none() => {
                format!("every step is done: {} of {of} in use", self.in_use())
            }
            SeatVerdict::Checklist => {
                let over = (used + self.newcomers).saturating_sub(seats);
                let why = if over > 0 {
                    format!("{over} too few, so they come in one at a time")
                } else {
                    "an account that was disabled is to be enabled again".to_owned()
                };
                format!("{active} at the destination and {come}, of {of}: {why}")
            }
            SeatVerdict::AboveSeats => format!(
                "there is no way: {active} and the plan has {of}; disable {} of them, or say the right number with `flotilla seats plan \
                 --seats N`, then assess and plan again",
                used - seats.min(used)
            ),
            SeatVerdict::NobodyToDisable => format!(
                "there is no way: {active}, which is each of {of}, {come}, and no account may be disabled (those of admins and of \
                 the fallback agent stay); name one with `flotilla seats plan --disable ID`, or buy one seat"
            ),
            SeatVerdict::SeatTaken => format!(
                "there is no way: {active}, which is each of {of}, and the account that was disabled for the cycle cannot be \
                 enabled again; disable one, then assess and plan again"
            ),
        }
    }
}

impl fmt::Display for SeatDeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free { account } => write!(f, "disable account {account}, which frees a seat"),
            Self::BringIn { technician } => write!(f, "bring in technician {technician}"),
            Self::Disable { technician } => write!(f, "disable the account of technician {technician}"),
            Self::GiveBack { account } => write!(f, "enable account {account} again"),
        }
    }
}

impl fmt::Display for StepRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfOrder { step, next } => {
                write!(f, "step {step} comes later: step {next} is to be done and acknowledged first")
            }
            Self::NoSuchStep { step, steps: 0 } => {
                write!(f, "there is no step {step}: the cycle has none, `flotilla seats show` says why")
            }
            Self::NoSuchStep { step, steps } => {
                write!(f, "there is no step {step}: the cycle has steps 1 to {steps}")
            }
        }
    }
}
