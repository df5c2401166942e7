//! One group of moves in one transaction, with a number of statements that does not grow with it: the leases are checked,
//! the entries read and locked in the order of their keys, the moves made in memory one after the other, and all that has
//! changed is put back, the counts last.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use protocol::{BatchId, Key, UnixMs};
use sqlx::PgConnection;

use super::put;
use crate::{
    Error, Result, Verdict,
    book::{Ask, Change, Letter, Line, Place, Under},
    session,
    sql::postgres as sql,
};

/// A record's place in the database.
pub(super) type At = (i64, Key);

/// What is to be put back.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Entries that have changed; true: it was there before.
    pub(super) lines: BTreeMap<At, (Line, bool)>,
    pub(super) letters: BTreeMap<At, Letter>,
    /// By migration, pass and the kind's name, the order in which counts are locked.
    pub(super) changes: BTreeMap<(i64, i64, &'static str), Change>,
}

/// The leases of a group, as they stand.
struct Leases {
    now: UnixMs,
    /// Those that hold: batch and token, and where the batch stands.
    held: HashMap<(i64, i64), Place>,
}

/// Makes the moves and answers each.
pub(super) async fn write(conn: &mut PgConnection, asks: &[Ask]) -> Result<Vec<Result<Verdict>>> {
    let leases = leases(conn, asks).await?;
    let place = |ask: &Ask| leases.held.get(&(ask.lease().batch.id.0, ask.lease().fence.0)).copied();
    let wanted: BTreeSet<At> =
        asks.iter().filter_map(|ask| Some((place(ask)?.migration, ask.key().clone()))).collect();
    let mut lines = read(conn, &wanted).await?;
    let elsewhere = elsewhere(conn, asks, &lines, &leases, place).await?;
    let mut outcome = Outcome::default();
    let mut answers = Vec::with_capacity(asks.len());
    for ask in asks {
        answers.push(match place(ask) {
            Some(place) => make(ask, place, &mut lines, &elsewhere, leases.now, &mut outcome),
            None => Err(Error::LeaseLost { batch: BatchId(ask.lease().batch.id.0) }),
        });
    }
    put::outcome(conn, outcome).await?;
    Ok(answers)
}

/// Makes one move in memory.
fn make(
    ask: &Ask,
    place: Place,
    lines: &mut HashMap<At, Line>,
    elsewhere: &HashSet<Under>,
    now: UnixMs,
    outcome: &mut Outcome,
) -> Result<Verdict> {
    let at = (place.migration, ask.key().clone());
    let known = lines.get(&at);
    let mut line = known.cloned().unwrap_or_else(|| Line::unseen(at.1.clone()));
    let mut change = Change::default();
    line.enter(place.pass, &mut change);
    let in_hand = ask.asks_about(&line).is_some_and(|under| elsewhere.contains(&under));
    let made = ask.make(&mut line, in_hand, now, &mut change)?;
    if made.changed {
        // Whether it stands in the database was found out by the first move of it.
        let stood = outcome.lines.get(&at).map_or(known.is_some(), |(_, stood)| *stood);
        lines.insert(at.clone(), line.clone());
        outcome.lines.insert(at.clone(), (line, stood));
    }
    let kind = at.1.kind.name();
    if made.letter != Letter::Stays {
        outcome.letters.insert(at, made.letter);
    }
    outcome.changes.entry((place.migration, place.pass, kind)).or_default().and(change);
    Ok(made.verdict)
}

/// Locks the batches and tells which leases hold.
async fn leases(conn: &mut PgConnection, asks: &[Ask]) -> Result<Leases> {
    let batches: BTreeSet<i64> = asks.iter().map(|ask| ask.lease().batch.id.0).collect();
    let batches: Vec<i64> = batches.into_iter().collect();
    let rows = session::rows(conn, sqlx::query(sql::LEASES).bind(batches)).await?;
    let mut leases = Leases { now: UnixMs(0), held: HashMap::new() };
    for row in &rows {
        leases.now = leases.now.max(UnixMs(row.get("now")?));
    }
    for row in &rows {
        if row.get("leased")? && row.get::<i64>("lease_until")? > leases.now.0 {
            let place = Place { migration: row.get("migration")?, pass: row.get("pass")? };
            leases.held.insert((row.get("id")?, row.get("fence")?), place);
        }
    }
    Ok(leases)
}

/// Reads and locks the entries that are there.
async fn read(conn: &mut PgConnection, wanted: &BTreeSet<At>) -> Result<HashMap<At, Line>> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let migrations: Vec<i64> = wanted.iter().map(|(migration, _)| *migration).collect();
    let kinds: Vec<&str> = wanted.iter().map(|(_, key)| key.kind.name()).collect();
    let ids: Vec<&str> = wanted.iter().map(|(_, key)| key.id.0.as_str()).collect();
    let query = sqlx::query(sql::ENTRIES).bind(migrations).bind(kinds).bind(ids);
    let rows = session::rows(conn, query).await?;
    let line = |row: &session::Row| {
        let line = Line::read(row)?;
        Ok(((row.get("migration")?, line.key.clone()), line))
    };
    rows.iter().map(line).collect()
}

/// The leases of other batches that mean to write records of the group, and hold.
async fn elsewhere(
    conn: &mut PgConnection,
    asks: &[Ask],
    lines: &HashMap<At, Line>,
    leases: &Leases,
    place: impl Fn(&Ask) -> Option<Place>,
) -> Result<HashSet<Under>> {
    // What a move of this very group will mean to write, the moves after it must know of too.
    let own = leases.held.keys().map(|(batch, fence)| Under { batch: *batch, fence: *fence });
    let mut holding: HashSet<Under> = own.collect();
    let line = |ask: &Ask| lines.get(&(place(ask)?.migration, ask.key().clone()));
    let asked = asks.iter().filter_map(|ask| line(ask).and_then(|line| ask.asks_about(line)));
    let asked: BTreeSet<(i64, i64)> = asked.map(|under| (under.batch, under.fence)).collect();
    let (batches, fences): (Vec<i64>, Vec<i64>) =
        asked.into_iter().filter(|under| !leases.held.contains_key(under)).unzip();
    if !batches.is_empty() {
        let held = sqlx::query(sql::HELD).bind(batches).bind(fences).bind(leases.now.0);
        for row in session::rows(conn, held).await? {
            holding.insert(Under { batch: row.get("id")?, fence: row.get("fence")? });
        }
    }
    Ok(holding)
}
