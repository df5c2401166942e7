//! Records that seem to differ, and those no listing shows whole: each is read by itself, and if it does differ, mapped
//! once more from the source to name the fields, and on request written again.

use std::collections::HashMap;

use ledger::Commit;
use objects::{ObjectType, Seen};
use protocol::{Decision, Entry, EntryState, Kept, Key, Outcome, SourceId, TargetId};

use super::{
    sums::Match,
    tally::{Fate, Tally},
};
use crate::{
    Context, Held, Trouble,
    corridor::{
        recall::{Recalled, recall},
        write,
    },
    kept,
};

/// How long after our own last word a change at the destination is somebody else's, where it takes its own clock.
const OUR_OWN_MS: i64 = 5_000;

/// Settles every record in `alone`; what the listings said of it stands beside it.
pub(super) async fn settle<O: ObjectType>(
    cx: &Context,
    held: &Held,
    repair: bool,
    alone: HashMap<TargetId, Option<Match>>,
    tally: &mut Tally,
) -> Result<(), Trouble> {
    if alone.is_empty() {
        return Ok(());
    }
    // When most of what was listed differs in nothing but the loose fields, the destination keeps those by its own rule.
    let loose = alone.values().filter(|how| **how == Some(Match::Loose)).count() as u64;
    let its_own_rule = loose > tally.equal;
    let mut after = None::<SourceId>;
    loop {
        let page = cx.ledger.standing(&cx.migration, O::KIND, after.as_ref(), 1_000).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.id.clone());
        for entry in page {
            let Some((target, how)) = entry.target.and_then(|target| Some((target, *alone.get(&target)?)))
            else {
                continue;
            };
            held.check()?;
            if cx.stop.is_cancelled() {
                return Err(Trouble::Stopped);
            }
            if how == Some(Match::Loose) && its_own_rule {
                tally.equal_but_for_its_own += 1;
                continue;
            }
            one::<O>(cx, held, (repair, its_own_rule), &entry, target, tally).await?;
        }
    }
}

async fn one<O: ObjectType>(
    cx: &Context,
    held: &Held,
    (repair, its_own_rule): (bool, bool),
    entry: &Entry,
    target: TargetId,
    tally: &mut Tally,
) -> Result<(), Trouble> {
    let id = entry.key.id.clone();
    let Some(seen) = whole::<O>(cx, held, target).await? else {
        tally.differs(id, target, vec!["record".to_owned()], Fate::Missing);
        return Ok(());
    };
    let Some(meant) = Kept::read(entry).as_ref().and_then(kept::prints) else { return Ok(()) };
    match Match::of(meant, seen.view.prints()) {
        Match::Exact => {
            tally.equal += 1;
            return Ok(());
        }
        Match::Loose if seen.loose_is_fair.unwrap_or(its_own_rule) => {
            tally.equal_but_for_its_own += 1;
            return Ok(());
        }
        Match::Loose | Match::Differs => {}
    }
    let recalled = recall::<O>(cx, entry).await?.filter(|now| Some(now.fingerprint) == entry.fingerprint);
    let Some(recalled) = recalled else {
        tally.differs(id, target, vec!["unknown".to_owned()], Fate::ChangedAtSource);
        return Ok(());
    };
    let Some(view) = O::expected(&recalled.target) else { return Ok(()) };
    let mut fields = view.differences(&seen.view);
    if its_own_rule {
        fields.retain(|field| !view.loose.contains(&field.as_str()));
    }
    let fate = if is_touched(entry, &seen, &view, its_own_rule) {
        Fate::Touched
    } else if repair && mend::<O>(cx, held, entry, (target, &seen), &recalled).await? {
        Fate::Repaired
    } else {
        Fate::Left
    };
    tally.differs(id, target, fields, fate);
    Ok(())
}

async fn whole<O: ObjectType>(cx: &Context, held: &Held, id: TargetId) -> Result<Option<Seen>, Trouble> {
    let gorgias = cx.gorgias.until(held.deadline());
    O::read_whole(&gorgias, id).await.map_err(|error| Trouble::target(&error))
}

