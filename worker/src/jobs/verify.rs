//! The verify job: reads back every record of a kind and compares it, field by field, with what was meant.
//!
//! After a move what listings show is compared; an errand of its own reads field values too, one call for each record that
//! has any. Listings give a hundred records a call, and parts (a ticket's messages) a hundred a call whichever record they belong
//! to; their prints are added up and compared with the print kept at the write. Records that no listing shows whole are
//! read by themselves, as are those that seem to differ, so that nothing is said of a record that was only read half. Which
//! field it is that differs is found by mapping the record once more from the source.
//!
//! After a move a record that is not there, or carries another record's external id, halts the migration: it is never
//! overwritten or written again by guess. Not there means: not shown at any of the ages at which a write in doubt is
//! looked for, because a listing may lag behind the writes. What differs otherwise is counted and listed in the dossier;
//! an errand of its own may repair it, all of it or one record.

mod differ;
mod sums;
mod tally;

use std::{collections::HashMap, iter, time::Duration};

use objects::{ObjectType, Seen};
use protocol::{Entry, EntryState, Errand, FailureCode, Kept, ObjectKind, Slice, SourceId, TargetId};

use self::{
    sums::{Match, Sums},
    tally::{Fate, Tally},
};
use crate::{Context, Held, Trouble, kept, merkle::Merkle};

/// What the verification is asked to do.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// Everything that stands is looked at, and a missing record is counted instead of halting.
    whole: bool,
    /// What differs is written again.
    repair: bool,
}

/// Verifies one kind.
///
/// # Errors
/// [`Trouble`] when a record is missing or wrong after a move, or the destination cannot be read.
pub(crate) async fn verify<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let asked = match cx.errand(held.batch().pass).await? {
        Errand::Verify { repair } => Asked { whole: true, repair },
        Errand::Repair { .. } => Asked { whole: true, repair: true },
        _ => Asked { whole: false, repair: false },
    };
    let requests = cx.gorgias.stats().requests;
    let mut tally = Tally::of(held.batch().pass);
    let mut sums = Sums::default();
    // Records that a listing shows only half, or not as they were meant.
    let mut alone: HashMap<TargetId, Option<Match>> = HashMap::new();
    let mut after = None::<SourceId>;
    while let Some((page, seen)) = next_page::<O>(cx, held, asked, &mut after).await? {
        for entry in page {
            let Some(target) = entry.target else { continue };
            let Some(seen) = seen.get(&target) else {
                tally.differs(entry.key.id.clone(), target, vec!["record".to_owned()], Fate::Missing);
                continue;
            };
            tally.checked += 1;
            let kept = Kept::read(&entry).filter(|kept| kept.ours);
            let meant = kept.as_ref().and_then(kept::listed);
            let has_values = kept.is_some_and(|kept| kept.values.is_some());
            match meant {
                None => tally.present_only += 1,
                Some(_) if has_values && asked.whole => {
                    alone.insert(target, None);
                }
                Some(meant) if O::PARTS_ARE_LISTED => {
                    sums.expect(meant, target, without_values(seen).prints());
                }
                Some(meant) => match Match::of(meant, without_values(seen).prints()) {
                    Match::Exact => tally.equal += 1,
                    other => {
                        alone.insert(target, Some(other));
                    }
                },
            }
        }
    }
    if O::PARTS_ARE_LISTED {
        gather_parts::<O>(cx, held, &mut sums).await?;
        let (equal, open) = sums.compare();
        tally.equal += equal;
        alone.extend(open.into_iter().map(|(target, how)| (target, Some(how))));
    }
    differ::settle::<O>(cx, held, asked.repair, alone, &mut tally).await?;
    if asked.repair {
        differ::restore::<O>(cx, held, &mut tally).await?;
    }
    let one = matches!(held.batch().slice, Slice::Ids { .. });
    if !one {
        tally.merkle_root = root(cx, held, O::KIND).await?;
    }
    tally.requests = cx.gorgias.stats().requests.saturating_sub(requests);
    let (id, pass) = (&cx.migration, held.batch().pass);
    let body = serde_json::to_value(&tally).unwrap_or_default();
    let errand = if one { "repair" } else { "verify" };
    cx.ledger.put_leaf(id, &format!("{errand}.{}", O::KIND), &body, "worker").await?;
    cx.ledger.mark_verified(id, pass, O::KIND, tally.checked).await?;
    Ok(())
}

