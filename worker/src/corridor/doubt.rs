//! Doubt: a write was intended, and whether it happened is unknown. It is looked for, several times and spaced, since
//! how soon Gorgias shows what it took is not documented; only then may it be written again.

use std::time::Duration;

use objects::{Found, ObjectType};
use protocol::{FailureCode, Key, TargetId, UnixMs};

use crate::{Context, Held, Trouble};

/// Looks for a record that may have been written at or after `since`. `None`: it was not.
pub(crate) async fn find<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    target: &O::Target,
    since: UnixMs,
) -> Result<Option<TargetId>, Trouble> {
    let ages = &cx.knobs.doubt.look_at_ages_ms;
    let last = ages.last().copied().unwrap_or(0);
    let age = cx.clock.now().since(since);
    // Looks whose time is past are one look now; at least the last one is always made.
    let due = ages.iter().copied().filter(|at| *at > age);
    let looks: Vec<u64> = if age >= last { vec![age] } else { due.collect() };
    for at in looks {
        wait_until_age(cx, held, since, at).await?;
        let gorgias = cx.gorgias.until(held.deadline());
        match O::find(&gorgias, target).await.map_err(|error| Trouble::target(&error))? {
            Found::One(id) => return Ok(Some(id)),
            Found::Several(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                let detail = format!("destination ids {}", ids.join(", "));
                return Err(Trouble::of(FailureCode::TargetDuplicate, key, detail));
            }
            Found::None => {}
        }
    }
    Ok(None)
}

async fn wait_until_age(cx: &Context, held: &Held, since: UnixMs, age: u64) -> Result<(), Trouble> {
    let left = age.saturating_sub(cx.clock.now().since(since));
    tokio::select! {
        () = cx.stop.cancelled(), if left > 0 => Err(Trouble::Stopped),
        () = tokio::time::sleep(Duration::from_millis(left)) => held.check(),
    }
}
