//! The audit log: each line's hash covers the line before it, and the migration keeps number and hash of the newest, so
//! that an edit anywhere, and a missing tail, both show.

use protocol::{MigrationId, UnixMs, migration::AuditLine};
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};

use crate::{Result, sql};

/// What the first line's hash covers in place of a line before it.
pub(super) const BEGINNING: [u8; 32] = [0; 32];

/// Something that was done, and by whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    /// A person's name, or the part of the program.
    pub(super) who: &'a str,
    /// What was done.
    pub(super) what: &'a str,
    /// Why.
    pub(super) why: &'a str,
}

/// Adds a line.
pub(super) async fn append(
    conn: &mut SqliteConnection,
    migration: i64,
    id: &MigrationId,
    now: UnixMs,
    deed: Deed<'_>,
) -> Result<()> {
    let (last, before) = head(conn, migration).await?;
    let seq = last + 1;
    let hash = chain(&before, id, seq, now, deed);
    sqlx::query(sql::migrations::ADD_AUDIT)
        .bind(migration)
        .bind(seq)
        .bind(now.0)
        .bind(deed.who)
        .bind(deed.what)
        .bind(deed.why)
        .bind(&hash[..])
        .execute(&mut *conn)
        .await?;
    let set = sqlx::query(sql::migrations::SET_AUDIT_HEAD).bind(migration).bind(seq).bind(&hash[..]);
    set.execute(conn).await?;
    Ok(())
}

/// All lines, oldest first.
pub(super) async fn lines(conn: &mut SqliteConnection, migration: i64) -> Result<Vec<AuditLine>> {
    lines_after(conn, migration, 0, i64::MAX).await
}

/// The lines after `after`, oldest first, at most `limit`.
pub(super) async fn lines_after(
    conn: &mut SqliteConnection,
    migration: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    let rows = sqlx::query(sql::migrations::AUDIT).bind(migration).bind(after).bind(limit);
    let rows = rows.fetch_all(conn).await?;
    let line = |row: &sqlx::sqlite::SqliteRow| {
        Ok(AuditLine {
            seq: row.try_get("seq")?,
            at: UnixMs(row.try_get("at")?),
            who: row.try_get("who")?,
            what: row.try_get("what")?,
            why: row.try_get("why")?,
            hash: hex(row.try_get("hash")?),
        })
    };
    rows.iter().map(line).collect()
}

/// Computes the chain again.
pub(super) async fn holds(conn: &mut SqliteConnection, migration: i64, id: &MigrationId) -> Result<bool> {
    let mut last = (0, BEGINNING.to_vec());
    for line in lines(conn, migration).await? {
        let deed = Deed { who: &line.who, what: &line.what, why: &line.why };
        let hash = chain(&last.1, id, last.0 + 1, line.at, deed);
        if line.seq != last.0 + 1 || line.hash != hex(&hash) {
            return Ok(false);
        }
        last = (line.seq, hash.to_vec());
    }
    Ok(last == head(conn, migration).await?)
}

async fn head(conn: &mut SqliteConnection, migration: i64) -> Result<(i64, Vec<u8>)> {
    let row = sqlx::query(sql::migrations::AUDIT_HEAD).bind(migration).fetch_one(conn).await?;
    Ok((row.try_get("audit_seq")?, row.try_get("audit_hash")?))
}

fn chain(before: &[u8], id: &MigrationId, seq: i64, at: UnixMs, deed: Deed<'_>) -> [u8; 32] {
    let line = serde_json::json!([id, seq, at, deed.who, deed.what, deed.why]).to_string();
    Sha256::new().chain_update(before).chain_update(line).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