/// The next entries that are to be looked at, and what the destination shows of them.
async fn next_page<O: ObjectType>(
    cx: &Context,
    held: &Held,
    asked: Asked,
    after: &mut Option<SourceId>,
) -> Result<Option<(Vec<Entry>, HashMap<TargetId, Seen>)>, Trouble> {
    held.check()?;
    if cx.stop.is_cancelled() {
        return Err(Trouble::Stopped);
    }
    let page = match &held.batch().slice {
        Slice::Ids { ids } if after.is_none() => {
            let named = cx.ledger.entries(&cx.migration, O::KIND, ids).await?;
            named.into_values().filter(|entry| entry.target.is_some()).collect()
        }
        Slice::Ids { .. } => Vec::new(),
        _ => cx.ledger.standing(&cx.migration, O::KIND, after.as_ref(), O::PRESENT_AT_ONCE).await?,
    };
    let Some(last) = page.last() else { return Ok(None) };
    *after = Some(last.key.id.clone());
    let landed = |entry: &Entry| matches!(entry.state, EntryState::Settled { outcome } if outcome.landed());
    let ours_now = |entry: &Entry| entry.pass == held.batch().pass && landed(entry);
    let page: Vec<Entry> = page.into_iter().filter(|entry| asked.whole || ours_now(entry)).collect();
    let there = read_back::<O>(cx, held, &page).await?;
    for entry in page.iter().filter(|_| !asked.whole) {
        let Some(target) = entry.target else { continue };
        let wanted = O::external_id(&cx.spec, &entry.key.id).filter(|_| Kept::is_ours(entry));
        let detail = match there.get(&target) {
            None => format!("destination id {target}"),
            Some(seen) if wanted.is_some() && seen.external_id != wanted => {
                format!("destination id {target} carries another external id")
            }
            Some(_) => continue,
        };
        return Err(Trouble::of(FailureCode::TargetMissing, &entry.key, detail));
    }
    Ok(Some((page, there)))
}

/// What a listing shows: a record read by itself brings its field values too.
fn without_values(seen: &Seen) -> objects::View {
    let mut view = seen.view.clone();
    view.parts.retain(|name, _| !name.starts_with("custom_field:"));
    view
}

/// What the destination shows of these records, looked for until it shows all of them or the last age is past.
async fn read_back<O: ObjectType>(
    cx: &Context,
    held: &Held,
    page: &[Entry],
) -> Result<HashMap<TargetId, Seen>, Trouble> {
    let mut missing: Vec<TargetId> = page.iter().filter_map(|entry| entry.target).collect();
    let (mut there, mut age) = (HashMap::new(), 0);
    for at in iter::once(0).chain(cx.knobs.doubt.look_at_ages_ms.iter().copied()) {
        if missing.is_empty() {
            break;
        }
        let wait_ms = at - age.min(at);
        if wait_ms > 0 {
            tracing::info!(kind = %O::KIND, missing = missing.len(), wait_ms, "not shown yet: looked for again");
            cx.unless_stopped(tokio::time::sleep(Duration::from_millis(wait_ms))).await?;
            held.check()?;
        }
        age = at;
        let gorgias = cx.gorgias.until(held.deadline());
        for seen in O::read_back(&gorgias, &missing).await.map_err(|error| Trouble::target(&error))? {
            there.insert(seen.target, seen);
        }
        missing.retain(|id| !there.contains_key(id));
    }
    Ok(there)
}

/// Walks the listing of parts, unless the account has so many others' that reading each record alone costs less.
async fn gather_parts<O: ObjectType>(cx: &Context, held: &Held, sums: &mut Sums) -> Result<(), Trouble> {
    let (mut cursor, mut pages) = (None::<String>, 0);
    while pages <= sums.len() {
        held.check()?;
        if cx.stop.is_cancelled() {
            return Err(Trouble::Stopped);
        }
        let gorgias = cx.gorgias.until(held.deadline());
        let page = O::parts(&gorgias, cursor.as_deref()).await.map_err(|error| Trouble::target(&error))?;
        for (of, print) in page.parts {
            sums.part(of, print);
        }
        pages += 1;
        // A cursor that comes back would be an endless walk; what is still open then is read by itself.
        match page.next {
            Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
            _ => break,
        }
    }
    Ok(())
}

/// One hash over all records of the kind.
async fn root(cx: &Context, held: &Held, kind: ObjectKind) -> Result<String, Trouble> {
    let (mut tree, mut after) = (Merkle::default(), None::<SourceId>);
    loop {
        held.check()?;
        let page = cx.ledger.page(&cx.migration, kind, after.as_ref(), 1_000).await?;
        let Some(last) = page.last() else { return Ok(tree.root()) };
        after = Some(last.key.id.clone());
        page.iter().for_each(|entry| tree.add(entry));
    }
}
