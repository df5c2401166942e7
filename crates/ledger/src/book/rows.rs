//! Rows of the file read as words of protocol. A row no version can have written is [`Error::Corrupt`].

use protocol::{
    Batch, BatchId, BatchState, DeadLetter, FailureCode, Fingerprint, Key, Migration, MigrationId,
    ObjectKind, Outcome, Pass, SourceId, UnixMs,
};

use crate::session::Row;
use crate::{Error, Result};

/// A count that is never negative.
pub(crate) fn count(row: &Row, column: &str) -> Result<u64> {
    u64::try_from(row.get::<i64>(column)?).map_err(|_| Error::corrupt(format!("{column} is negative")))
}

/// A column that may be empty and otherwise names a failure code.
pub(crate) fn cause(row: &Row) -> Result<Option<FailureCode>> {
    let name: Option<&str> = row.get("cause")?;
    name.map(|name| name.parse().map_err(Error::corrupt)).transpose()
}

/// The kind a row is about.
pub(crate) fn kind(row: &Row) -> Result<ObjectKind> {
    row.get::<&str>("kind")?.parse().map_err(Error::corrupt)
}

/// The record a row is about.
pub(crate) fn key(row: &Row) -> Result<Key> {
    Ok(Key { kind: kind(row)?, id: SourceId(row.get("source_id")?) })
}

/// A column of 16 bytes that may be empty.
pub(crate) fn fingerprint(row: &Row, column: &str) -> Result<Option<Fingerprint>> {
    let bytes: Option<&[u8]> = row.get(column)?;
    let sized =
        |bytes: &[u8]| bytes.try_into().map_err(|_| Error::corrupt(format!("{column} is not 16 bytes")));
    bytes.map(sized).transpose().map(|bytes| bytes.map(Fingerprint))
}

/// A column of JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    serde_json::from_str(row.get(column)?).map_err(Error::corrupt)
}

/// An outcome by its name.
pub(crate) fn outcome(name: &str) -> Result<Outcome> {
    let found = Outcome::ALL.into_iter().find(|outcome| outcome.name() == name);
    found.ok_or_else(|| Error::corrupt(format!("state {name:?} is unknown")))
}

/// A migration.
pub(crate) fn migration(row: &Row) -> Result<Migration> {
    Ok(Migration {
        id: migration_id(row.get("id")?)?,
        state: row.get::<&str>("state")?.parse().map_err(Error::corrupt)?,
        cause: cause(row)?,
        pass: Pass(row.get("pass")?),
        errand: json(row, "errand")?,
        came_from: row.get::<&str>("came_from")?.parse().map_err(Error::corrupt)?,
        map_hash: row.get("map_hash")?,
        created_at: UnixMs(row.get("created_at")?),
        since: UnixMs(row.get("since")?),
    })
}

/// A migration's name.
pub(crate) fn migration_id(slug: String) -> Result<MigrationId> {
    MigrationId::new(slug).map_err(Error::corrupt)
}

/// A batch; a lease that has ended by `now` reads as ready.
pub(crate) fn batch(row: &Row, now: UnixMs) -> Result<Batch> {
    let until: i64 = row.get("lease_until")?;
    let state = match row.get("state")? {
        "ready" => BatchState::Ready,
        "leased" if until <= now.0 => BatchState::Ready,
        "leased" => BatchState::Leased,
        "done" => BatchState::Done,
        "dead" => BatchState::Dead,
        other => return Err(Error::corrupt(format!("batch state {other:?} is unknown"))),
    };
    let attempts: i64 = row.get("attempts")?;
    let checkpoint: Option<i64> = row.get("checkpoint")?;
    Ok(Batch {
        id: BatchId(row.get("id")?),
        migration: migration_id(row.get("name")?)?,
        pass: Pass(row.get("pass")?),
        step: row.get::<&str>("step")?.parse().map_err(Error::corrupt)?,
        kind: kind(row)?,
        slice: serde_json::from_str(row.get("slice")?).map_err(Error::corrupt)?,
        state,
        attempts: u32::try_from(attempts).map_err(Error::corrupt)?,
        not_before: UnixMs(row.get("not_before")?),
        checkpoint: checkpoint.map(u32::try_from).transpose().map_err(Error::corrupt)?,
    })
}

/// A dead letter.
pub(crate) fn dead_letter(row: &Row) -> Result<DeadLetter> {
    let cause = cause(row)?.ok_or_else(|| Error::corrupt("a dead letter has no cause"))?;
    Ok(DeadLetter { key: key(row)?, cause, detail: row.get("detail")?, at: UnixMs(row.get("at")?) })
}