/// Whether somebody else has changed the record since we wrote it: it has parts that are not ours, or the destination
/// says that it changed later than we have.
pub(crate) fn is_touched(entry: &Entry, seen: &Seen, meant: &objects::View, its_own_rule: bool) -> bool {
    if seen.view.parts.keys().any(|part| !meant.parts.contains_key(part) && part.starts_with("message:")) {
        return true;
    }
    let Some(changed) = seen.updated_at.map(|at| at.0) else { return false };
    let said = meant.fields.get("updated_datetime").and_then(serde_json::Value::as_i64);
    match said {
        // It keeps the time we gave: any later one is somebody's.
        Some(said) if !its_own_rule => changed > said.saturating_mul(1_000).saturating_add(999),
        _ => changed > entry.at.0.saturating_add(OUR_OWN_MS),
    }
}

/// Writes a record again as it was meant, and reads it back. What cannot be changed (when it was made) takes a new record
/// in its place, and the old one goes.
async fn mend<O: ObjectType>(
    cx: &Context,
    held: &Held,
    entry: &Entry,
    (target, seen): (TargetId, &Seen),
    recalled: &Recalled<O>,
) -> Result<bool, Trouble> {
    let Some(meant) = O::expected(&recalled.target) else { return Ok(false) };
    let gorgias = cx.gorgias.until(held.deadline());
    let failed =
        |error: gorgias::Error| Trouble::of(objects::target_code(&error), &entry.key, error.to_string());
    if let Err(error) = O::update(&gorgias, target, &recalled.target, seen).await {
        return if objects::target_code(&error).decision() == Decision::Reject {
            Ok(false)
        } else {
            Err(failed(error))
        };
    }
    let now = whole::<O>(cx, held, target).await?;
    if now.is_some_and(|now| Match::of(meant.prints(), now.view.prints()) == Match::Exact) {
        return Ok(true);
    }
    replace::<O>(cx, held, &entry.key, target, recalled).await
}

/// Deletes a record of which nothing but what is set once differs, and writes it anew. A death in between leaves it taken
/// back in this pass, and [`restore`] writes it.
async fn replace<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    target: TargetId,
    recalled: &Recalled<O>,
) -> Result<bool, Trouble> {
    let gorgias = cx.gorgias.until(held.deadline());
    let now = whole::<O>(cx, held, target).await?;
    let differs = |(now, meant): (Seen, objects::View)| meant.differences(&now.view);
    let fixed = now.zip(O::expected(&recalled.target)).map(differs).unwrap_or_default();
    if fixed.is_empty() || !fixed.iter().all(|field| O::SET_ONCE.contains(&field.as_str())) {
        return Ok(fixed.is_empty());
    }
    let undone = Commit::left(key.clone(), Outcome::Undone, None);
    if let Err(error) = O::delete(&gorgias, target, cx.clock.now()).await {
        return Err(Trouble::of(objects::target_code(&error), key, error.to_string()));
    }
    cx.ledger.commit(&held.lease(), &undone).await?;
    write::put::<O>(cx, held, key, (None, recalled.fingerprint, recalled.sample), &recalled.target).await
}

/// Writes what an attempt that died had taken back to write it anew.
pub(super) async fn restore<O: ObjectType>(
    cx: &Context,
    held: &Held,
    tally: &mut Tally,
) -> Result<(), Trouble> {
    let (pass, mut after) = (held.batch().pass, None::<SourceId>);
    loop {
        held.check()?;
        let page = cx.ledger.page(&cx.migration, O::KIND, after.as_ref(), 1_000).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.id.clone());
        let open = |entry: &Entry| match entry.state {
            EntryState::Settled { outcome } => outcome == Outcome::Undone,
            EntryState::Intended { .. } | EntryState::Seen => true,
        };
        for entry in page.into_iter().filter(|entry| entry.pass == pass && open(entry)) {
            let Some(recalled) = recall::<O>(cx, &entry).await? else { continue };
            let (key, print) = (entry.key.clone(), recalled.fingerprint);
            let before = (Some(entry), print, recalled.sample);
            if write::put::<O>(cx, held, &key, before, &recalled.target).await? {
                tally.repaired += 1;
            }
        }
    }
}
