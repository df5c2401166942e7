//! Reopening: dead letters become records to be tried again, with counts and plan put right in the same transaction.

use std::collections::BTreeMap;

use protocol::{DeadLetter, Key, MigrationId, ObjectKind, UnixMs};

use super::{
    audit::{self, Deed},
    counts::{Change, keep_counts},
    entries::Line,
    guard::Place,
    records, rows,
};
use crate::session::{Session, query};
use crate::{Filter, Result, sql};

/// Letters worked on at a time.
const ROUND: u32 = 1000;

/// The letters a filter means, from after `after`.
pub(crate) async fn letters(
    session: &mut Session<'_>,
    migration: i64,
    filter: &Filter,
    after: Option<&Key>,
    limit: u32,
) -> Result<Vec<DeadLetter>> {
    let kind = filter.kind.or(filter.key.as_ref().map(|key| key.kind));
    if filter.key.as_ref().is_some_and(|key| Some(key.kind) != kind) {
        return Ok(Vec::new());
    }
    let found = query(sql::accounts::LETTERS)
        .bind(migration)
        .bind(filter.cause.map(protocol::FailureCode::name))
        .bind(kind.map(ObjectKind::name))
        .bind(filter.key.as_ref().map(|key| key.id.0.as_str()))
        .bind(after.map_or("", |after| after.kind.name()))
        .bind(after.map_or("", |after| &after.id.0))
        .bind(i64::from(limit))
        .all(session)
        .await?;
    found.iter().map(rows::dead_letter).collect()
}

/// Reopens what the filter means and answers the keys.
pub(crate) async fn reopen(
    session: &mut Session<'_>,
    place: Place,
    id: &MigrationId,
    filter: &Filter,
    now: UnixMs,
) -> Result<Vec<Key>> {
    let mut keys = Vec::new();
    let mut changes: BTreeMap<_, Change> = BTreeMap::new();
    loop {
        let round = letters(session, place.migration, filter, keys.last(), ROUND).await?;
        if round.is_empty() {
            break;
        }
        for letter in round {
            let change = changes.entry((place.migration, place.pass, letter.key.kind.name())).or_default();
            let mut line = Line::of(session, place, &letter.key, change).await?;
            line.reopen(now, change);
            line.put(session, place).await?;
            records::remove_letter(session, place, &letter.key).await?;
            keys.push(letter.key);
        }
    }
    if keys.is_empty() {
        return Ok(keys);
    }
    let kinds: Vec<&str> = changes.keys().map(|(_, _, kind)| *kind).collect();
    keep_counts(session, changes).await?;
    for kind in kinds {
        let verification = query(sql::batches::FORGET_VERIFICATION).bind(place.migration).bind(place.pass);
        verification.bind(kind).execute(session).await?;
    }
    let forget = query(sql::batches::FORGET_SLICES).bind(place.migration).bind(place.pass);
    forget.execute(session).await?;
    let what = format!("{} dead letters reopened in pass {}", keys.len(), place.pass);
    let why = filter.cause.map_or("asked for by record or kind", protocol::FailureCode::name);
    audit::append(session, place.migration, id, now, Deed { who: "flotilla", what: &what, why }).await?;
    Ok(keys)
}
