//! The seat cycle of a migration in its dossier: planned from the facts of the assessment and the seats an operator has said,
//! acknowledged step by step under a person's name. Every version is kept. In it are ids, counts and the names of those who
//! acknowledged, never a technician's name or address.

use assess::{SeatCycle, SeatNeed, SeatStep, plan_seats};
use ledger::Ledger;
use protocol::{MapSpec, MigrationId, api::PlanSeats};
use serde::{Deserialize, Serialize};

use crate::{
    Error,
    judgement::{self, SAID, Said},
};

/// Name of the cycle in the dossier.
pub const SEATS: &str = "seats";

/// The cycle as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingSeats {
    /// Its version in the dossier.
    pub version: u32,
    /// What its figures come to, in one sentence.
    pub says: String,
    /// Accounts active at the destination by what was acknowledged.
    pub in_use: u64,
    /// The step that is next, from 1; none when none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
    /// Figures, verdict and steps.
    #[serde(flatten)]
    pub cycle: SeatCycle,
}

impl StandingSeats {
    fn new(version: u32, cycle: SeatCycle) -> Self {
        Self { version, says: cycle.says(), in_use: cycle.in_use(), next: cycle.next(), cycle }
    }
}

/// The cycle as it stands.
///
/// # Errors
/// [`Error::NoSeatPlan`] where none was planned, [`Error::Ledger`] when the ledger refuses, [`Error::Dossier`] when the leaf cannot
/// be read.
pub async fn seats(ledger: &dyn Ledger, id: &MigrationId) -> Result<StandingSeats, Error> {
    let kept = kept(ledger, id).await?.ok_or_else(|| Error::NoSeatPlan { id: id.clone() })?;
    Ok(StandingSeats::new(kept.version, kept.cycle))
}

/// Plans the cycle from the newest facts. What was said of the seats is kept for the pre-flight too. Once a step was
/// acknowledged the facts must be younger than that word, or they would not know of the accounts it was about.
///
/// # Errors
/// [`Error::NotAssessed`] without facts, [`Error::SeatsUnsaid`] while nobody has said how many there are, [`Error::SeatAccount`]
/// where the account named must stay, [`Error::SeatFactsOld`], [`Error::SeatsMoved`] when somebody else was faster,
/// [`Error::Ledger`] when the ledger refuses.
pub async fn plan(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    asked: &PlanSeats,
    who: &str,
) -> Result<StandingSeats, Error> {
    let papers = judgement::papers(ledger, id).await?.ok_or_else(|| Error::NotAssessed { id: id.clone() })?;
    let unsaid = || Error::SeatsUnsaid { id: id.clone() };
    let seats = asked.seats.or(papers.said.seats).ok_or_else(unsaid)?;
    let before = kept(ledger, id).await?;
    let acknowledged = |step: &SeatStep| step.by.is_some();
    if let Some(before) = before.as_ref().filter(|kept| kept.cycle.steps.iter().any(acknowledged))
        && papers.facts.at <= before.at
    {
        return Err(Error::SeatFactsOld { id: id.clone(), open: before.cycle.next().is_some() });
    }
    let lent = before.as_ref().and_then(|kept| kept.cycle.lent());
    let need = SeatNeed::of(&papers.facts, spec, seats, asked.disable, lent).map_err(|cannot| {
        let account = asked.disable.map(|account| account.to_string()).unwrap_or_default();
        Error::SeatAccount { account, why: cannot.why() }
    })?;
    let standing = keep(ledger, id, before.map(|kept| kept.version), plan_seats(&need), who).await?;
    let said = Said { seats: Some(seats) };
    if said != papers.said {
        ledger.put_leaf(id, SAID, &serde_json::json!(said), who).await?;
    }
    Ok(standing)
}

/// Keeps a named person's word that a step is done. The word for one that is done already changes nothing.
///
/// # Errors
/// [`Error::SeatStep`] when another step comes first or there is none of this number, [`Error::NoSeatPlan`],
/// [`Error::SeatsMoved`] when somebody else was faster, [`Error::Ledger`] when the ledger refuses.
pub async fn acknowledge(
    ledger: &dyn Ledger,
    id: &MigrationId,
    step: usize,
    by: &str,
) -> Result<StandingSeats, Error> {
    let Kept { version, mut cycle, .. } =
        kept(ledger, id).await?.ok_or_else(|| Error::NoSeatPlan { id: id.clone() })?;
    match cycle.acknowledge(step, by) {
        Ok(true) => keep(ledger, id, Some(version), cycle, by).await,
        Ok(false) => Ok(StandingSeats::new(version, cycle)),
        Err(why) => Err(Error::SeatStep { why }),
    }
}

/// A version in the dossier.
struct Kept {
    version: u32,
    at: protocol::UnixMs,
    cycle: SeatCycle,
}

async fn kept(ledger: &dyn Ledger, id: &MigrationId) -> Result<Option<Kept>, Error> {
    let Some(leaf) = ledger.leaf(id, SEATS, None).await? else { return Ok(None) };
    let cycle = serde_json::from_value(leaf.body);
    let cycle = cycle.map_err(|_| Error::Dossier { id: id.clone(), name: SEATS.to_owned() })?;
    Ok(Some(Kept { version: leaf.version, at: leaf.at, cycle }))
}

/// Puts the next version, unless somebody else has since put one.
async fn keep(
    ledger: &dyn Ledger,
    id: &MigrationId,
    after: Option<u32>,
    cycle: SeatCycle,
    who: &str,
) -> Result<StandingSeats, Error> {
    let put = ledger.put_leaf_after(id, SEATS, after, &serde_json::json!(cycle), who).await?;
    let leaf = put.ok_or_else(|| Error::SeatsMoved { id: id.clone() })?;
    Ok(StandingSeats::new(leaf.version, cycle))
}
