//! Waits until every technician has a user of their own: who works by the supplement, and whose address is known. Whoever
//! has no address is not waited for, since nobody could say when they are there; the fallback agent stands in for them.
//!
//! While it waits a look costs one call of the destination per hundred users; the source is walked at the first look and once
//! more before the way is free, so that nobody who turned up meanwhile is passed by.

use std::collections::HashSet;

use objects::{Agent, AgentRow, ObjectType as _, TargetUser};
use protocol::{
    Awaited, FailureCode, ObjectKind, SourceId, Window, dossier::AWAITED, map_spec::address_hash,
};
use serde_json::json;

use crate::{Context, Held, Trouble, roster::Roster};

/// Who puts the leaf there, for the audit log.
const WHO: &str = "provision";

/// Ends well when nobody is missing; else the batch waits.
pub(super) async fn everybody_is_there(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let mut known = cx.technicians.0.lock().await;
    loop {
        let former = known.take();
        let fresh = former.is_none();
        let roster = match former {
            Some(roster) => roster,
            None => gather(cx, held).await?,
        };
        let missing = without_user(cx, held, &roster).await?;
        if !missing.is_empty() {
            *known = Some(roster);
            let detail = format!("{} technicians have no active user of the destination yet", missing.len());
            keep(cx, held, Awaited { technicians: missing }).await?;
            let at = ObjectKind::Agent.to_string();
            return Err(Trouble::Failure { code: FailureCode::AgentsAwaited, at, detail });
        }
        if fresh {
            // What any kind saw of the destination before may lack the users who have come.
            cx.seen.forget().await;
            return keep(cx, held, Awaited::default()).await;
        }
    }
}

/// Those who are waited for, wherever the source shows them.
async fn gather(cx: &Context, held: &Held) -> Result<Roster, Trouble> {
    let mut roster = Roster::default();
    for page in 1.. {
        held.check()?;
        let read = cx.unless_stopped(Agent::page(&cx.source, &Window::All, page)).await?;
        let found = read.map_err(|error| Trouble::source(&error))?;
        found.rows.into_iter().for_each(|row| roster.add(Some(row)));
        if found.last {
            break;
        }
    }
    let supplied = cx.source.supplements.technicians.rows().iter();
    let left: HashSet<SourceId> = supplied
        .filter(|row| !row.active)
        .filter_map(|row| AgentRow::of_supplement(row).source_id())
        .collect();
    roster.0.retain(|id, address| address.is_some() && !left.contains(id));
    Ok(roster)
}

/// Those of them whose address no active user has, as the destination stands now.
async fn without_user(cx: &Context, held: &Held, roster: &Roster) -> Result<Vec<SourceId>, Trouble> {
    held.check()?;
    let read = cx.unless_stopped(cx.gorgias.users()).await?;
    let users = read.map_err(|error| Trouble::target(&error))?;
    let there: HashSet<String> =
        users.iter().filter_map(TargetUser::of).map(|user| address_hash(&user.email)).collect();
    let lacks = |address: &Option<String>| address.as_ref().is_some_and(|address| !there.contains(address));
    Ok(roster.0.iter().filter(|(_, address)| lacks(address)).map(|(id, _)| id.clone()).collect())
}

/// Keeps who is waited for, by ids. That nobody is, is worth a leaf only where somebody was.
async fn keep(cx: &Context, held: &Held, awaited: Awaited) -> Result<(), Trouble> {
    held.check()?;
    let nobody = awaited.technicians.is_empty();
    if nobody && cx.ledger.leaf(&cx.migration, AWAITED, None).await?.is_none() {
        return Ok(());
    }
    cx.ledger.put_leaf(&cx.migration, AWAITED, &json!(awaited), WHO).await?;
    Ok(())
}
