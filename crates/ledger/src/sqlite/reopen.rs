//! Reopening: dead letters become records to be tried again, with counts and plan put right in the same transaction.

use std::collections::BTreeMap;

use protocol::{DeadLetter, Key, MigrationId, ObjectKind, UnixMs};
use sqlx::SqliteConnection;

use super::{
    audit::{self, Deed},
    counts::Change,
    entries::Line,
    guard::Place,
    rows,
};
use crate::{Filter, Result, sql};

/// Letters worked on at a time.
const ROUND: u32 = 1000;

/// The letters a filter means, from after `after`.
pub(super) async fn letters(
    conn: &mut SqliteConnection,
    migration: i64,
    filter: &Filter,
    after: Option<&Key>,
    limit: u32,
) -> Result<Vec<DeadLetter>> {
    let kind = filter.kind.or(filter.key.as_ref().map(|key| key.kind));
    if filter.key.as_ref().is_some_and(|key| Some(key.kind) != kind) {
        return Ok(Vec::new());
    }
    let found = sqlx::query(sql::accounts::LETTERS)
        .bind(migration)
        .bind(filter.cause.map(protocol::FailureCode::name))
        .bind(kind.map(ObjectKind::name))
        .bind(filter.key.as_ref().map(|key| &key.id.0))
        .bind(after.map_or("", |after| after.kind.name()))
        .bind(after.map_or("", |after| &after.id.0))
        .bind(i64::from(limit))
        .fetch_all(conn)
        .await?;
    found.iter().map(rows::dead_letter).collect()
}

/// Reopens what the filter means and answers the keys.
pub(super) async fn reopen(
    conn: &mut SqliteConnection,
    place: Place,
    id: &MigrationId,
    filter: &Filter,
    now: UnixMs,
) -> Result<Vec<Key>> {
    let mut keys = Vec::new();
    let mut changes: BTreeMap<ObjectKind, Change> = BTreeMap::new();
    loop {
        let round = letters(conn, place.migration, filter, keys.last(), ROUND).await?;
        if round.is_empty() {
            break;
        }
        for letter in round {
            let change = changes.entry(letter.key.kind).or_default();
            let mut line = Line::of(conn, place, &letter.key, change).await?;
            line.reopen(now, change);
            line.put(conn, place).await?;
            let remove = sqlx::query(sql::accounts::REMOVE_LETTER).bind(place.migration);
            remove.bind(letter.key.kind.name()).bind(&letter.key.id.0).execute(&mut *conn).await?;
            keys.push(letter.key);
        }
    }
    if keys.is_empty() {
        return Ok(keys);
    }
    for (kind, change) in changes {
        change.keep(conn, place, kind).await?;
        let verification =
            sqlx::query(sql::batches::FORGET_VERIFICATION).bind(place.migration).bind(place.pass);
        verification.bind(kind.name()).execute(&mut *conn).await?;
    }
    let forget = sqlx::query(sql::batches::FORGET_SLICES).bind(place.migration).bind(place.pass);
    forget.execute(&mut *conn).await?;
    let what = format!("{} dead letters reopened in pass {}", keys.len(), place.pass);
    let why = filter.cause.map_or("asked for by record or kind", protocol::FailureCode::name);
    audit::append(conn, place.migration, id, now, Deed { who: "flotilla", what: &what, why }).await?;
    Ok(keys)
}
