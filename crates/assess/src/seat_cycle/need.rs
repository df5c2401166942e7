//! What a seat cycle is planned from: seats, accounts and technicians, as the facts of the assessment have them.

use protocol::{
    MapSpec, SourceId, TargetId,
    facts::{Facts, TechnicianFacts, UserFacts},
    map_spec::address_hash,
};

/// The role whose accounts are never disabled: the key of the migration is one of theirs.
const ADMIN: &str = "admin";

/// Why an account may not be disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotSpare {
    /// No active account has the id.
    NotActive,
    /// It is the fallback agent's, who takes over tickets in the run.
    Fallback,
    /// It is an admin's.
    Admin,
}

impl CannotSpare {
    /// In a word.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::NotActive => "no active account has this id",
            Self::Fallback => "it is the fallback agent's, who takes over tickets in the run",
            Self::Admin => "it is an admin's, and the key of the migration may be theirs",
        }
    }
}

/// What a cycle is planned from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeatNeed {
    /// Seats of the plan.
    pub seats: u64,
    /// Accounts active now.
    pub used: u64,
    /// Technicians who work and have no account, by their ids at the source.
    pub newcomers: Vec<SourceId>,
    /// Technicians who work and of whom no address is known.
    pub unknown: u64,
    /// The account that may be disabled to free a seat.
    pub spare: Option<TargetId>,
    /// The account that is disabled for an earlier cycle already.
    pub lent: Option<TargetId>,
}

impl SeatNeed {
    /// Reads it off the facts. The account to be disabled is the one named, else the active one with the lowest id that is
    /// known to be no admin's and is not the fallback agent's.
    ///
    /// # Errors
    /// [`CannotSpare`] when the account named must stay.
    pub fn of(
        facts: &Facts,
        spec: &MapSpec,
        seats: u64,
        named: Option<TargetId>,
        lent: Option<TargetId>,
    ) -> Result<Self, CannotSpare> {
        let users = &facts.destination.users;
        let active = || users.iter().filter(|user| user.active);
        let spare = match named {
            Some(named) => {
                let user = active().find(|user| user.id == named).ok_or(CannotSpare::NotActive)?;
                must_stay(user, spec).map_or(Ok(Some(named)), Err)?
            }
            None => {
                let may = |user: &&UserFacts| user.role.is_some() && must_stay(user, spec).is_none();
                active().filter(may).map(|user| user.id).min()
            }
        };
        let none = |one: &&TechnicianFacts| one.active && one.user.is_none();
        let (known, unknown): (Vec<_>, Vec<_>) =
            facts.source.technicians.iter().filter(none).partition(|one| one.address.is_some());
        let newcomers = known.into_iter().map(|one| one.id.clone()).collect();
        // An account that is active again by now was given back.
        let lent = lent.filter(|lent| !active().any(|user| user.id == *lent));
        Ok(Self {
            seats,
            used: active().count() as u64,
            newcomers,
            unknown: unknown.len() as u64,
            spare,
            lent,
        })
    }
}

/// Why an account must stay as it is.
fn must_stay(user: &UserFacts, spec: &MapSpec) -> Option<CannotSpare> {
    let named = spec.fallback_agent.as_deref();
    let fallback =
        named.map(|named| if named.contains('@') { address_hash(named) } else { named.to_owned() });
    if fallback.is_some() && user.address == fallback {
        return Some(CannotSpare::Fallback);
    }
    (user.role.as_deref() == Some(ADMIN)).then_some(CannotSpare::Admin)
}
