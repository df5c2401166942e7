//! Many rows in one statement: arrays, unnested by the server.

use protocol::{BatchId, Fingerprint, Link, NewBatch, ObjectKind, SourceId, UnixMs};
use sqlx::PgConnection;

use crate::{Error, Result, book::Place, session, session::Row, sql::postgres as sql};

/// Now, by the server's clock.
pub(crate) async fn clock(conn: &mut PgConnection) -> Result<UnixMs> {
    let rows = session::rows(conn, sqlx::query(sql::NOW)).await?;
    let row = rows.first().ok_or_else(|| Error::corrupt("the server has no clock"))?;
    Ok(UnixMs(row.get("now")?))
}

/// Adds records, or moves them to the pass; answers how many were new to it. `ids` come sorted, each once. Known rows are
/// locked before new ones are added, as every call does that touches both.
pub(crate) async fn note_seen(
    conn: &mut PgConnection,
    place: Place,
    kind: ObjectKind,
    ids: &[SourceId],
    now: UnixMs,
) -> Result<u64> {
    let ids: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
    let mut new = 0;
    for statement in [sql::SEE_AGAIN, sql::SEE] {
        let see = sqlx::query(statement).bind(place.migration).bind(kind.name());
        new += session::execute(conn, see.bind(place.pass).bind(now.0).bind(&ids)).await?;
    }
    Ok(new)
}

/// The entries of parents.
pub(crate) async fn resolve(conn: &mut PgConnection, place: Place, wanted: &[Link]) -> Result<Vec<Row>> {
    let (kinds, ids): (Vec<&str>, Vec<&str>) =
        wanted.iter().map(|link| (link.kind.name(), link.id.0.as_str())).unzip();
    let resolve = sqlx::query(sql::RESOLVE).bind(place.migration).bind(kinds).bind(ids);
    session::rows(conn, resolve).await
}

/// Adds batches, or finds the equal ones that stand; their ids in the order given.
pub(crate) async fn add_batches(
    conn: &mut PgConnection,
    place: Place,
    batches: &[NewBatch],
) -> Result<Vec<BatchId>> {
    let (steps, kinds): (Vec<&str>, Vec<&str>) =
        batches.iter().map(|batch| (batch.step.name(), batch.kind.name())).unzip();
    let slices = batches.iter().map(|batch| serde_json::to_string(&batch.slice).map_err(Error::corrupt));
    let slices: Vec<String> = slices.collect::<Result<_>>()?;
    let hashes: Vec<Vec<u8>> =
        slices.iter().map(|slice| Fingerprint::of(slice.as_bytes()).0.to_vec()).collect();
    let add = sqlx::query(sql::ADD_BATCHES).bind(place.migration).bind(place.pass);
    session::execute(conn, add.bind(&steps).bind(&kinds).bind(&slices).bind(&hashes)).await?;
    let standing = sqlx::query(sql::STANDING).bind(place.migration).bind(place.pass);
    let rows = session::rows(conn, standing.bind(&steps).bind(&kinds).bind(&hashes)).await?;
    rows.iter().map(|row| Ok(BatchId(row.get("id")?))).collect()
}
