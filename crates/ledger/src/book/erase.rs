//! Everything kept of a migration, deleted: the large tables a few thousand rows at a time, so that nobody waits long; the
//! rest, a count of every table and the migration itself in one last call.

use std::collections::BTreeMap;

use protocol::{MigrationId, erasure::Rows};

use super::guard;
use crate::{
    Error, Result,
    home::Home,
    session::{Query, Session, query},
    sql::erase as sql,
};

/// Rows deleted in one call.
const PIECE: i64 = 5_000;

/// Deletes it, and answers what was deleted and what a count found afterwards.
pub(super) async fn everything<H: Home>(home: &H, id: &MigrationId) -> Result<Rows> {
    let mut rows = Rows::default();
    for (table, statement) in sql::LARGE {
        loop {
            let id = id.clone();
            let gone = home
                .write(move |session, _| {
                    Box::pin(async move {
                        scrub(session).await?;
                        let place = guard::lock(session, &id).await?;
                        query(statement).bind(place.migration).bind(PIECE).execute(session).await
                    })
                })
                .await?;
            *rows.deleted.entry(table.to_owned()).or_default() += gone;
            if gone == 0 {
                break;
            }
        }
    }
    let id = id.clone();
    let rest = home.write(move |session, _| Box::pin(async move { the_rest(session, &id).await })).await?;
    rows.deleted.extend(rest.deleted);
    rows.left = rest.left;
    Ok(rows)
}

async fn the_rest(session: &mut Session<'_>, id: &MigrationId) -> Result<Rows> {
    scrub(session).await?;
    let place = guard::lock(session, id).await?;
    let of = |text: &'static str| -> Query<'static> { query(text).bind(place.migration) };
    let mut rows = Rows::default();
    for (table, statement) in sql::SMALL {
        rows.deleted.insert(table.to_owned(), of(statement).execute(session).await?);
    }
    rows.deleted.insert("migrations".to_owned(), of(sql::MIGRATION).execute(session).await?);
    rows.left = left(session, place.migration).await?;
    match rows.left.values().sum::<u64>() {
        0 => Ok(rows),
        // Nothing of this call is kept: a table somebody added and forgot here.
        _ => Err(Error::corrupt("rows are left after an erasure")),
    }
}

/// Rows of the migration in every table that can hold any.
async fn left(session: &mut Session<'_>, migration: i64) -> Result<BTreeMap<String, u64>> {
    let mut left = BTreeMap::new();
    for (table, statement) in sql::COUNTS {
        let row = query(statement).bind(migration).one(session).await?;
        left.insert(table.to_owned(), u64::try_from(row.get::<i64>("rows")?).unwrap_or(u64::MAX));
    }
    Ok(left)
}

/// Has a file overwrite what is deleted with zeroes. A server cleans up by itself.
async fn scrub(session: &mut Session<'_>) -> Result<()> {
    if matches!(session, Session::Sqlite(_)) {
        query(sql::OVERWRITE).all(session).await?;
    }
    Ok(())
}
