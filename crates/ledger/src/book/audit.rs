//! The audit log: each line's hash covers the line before it, and the migration keeps number and hash of the newest, so
//! that an edit anywhere, and a missing tail, both show.

use protocol::{MigrationId, UnixMs, migration::AuditLine};
use sha2::{Digest, Sha256};

use crate::session::{Row, Session, query};
use crate::{Result, sql};

/// What the first line's hash covers in place of a line before it.
pub(crate) const BEGINNING: [u8; 32] = [0; 32];

/// Something that was done, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed<'a> {
    /// A person's name, or the part of the program.
    pub(crate) who: &'a str,
    /// What was done.
    pub(crate) what: &'a str,
    /// Why.
    pub(crate) why: &'a str,
}

/// Adds a line.
pub(crate) async fn append(
    session: &mut Session<'_>,
    migration: i64,
    id: &MigrationId,
    now: UnixMs,
    deed: Deed<'_>,
) -> Result<()> {
    let (last, before) = head(session, migration).await?;
    let seq = last + 1;
    let hash = chain(&before, id, seq, now, deed);
    query(sql::migrations::ADD_AUDIT)
        .bind(migration)
        .bind(seq)
        .bind(now.0)
        .bind(deed.who)
        .bind(deed.what)
        .bind(deed.why)
        .bind(&hash[..])
        .execute(session)
        .await?;
    let set = query(sql::migrations::SET_AUDIT_HEAD).bind(migration).bind(seq).bind(&hash[..]);
    set.execute(session).await?;
    Ok(())
}

/// All lines, oldest first.
pub(crate) async fn lines(session: &mut Session<'_>, migration: i64) -> Result<Vec<AuditLine>> {
    lines_after(session, migration, 0, i64::MAX).await
}

/// The lines after `after`, oldest first, at most `limit`.
pub(crate) async fn lines_after(
    session: &mut Session<'_>,
    migration: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<AuditLine>> {
    let rows = query(sql::migrations::AUDIT).bind(migration).bind(after).bind(limit);
    let rows = rows.all(session).await?;
    rows.iter().map(line).collect()
}

/// Computes the chain again, from lines and head as they stand at one instant.
pub(crate) async fn holds(session: &mut Session<'_>, migration: i64, id: &MigrationId) -> Result<bool> {
    let mut last = (0, BEGINNING.to_vec());
    let rows = query(sql::migrations::AUDIT_WHOLE).bind(migration).all(session).await?;
    for row in rows.iter().filter(|row| !matches!(row.get::<Option<i64>>("seq"), Ok(None))) {
        let found = line(row)?;
        let deed = Deed { who: &found.who, what: &found.what, why: &found.why };
        let hash = chain(&last.1, id, last.0 + 1, found.at, deed);
        if found.seq != last.0 + 1 || found.hash != hex(&hash) {
            return Ok(false);
        }
        last = (found.seq, hash.to_vec());
    }
    let head = rows.first().map(|row| Ok((row.get("audit_seq")?, row.get("audit_hash")?))).transpose()?;
    Ok(head == Some(last))
}

/// Number and hash of the newest line; nobody adds another until the call is committed.
async fn head(session: &mut Session<'_>, migration: i64) -> Result<(i64, Vec<u8>)> {
    let row = query(sql::migrations::AUDIT_HEAD).bind(migration).for_update().one(session).await?;
    Ok((row.get("audit_seq")?, row.get("audit_hash")?))
}

fn line(row: &Row) -> Result<AuditLine> {
    Ok(AuditLine {
        seq: row.get("seq")?,
        at: UnixMs(row.get("at")?),
        who: row.get("who")?,
        what: row.get("what")?,
        why: row.get("why")?,
        hash: hex(row.get("hash")?),
    })
}

fn chain(before: &[u8], id: &MigrationId, seq: i64, at: UnixMs, deed: Deed<'_>) -> [u8; 32] {
    let line = serde_json::json!([id, seq, at, deed.who, deed.what, deed.why]).to_string();
    Sha256::new().chain_update(before).chain_update(line).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
