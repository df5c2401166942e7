//! Doubt: a write was intended, and whether it happened is unknown. It is looked for, several times and spaced, since
//! how soon Gorgias shows what it took is not documented; only then may it be written again.
//!
//! The ages of the looks count from the instant by which the last request in question was surely dead, never from the
//! intent itself: between the two a request may have waited long for its permit.

use std::time::Duration;

use objects::{Found, ObjectType};
use protocol::{FailureCode, Key, TargetId, UnixMs};

use crate::{Context, Held, Trouble, held};

/// Since when no request of an earlier attempt can be under way: the lease it was sent under was over, or its sender
/// had let go of the record, since we have it in hand `now`. `last`: when it was last meant to be written before.
pub(crate) fn quiet_since(last: UnixMs, now: UnixMs, lease_ms: u64) -> UnixMs {
    last.plus_ms(held::safe_ms(lease_ms)).min(now)
}

/// Looks for a record that may have been written, by a request that was dead at `since`. `None`: it was not.
pub(crate) async fn find<O: ObjectType>(
    cx: &Context,
    held: &Held,
    key: &Key,
    target: &O::Target,
    since: UnixMs,
) -> Result<Option<TargetId>, Trouble> {
    for at in looks(&cx.knobs.doubt.look_at_ages_ms, cx.clock.now().since(since)) {
        wait_until_age(cx, held, key, since, at).await?;
        let gorgias = cx.gorgias.until(held.deadline());
        match O::find(&gorgias, target).await.map_err(|error| Trouble::target(&error))? {
            Found::One(id) => return Ok(Some(id)),
            Found::Several(ids) => return Err(several(key, &ids)),
            Found::None => {}
        }
    }
    Ok(None)
}

/// Two records for one: a human decides.
pub(crate) fn several(key: &Key, ids: &[TargetId]) -> Trouble {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Trouble::of(FailureCode::TargetDuplicate, key, format!("destination ids {}", ids.join(", ")))
}

/// The ages at which to look, from `age` on. Looks whose time is past are one look now; the last one is always made.
fn looks(ages: &[u64], age: u64) -> Vec<u64> {
    let (past, ahead): (Vec<u64>, Vec<u64>) = ages.iter().partition(|at| **at <= age);
    let now = (!past.is_empty() || ages.is_empty()).then_some(age);
    now.into_iter().chain(ahead).collect()
}

/// Waits until the doubt since `since` is of this age, ms.
pub(crate) async fn wait_until_age(
    cx: &Context,
    held: &Held,
    key: &Key,
    since: UnixMs,
    age: u64,
) -> Result<(), Trouble> {
    let left = age.saturating_sub(cx.clock.now().since(since));
    if left > 0 {
        tracing::info!(record = %key, wait_ms = left, "in doubt: it is looked for once the destination must show it");
        cx.unless_stopped(tokio::time::sleep(Duration::from_millis(left))).await?;
    }
    held.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGES: [u64; 3] = [15, 30, 45];

    #[test]
    fn looks_whose_time_is_past_are_one_look_now() {
        assert_eq!(looks(&AGES, 0), [15, 30, 45]);
        assert_eq!(looks(&AGES, 20), [20, 30, 45]);
        assert_eq!(looks(&AGES, 45), [45]);
        assert_eq!(looks(&AGES, 3_600), [3_600]);
        assert_eq!(looks(&[], 0), [0]);
    }

    #[test]
    fn ages_count_from_the_last_instant_a_request_can_have_left() {
        // A resume right after the kill: the request may have left at the very last moment.
        assert_eq!(quiet_since(UnixMs(1_000), UnixMs(5_000), 60_000), UnixMs(5_000));
        // A resume long after: the lease it was sent under ended long ago.
        assert_eq!(quiet_since(UnixMs(1_000), UnixMs(9_000_000), 60_000), UnixMs(46_000));
    }
}
