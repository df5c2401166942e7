//! The milestones after a run, and what must have happened before each. The source cannot be frozen by us: an operator says
//! that it is, and the deltas after it are the watch. The destination becomes the system of record only when the last delta
//! after the freeze found the source as the one before it left it, and a verification after that found nothing open.

use jiff::{Span, Timestamp, civil::Weekday, tz::TimeZone};
use ledger::Ledger;
use protocol::{
    Errand, Leaf, Migration, MigrationId, MigrationState as S, UnixMs,
    milestone::{Declare, Milestone},
};
use serde_json::{Value, json};

use crate::Error;

/// Business days the destination is watched after the cutover.
const WATCHED_DAYS: u32 = 5;

/// Declares a milestone.
///
/// # Errors
/// [`Error::NotYet`] with what has to be done first, [`Error::Ledger`] when the ledger refuses.
pub async fn declare(
    ledger: &dyn Ledger,
    id: &MigrationId,
    asked: &Declare,
    who: &str,
) -> Result<Migration, Error> {
    let who = asked.by.as_deref().unwrap_or(who);
    let migration = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
    let now = ledger.now().await?;
    match asked.milestone {
        Milestone::Freeze => {
            stands(&migration, S::Ready, "a run that is over comes before the freeze")?;
            let body = json!({ "pass": migration.pass, "at": now });
            ledger.put_leaf(id, "freeze", &body, who).await?;
            go(ledger, id, S::Frozen, who, "the source is frozen").await
        }
        Milestone::Unfreeze => {
            stands(&migration, S::Frozen, "only a frozen migration is unfrozen")?;
            go(ledger, id, S::Ready, who, "the source is written to again").await
        }
        Milestone::CutOver => {
            stands(&migration, S::Frozen, "the freeze comes before the cutover")?;
            may_cut_over(ledger, &migration, asked.tolerate).await?;
            let until = after_business_days(now, WATCHED_DAYS);
            ledger.put_leaf(id, "cut_over", &json!({ "at": now, "watched_until": until }), who).await?;
            go(ledger, id, S::CutOver, who, "the destination is the system of record").await?;
            go(ledger, id, S::Hypercare, "dispatcher", "watched for five business days").await
        }
        Milestone::Close => {
            stands(&migration, S::Hypercare, "the cutover comes before the end")?;
            let until =
                ledger.leaf(id, "cut_over", None).await?.and_then(|leaf| number(&leaf, "watched_until"));
            if !asked.early && until.is_some_and(|until| now.0 < until) {
                let until = crate::moments::when(UnixMs(until.unwrap_or_default()));
                return not_yet(
                    &migration,
                    format!("it is watched until {until}; close it early to end that now"),
                );
            }
            go(ledger, id, S::Closed, who, "the watch is over").await
        }
    }
}

/// Whether delta and verification after the freeze say that nothing is open.
async fn may_cut_over(ledger: &dyn Ledger, migration: &Migration, tolerate: u64) -> Result<(), Error> {
    let id = &migration.id;
    let pass_of =
        |leaf: &Option<Leaf>| leaf.as_ref().and_then(|leaf| number(leaf, "pass")).unwrap_or_default();
    let (freeze, delta) = (ledger.leaf(id, "freeze", None).await?, ledger.leaf(id, "delta", None).await?);
    let verify = ledger.leaf(id, "verify", None).await?;
    if pass_of(&delta) <= pass_of(&freeze) {
        return not_yet(migration, "make a delta after the freeze".to_owned());
    }
    let count = |leaf: &Option<Leaf>, name| {
        let count = leaf.as_ref().and_then(|leaf| leaf.body.get(name)).and_then(Value::as_u64);
        count.unwrap_or_default()
    };
    let moved = count(&delta, "created") + count(&delta, "updated");
    if moved > 0 {
        let what = format!(
            "the last delta brought {moved} records over: make another one, which has to find nothing. If it does not, \
             somebody still writes at the source"
        );
        return not_yet(migration, what);
    }
    if pass_of(&verify) <= pass_of(&delta) {
        return not_yet(migration, "verify after the last delta".to_owned());
    }
    let left = count(&delta, "left") + count(&verify, "left");
    if left > tolerate {
        let what = format!("{left} records are left open by delta and verification, {tolerate} tolerated");
        return not_yet(migration, what);
    }
    Ok(())
}

/// Whether the source has changed after a freeze: an alarm. Asked when a delta is over.
pub(crate) async fn freeze_is_broken(
    ledger: &dyn Ledger,
    migration: &Migration,
    moved: u64,
) -> Result<bool, Error> {
    if migration.came_from != S::Frozen || migration.errand != Errand::Delta || moved == 0 {
        return Ok(false);
    }
    let freeze = ledger.leaf(&migration.id, "freeze", None).await?.and_then(|leaf| number(&leaf, "pass"));
    let before = ledger.leaf(&migration.id, "delta", None).await?.and_then(|leaf| number(&leaf, "pass"));
    // The first delta after the freeze brings over what was written before it.
    Ok(freeze.zip(before).is_some_and(|(freeze, before)| before > freeze))
}

fn number(leaf: &Leaf, name: &str) -> Option<i64> {
    leaf.body.get(name).and_then(Value::as_i64)
}

fn stands(migration: &Migration, wanted: S, what: &str) -> Result<(), Error> {
    if migration.state == wanted { Ok(()) } else { not_yet(migration, what.to_owned()) }
}

fn not_yet<T>(migration: &Migration, what: String) -> Result<T, Error> {
    Err(Error::NotYet { id: migration.id.clone(), state: migration.state, what })
}

async fn go(ledger: &dyn Ledger, id: &MigrationId, to: S, who: &str, why: &str) -> Result<Migration, Error> {
    Ok(ledger.transition(id, to, None, who, why).await?)
}

/// The same time of day so many business days (Monday to Friday, UTC) later.
fn after_business_days(from: UnixMs, days: u32) -> UnixMs {
    let Ok(start) = Timestamp::from_millisecond(from.0) else { return from };
    let (mut day, mut left) = (start.to_zoned(TimeZone::UTC), days);
    while left > 0 {
        let Ok(next) = day.checked_add(Span::new().days(1)) else { return from };
        day = next;
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    UnixMs(day.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watch_lasts_five_business_days_over_a_weekend() {
        let at = |text: &str| UnixMs(text.parse::<Timestamp>().unwrap().as_millisecond());
        for (from, until) in [
            ("2026-11-27T10:00:00Z", "2026-12-04T10:00:00Z"),
            ("2026-11-28T10:00:00Z", "2026-12-04T10:00:00Z"),
            ("2026-11-30T10:00:00Z", "2026-12-07T10:00:00Z"),
        ] {
            assert_eq!(after_business_days(at(from), WATCHED_DAYS), at(until), "{from}");
        }
    }
}
