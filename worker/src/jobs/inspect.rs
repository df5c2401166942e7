//! The inspection: reads what the surveys do not count, on both sides, and puts the facts into the dossier. Nothing is
//! written to a vendor, and what is kept are counts, ids and hashes: whatever is read of people is forgotten here.

mod destination;
mod listings;
mod people;
mod profile;
mod sequence;
mod supplements;
mod threads;
mod tickets;

use protocol::{
    MapSpec, Survey,
    facts::{FACTS, Facts, RECORDS, Records},
};
use serde_json::json;

use crate::{Context, Held, Trouble, roster::Roster};

/// Who puts the facts there, for the audit log.
const WHO: &str = "inspection";

/// What the parts of the inspection share.
struct Desk<'a> {
    cx: &'a Context,
    held: &'a Held,
    surveys: &'a [Survey],
}

impl Desk<'_> {
    /// The map, for which records are left out.
    fn spec(&self) -> &MapSpec {
        &self.cx.spec
    }

    /// A read of the source, unless the process is asked to stop or the batch is another's.
    async fn source<T>(&self, read: impl Future<Output = Result<T, atera::Error>>) -> Result<T, Trouble> {
        self.held.check()?;
        self.cx.unless_stopped(read).await?.map_err(|error| Trouble::source(&error))
    }

    /// A read of the destination, likewise.
    async fn target<T>(&self, read: impl Future<Output = Result<T, gorgias::Error>>) -> Result<T, Trouble> {
        self.held.check()?;
        self.cx.unless_stopped(read).await?.map_err(|error| Trouble::target(&error))
    }
}

/// Inspects both sides.
///
/// # Errors
/// [`Trouble`] when a side cannot be read.
pub(crate) async fn inspect(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let surveys = cx.ledger.surveys(&cx.migration, held.batch().pass).await?;
    let desk = Desk { cx, held, surveys: &surveys };
    let mut facts = Facts { at: cx.clock.now(), ..Facts::default() };
    let mut records = Records::default();

    facts.destination = destination::look(&desk).await?;
    listings::count(&desk, &mut facts.source).await?;
    let mut roster = Roster::default();
    let sample = tickets::walk(&desk, &mut facts.source, &mut records, &mut roster).await?;
    let customers = people::walk(&desk, &mut facts.source, &mut records).await?;
    people::meet(&desk, roster, &mut facts).await?;
    threads::look(&desk, &mut facts.source, sample, &customers).await?;
    supplements::look(&desk, &mut facts.source).await?;
    facts.surveys.clone_from(&surveys);

    cx.ledger.put_leaf(&cx.migration, RECORDS, &json!(records), WHO).await?;
    cx.ledger.put_leaf(&cx.migration, FACTS, &json!(facts), WHO).await?;
    tracing::info!(migration = %cx.migration, tickets = facts.source.threads.tickets, sampled = facts.source.threads.sampled, "inspected");
    Ok(())
}
