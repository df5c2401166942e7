//! The compare job: every record of the sample beside what it was meant to be, field by field, message by message. The page
//! goes to the migration's reports; the dossier keeps ids, counts and the page's sum.

use std::collections::BTreeSet;

use documents::{
    Deliverables, SideBySide,
    side_by_side::{Beside, Pair, Part},
};
use objects::{Fields, ObjectType, View};
use protocol::{
    Entry, EntryState, FailureCode, Key, ObjectKind, SourceId,
    sample::{Compared, Differing, Pick, compare_leaf, pick_leaf},
};

use crate::{Context, Held, Trouble, corridor::recall::recall, kept};

/// Compares the records of one kind.
///
/// # Errors
/// [`Trouble`] when a side or the ledger cannot be read, or the papers cannot be written.
pub(crate) async fn compare<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (id, pass) = (&cx.migration, held.batch().pass);
    let (ids, pick) = sampled(cx, held, O::KIND).await?;
    let mut compared = Compared::nothing(pass);
    if O::KIND == ObjectKind::Ticket {
        (compared.threads_whole, compared.assigned_right) = (Some(0), Some(0));
    }
    let mut sheet = SideBySide { kind: O::KIND, records: Vec::with_capacity(ids.len()) };
    for source in ids {
        held.check()?;
        if cx.stop.is_cancelled() {
            return Err(Trouble::Stopped);
        }
        let key = Key { kind: O::KIND, id: source };
        let Some(entry) = cx.ledger.entry(id, &key).await? else { continue };
        let why = pick.records.get(&key.id).cloned().unwrap_or_default();
        let beside = beside::<O>(cx, held, &entry, why).await?;
        count(&mut compared, &beside);
        sheet.records.push(beside);
    }
    let papers = Deliverables::open(&cx.papers).map_err(|error| unwritten(&error))?;
    compared.sha256 = sheet.put(&papers).await.map_err(|error| unwritten(&error))?;
    let body = serde_json::to_value(&compared).unwrap_or_default();
    cx.ledger.put_leaf(id, &compare_leaf(O::KIND), &body, "worker").await?;
    Ok(())
}

/// The disk refused: as for documents.
fn unwritten(error: &documents::Error) -> Trouble {
    Trouble::Failure {
        code: FailureCode::LedgerUnavailable,
        at: "sample".to_owned(),
        detail: error.to_string(),
    }
}

/// The records of the sample: those that were picked, or, of a kind nobody picks from, those this pass accounted for.
async fn sampled(cx: &Context, held: &Held, kind: ObjectKind) -> Result<(Vec<SourceId>, Pick), Trouble> {
    let pass = held.batch().pass;
    let leaf = cx.ledger.leaf(&cx.migration, &pick_leaf(kind), None).await?;
    let pick = leaf.and_then(|leaf| serde_json::from_value::<Pick>(leaf.body).ok());
    if let Some(pick) = pick.filter(|pick| pick.pass == pass) {
        let mut ids = pick.ids();
        ids.sort();
        return Ok((ids, pick));
    }
    let (mut ids, mut after) = (Vec::new(), None::<SourceId>);
    loop {
        held.check()?;
        let page = cx.ledger.page(&cx.migration, kind, after.as_ref(), 1_000).await?;
        let Some(last) = page.last() else { return Ok((ids, Pick::nothing(pass))) };
        after = Some(last.key.id.clone());
        ids.extend(page.into_iter().filter(|entry| entry.pass == pass).map(|entry| entry.key.id));
    }
}

