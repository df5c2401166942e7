//! What belongs to the sampled tickets: comments, files, field values. A file is fetched for its size and forgotten; only
//! so much is fetched, and the rest is told by what was.

use futures::{StreamExt as _, TryStreamExt as _};
use gorgias::NewTicket;
use objects::{AssetRef, AssetSource, ObjectType as _, Ticket, TicketSource};
use protocol::facts::{SourceFacts, ThreadFacts};

use super::{Desk, profile::Profiles};
use crate::Trouble;

/// Bytes that are fetched for their size.
const FETCHED_BYTES: u64 = 256 << 20;

/// Files in one upload call.
const FILES_PER_CALL: u64 = 10;

/// Companies and people whose field values are looked at, of each.
const PEOPLE: usize = 50;

pub(super) async fn look(
    desk: &Desk<'_>,
    facts: &mut SourceFacts,
    sample: Vec<atera::Ticket>,
    customers: &[i64],
) -> Result<(), Trouble> {
    let source = &desk.cx.source;
    let mut profiles = Profiles::default();
    let read = sample.into_iter().map(|row| desk.source(Ticket::hydrate(source, row)));
    let mut read = futures::stream::iter(read).buffered(desk.cx.knobs.read_ahead.max(1));
    while let Some(ticket) = read.try_next().await? {
        profiles.take("Ticket", &ticket.values);
        take(desk, &mut facts.threads, &ticket).await?;
    }
    drop(read);
    let every = customers.len().div_ceil(PEOPLE).max(1);
    for id in customers.iter().step_by(every) {
        let values = desk.source(source.atera.custom_field_values(atera::FieldTarget::Customer, *id)).await?;
        let (looked, with) = &mut facts.threads.customers_with_values;
        *looked += 1;
        *with += u64::from(!values.is_empty());
        profiles.take("Customer", &values);
    }
    profiles.give(&mut facts.fields);
    Ok(())
}

async fn take(desk: &Desk<'_>, threads: &mut ThreadFacts, ticket: &TicketSource) -> Result<(), Trouble> {
    threads.sampled += 1;
    let comments = ticket.comments.len() as u64;
    threads.comments += comments;
    let later = comments.saturating_sub(NewTicket::MAX_MESSAGES as u64);
    threads.later_messages += later;
    threads.later_squared += later * later;
    let mut movable = 0;
    for asset in Ticket::assets(ticket) {
        threads.files += 1;
        movable += u64::from(is_movable(desk, threads, &asset).await?);
    }
    let uploads = movable.div_ceil(FILES_PER_CALL);
    threads.uploads += uploads;
    threads.uploads_squared += uploads * uploads;
    Ok(())
}

/// Whether the file can be moved, its size counted. One past the bytes that are fetched is taken to be.
async fn is_movable(desk: &Desk<'_>, threads: &mut ThreadFacts, asset: &AssetRef) -> Result<bool, Trouble> {
    let size = match &asset.from {
        _ if asset.unfetchable().is_some() => return Ok(false),
        AssetSource::Data { bytes, .. } => bytes.len() as u64,
        _ if threads.bytes > FETCHED_BYTES => return Ok(true),
        AssetSource::Url(url) => {
            desk.held.check()?;
            match desk.cx.unless_stopped(desk.cx.source.atera.fetch_file(url)).await? {
                Ok(file) => file.bytes.len() as u64,
                Err(_) => return Ok(false),
            }
        }
        AssetSource::Cid(_) | AssetSource::Unreadable => return Ok(false),
    };
    if size > desk.cx.knobs.max_file_bytes {
        return Ok(false);
    }
    threads.measured += 1;
    threads.bytes += size;
    Ok(true)
}
