//! Records that stand at the destination and no longer at the source: deleted there, or in a status the map leaves out. A delta
//! lists them and deletes nothing: what was moved is the customer's.

use std::io::Write;

use documents::{Deliverables, csv::CsvTable};
use ledger::Ledger;
use protocol::{Entry, EntryState, Errand, Migration, ObjectKind, Outcome, SourceId};

use crate::Error;

/// The paper.
pub(crate) const FILE: &str = "gone_at_source.csv";

/// Its columns.
const HEADER: [&str; 4] = ["kind", "atera_id", "gorgias_id", "why"];

/// Kinds whose listing a delta walks whole.
const LISTED: [ObjectKind; 3] = [ObjectKind::Customer, ObjectKind::Contact, ObjectKind::Ticket];

/// Entries looked at in one round trip.
const AT_ONCE: u32 = 1_000;

/// Counts them, and writes them down where there is a folder for it.
///
/// # Errors
/// [`Error::Ledger`] or [`Error::Papers`].
pub(crate) async fn list(
    ledger: &dyn Ledger,
    migration: &Migration,
    papers: Option<&Deliverables>,
) -> Result<u64, Error> {
    if migration.errand != Errand::Delta {
        return Ok(0);
    }
    let mut table = CsvTable::begin(Vec::new(), &HEADER)?;
    let mut count = 0;
    for kind in LISTED {
        count += of_kind(ledger, migration, kind, &mut table).await?;
    }
    if let Some(papers) = papers {
        papers.put(FILE, table.end()?.0).await?;
    }
    Ok(count)
}

async fn of_kind<W: Write + Send>(
    ledger: &dyn Ledger,
    migration: &Migration,
    kind: ObjectKind,
    table: &mut CsvTable<W>,
) -> Result<u64, Error> {
    let (mut count, mut after) = (0, None::<SourceId>);
    loop {
        let page = ledger.standing(&migration.id, kind, after.as_ref(), AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(last.key.id.clone());
        for entry in &page {
            let Some((why, target)) = why(entry, migration).zip(entry.target) else { continue };
            let target = target.to_string();
            table.row([kind.name(), entry.key.id.0.as_str(), target.as_str(), why])?;
            count += 1;
        }
    }
}

/// Why a record is gone there; none for one that is not.
fn why(entry: &Entry, migration: &Migration) -> Option<&'static str> {
    match entry.state {
        _ if entry.pass < migration.pass => Some("not listed any more"),
        EntryState::Settled { outcome: Outcome::Excluded } => Some("in a status that is left out"),
        EntryState::Settled { outcome: Outcome::Skipped }
            if entry.cause == Some(protocol::FailureCode::SourceGone) =>
        {
            Some("went away while it was read")
        }
        _ => None,
    }
}