async fn beside<O: ObjectType>(
    cx: &Context,
    held: &Held,
    entry: &Entry,
    why: Vec<String>,
) -> Result<Beside, Trouble> {
    let outcome = match entry.state {
        EntryState::Settled { outcome } => outcome.name().to_owned(),
        EntryState::Seen | EntryState::Intended { .. } => "open".to_owned(),
    };
    let mut beside = Beside {
        id: entry.key.id.clone(),
        why,
        target: entry.target,
        outcome,
        cause: entry.cause.map(|cause| cause.name().to_owned()),
        same: false,
        source: Vec::new(),
        fields: Vec::new(),
        parts: Vec::new(),
        thread_whole: None,
    };
    let Some(target) = entry.target else {
        // It was accounted for with its reason: there is nothing to differ.
        beside.same = entry.cause.is_some();
        return Ok(beside);
    };
    let gorgias = cx.gorgias.until(held.deadline());
    let seen = O::read_whole(&gorgias, target).await.map_err(|error| Trouble::target(&error))?;
    beside.source = said::<O>(cx, &entry.key.id).await?;
    let meant = recall::<O>(cx, entry).await?.and_then(|recalled| O::expected(&recalled.target));
    match (meant, seen) {
        (_, None) => {}
        // Of such a record only its presence can be compared, or it stood there before and is used as it is.
        (None, Some(_)) => beside.same = true,
        (Some(_), Some(_)) if !protocol::Kept::is_ours(entry) => beside.same = true,
        (Some(meant), Some(seen)) => {
            beside.same = kept::reads_as_written(entry, &seen);
            beside.fields = pairs(Some(&meant.fields), Some(&seen.view.fields));
            beside.parts = parts(&meant, &seen.view);
            if O::KIND == ObjectKind::Ticket {
                beside.thread_whole = Some(thread(&meant) == thread(&seen.view));
            }
        }
    }
    Ok(beside)
}

/// What the source says, word for word.
async fn said<O: ObjectType>(cx: &Context, id: &SourceId) -> Result<Vec<(String, String)>, Trouble> {
    let row = cx.unless_stopped(O::one(&cx.source, id)).await?.map_err(|error| Trouble::source(&error))?;
    let facets = row.map(|row| O::facets(&row)).unwrap_or_default();
    Ok(facets.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn pairs(meant: Option<&Fields>, found: Option<&Fields>) -> Vec<Pair> {
    let names: BTreeSet<&str> =
        meant.into_iter().chain(found).flat_map(|fields| fields.keys().copied()).collect();
    let value = |fields: Option<&'_ Fields>, name: &str| fields.and_then(|fields| fields.get(name)).cloned();
    let pair = |name: &str| Pair::of(name, value(meant, name).as_ref(), value(found, name).as_ref());
    names.into_iter().map(pair).collect()
}

/// The parts of both, messages in the order of their times.
fn parts(meant: &View, found: &View) -> Vec<Part> {
    let names: BTreeSet<&String> = meant.parts.keys().chain(found.parts.keys()).collect();
    let mut names: Vec<&String> = names.into_iter().collect();
    let sent = |name: &String| {
        let part = meant.parts.get(name).or_else(|| found.parts.get(name));
        part.and_then(|fields| fields.get("sent_datetime")).and_then(serde_json::Value::as_i64)
    };
    names.sort_by_key(|name| (sent(name), (*name).clone()));
    let part = |name: &String| Part {
        name: name.clone(),
        fields: pairs(meant.parts.get(name), found.parts.get(name)),
    };
    names.into_iter().map(part).collect()
}

/// The messages in the order of their times.
fn thread(view: &View) -> Vec<(i64, &str)> {
    let messages = view.parts.iter().filter_map(|(name, fields)| {
        let id = name.strip_prefix("message:")?;
        Some((fields.get("sent_datetime").and_then(serde_json::Value::as_i64).unwrap_or_default(), id))
    });
    let mut messages: Vec<(i64, &str)> = messages.collect();
    messages.sort_unstable();
    messages
}

fn count(compared: &mut Compared, beside: &Beside) {
    compared.records += 1;
    if let (Some(whole), Some(true)) = (&mut compared.threads_whole, beside.thread_whole) {
        *whole += 1;
    }
    let assigned = beside.fields.iter().any(|pair| pair.name == "assignee_user" && pair.same);
    if let Some(right) = compared.assigned_right.as_mut().filter(|_| assigned) {
        *right += 1;
    }
    if beside.same {
        compared.same += 1;
        return;
    }
    let mut fields: Vec<String> =
        beside.fields.iter().filter(|pair| !pair.same).map(|pair| pair.name.clone()).collect();
    for part in &beside.parts {
        let differing = part.fields.iter().filter(|pair| !pair.same);
        fields.extend(differing.map(|pair| format!("{}/{}", part.name, pair.name)));
    }
    if fields.is_empty() {
        fields.push("record".to_owned());
    }
    compared.differing.push(Differing { id: beside.id.clone(), target: beside.target, fields });
}
