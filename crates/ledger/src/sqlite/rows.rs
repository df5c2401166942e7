//! Rows of the file read as words of protocol. A row no version can have written is [`Error::Corrupt`].

use protocol::{
    Batch, BatchId, BatchState, DeadLetter, FailureCode, Fingerprint, Key, Migration, MigrationId,
    ObjectKind, Outcome, Pass, SourceId, UnixMs,
};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{Error, Result};

/// A count that is never negative.
pub(super) fn count(row: &SqliteRow, column: &str) -> Result<u64> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| Error::corrupt(format!("{column} is negative")))
}

/// A column that may be empty and otherwise names a failure code.
pub(super) fn cause(row: &SqliteRow) -> Result<Option<FailureCode>> {
    let name: Option<&str> = row.try_get("cause")?;
    name.map(|name| name.parse().map_err(Error::corrupt)).transpose()
}

/// The kind a row is about.
pub(super) fn kind(row: &SqliteRow) -> Result<ObjectKind> {
    row.try_get::<&str, _>("kind")?.parse().map_err(Error::corrupt)
}

/// The record a row is about.
pub(super) fn key(row: &SqliteRow) -> Result<Key> {
    Ok(Key { kind: kind(row)?, id: SourceId(row.try_get("source_id")?) })
}

/// A column of 16 bytes that may be empty.
pub(super) fn fingerprint(row: &SqliteRow, column: &str) -> Result<Option<Fingerprint>> {
    let bytes: Option<&[u8]> = row.try_get(column)?;
    let sized =
        |bytes: &[u8]| bytes.try_into().map_err(|_| Error::corrupt(format!("{column} is not 16 bytes")));
    bytes.map(sized).transpose().map(|bytes| bytes.map(Fingerprint))
}

/// A column of JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T> {
    serde_json::from_str(row.try_get(column)?).map_err(Error::corrupt)
}

/// An outcome by its name.
pub(super) fn outcome(name: &str) -> Result<Outcome> {
    let found = Outcome::ALL.into_iter().find(|outcome| outcome.name() == name);
    found.ok_or_else(|| Error::corrupt(format!("state {name:?} is unknown")))
}

/// A migration.
pub(super) fn migration(row: &SqliteRow) -> Result<Migration> {
    Ok(Migration {
        id: migration_id(row.try_get("id")?)?,
        state: row.try_get::<&str, _>("state")?.parse().map_err(Error::corrupt)?,
        cause: cause(row)?,
        pass: Pass(row.try_get("pass")?),
        map_hash: row.try_get("map_hash")?,
        created_at: UnixMs(row.try_get("created_at")?),
        since: UnixMs(row.try_get("since")?),
    })
}

/// A migration's name.
pub(super) fn migration_id(slug: String) -> Result<MigrationId> {
    MigrationId::new(slug).map_err(Error::corrupt)
}

/// A batch; a lease that has ended by `now` reads as ready.
pub(super) fn batch(row: &SqliteRow, now: UnixMs) -> Result<Batch> {
    let until: i64 = row.try_get("lease_until")?;
    let state = match row.try_get("state")? {
        "ready" => BatchState::Ready,
        "leased" if until <= now.0 => BatchState::Ready,
        "leased" => BatchState::Leased,
        "done" => BatchState::Done,
        "dead" => BatchState::Dead,
        other => return Err(Error::corrupt(format!("batch state {other:?} is unknown"))),
    };
    let attempts: i64 = row.try_get("attempts")?;
    let checkpoint: Option<i64> = row.try_get("checkpoint")?;
    Ok(Batch {
        id: BatchId(row.try_get("id")?),
        migration: migration_id(row.try_get("name")?)?,
        pass: Pass(row.try_get("pass")?),
        step: row.try_get::<&str, _>("step")?.parse().map_err(Error::corrupt)?,
        kind: kind(row)?,
        slice: serde_json::from_str(row.try_get("slice")?).map_err(Error::corrupt)?,
        state,
        attempts: u32::try_from(attempts).map_err(Error::corrupt)?,
        not_before: UnixMs(row.try_get("not_before")?),
        checkpoint: checkpoint.map(u32::try_from).transpose().map_err(Error::corrupt)?,
    })
}

/// A dead letter.
pub(super) fn dead_letter(row: &SqliteRow) -> Result<DeadLetter> {
    let cause = cause(row)?.ok_or_else(|| Error::corrupt("a dead letter has no cause"))?;
    Ok(DeadLetter { key: key(row)?, cause, detail: row.try_get("detail")?, at: UnixMs(row.try_get("at")?) })
}
