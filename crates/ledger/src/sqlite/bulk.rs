//! Many rows in few statements, as SQLite has it: a `VALUES` list of so many rows.

use protocol::{Link, ObjectKind, SourceId, UnixMs};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::failure;
use crate::{
    Result,
    book::Place,
    session::{Row, statement_begins},
    sql,
};

/// Rows of one statement; SQLite takes 32,766 parameters.
const ROWS: usize = 500;

/// Adds records, or moves them to the pass; answers how many were new to it.
pub(crate) async fn note_seen(
    conn: &mut SqliteConnection,
    place: Place,
    kind: ObjectKind,
    ids: &[SourceId],
    now: UnixMs,
) -> Result<u64> {
    let mut new = 0;
    for ids in ids.chunks(ROWS) {
        let values = sql::rows(1, ids.len(), sql::entries::SEEN_COLUMNS);
        let text = format!("{}{values}{}", sql::entries::NOTE_SEEN, sql::entries::NOTE_SEEN_TAIL);
        let mut seen = sqlx::query(AssertSqlSafe(text));
        for id in ids {
            seen = seen.bind(place.migration).bind(kind.name()).bind(&id.0);
            seen = seen.bind(place.pass).bind("seen").bind(now.0);
        }
        statement_begins();
        new += seen.execute(&mut *conn).await.map_err(failure)?.rows_affected();
    }
    Ok(new)
}

/// The entries of parents.
pub(crate) async fn resolve(conn: &mut SqliteConnection, place: Place, wanted: &[Link]) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    for wanted in wanted.chunks(ROWS) {
        let values = sql::rows(2, wanted.len(), sql::entries::RESOLVE_COLUMNS);
        let text = format!("{}{values}{}", sql::entries::RESOLVE, sql::entries::RESOLVE_TAIL);
        let mut resolve = sqlx::query(AssertSqlSafe(text)).bind(place.migration);
        for link in wanted {
            resolve = resolve.bind(link.kind.name()).bind(&link.id.0);
        }
        found.extend(resolve.fetch_all(&mut *conn).await.map_err(failure)?.into_iter().map(Row::Sqlite));
    }
    Ok(found)
}
