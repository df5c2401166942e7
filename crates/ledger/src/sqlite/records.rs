//! Ledger entries in SQLite: each call reads the entry, lets it make its move, and puts entry, counts and dead letter back
//! in one transaction.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use protocol::{
    Entry, Fingerprint, Key, Lease, Link, MigrationId, ObjectKind, Outcome, Pass, SourceId, TargetId, UnixMs,
};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteLedger,
    counts::Change,
    entries::{self, Line, State},
    guard::{self, Place},
    rows,
};
use crate::{Commit, Error, Records, Resolution, Result, Verdict, sql};

/// Rows of one statement; SQLite takes 32,766 parameters.
const ROWS: usize = 500;

#[async_trait]
impl Records for SqliteLedger {
    async fn note_seen(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        ids: &[SourceId],
    ) -> Result<u64> {
        let (id, ids) = (id.clone(), ids.iter().cloned().collect::<BTreeSet<_>>());
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::in_pass(conn, &id, pass).await?;
                note_seen(conn, place, kind, ids, now).await
            })
        })
        .await
    }

    async fn resolve(&self, id: &MigrationId, links: &[Link]) -> Result<HashMap<Link, Resolution>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let mut found: HashMap<Link, Resolution> =
            links.iter().map(|link| (link.clone(), Resolution::Unknown)).collect();
        let wanted: Vec<Link> = found.keys().cloned().collect();
        for wanted in wanted.chunks(ROWS) {
            for row in resolve(&mut conn, place, wanted).await? {
                found.insert(rows::key(&row)?, resolution(&row)?);
            }
        }
        Ok(found)
    }

    async fn intend(&self, lease: &Lease, key: &Key, fingerprint: Fingerprint) -> Result<Verdict> {
        let (lease, key) = (lease.clone(), key.clone());
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::held(conn, &lease, now).await?;
                let mut change = Change::default();
                let mut line = Line::of(conn, place, &key, &mut change).await?;
                if let Some(under) = line.in_hands_of(&lease)
                    && guard::holds(conn, under, now).await?
                {
                    return Ok(Verdict::Elsewhere);
                }
                let verdict = line.intend(&lease, fingerprint, now, &mut change);
                if verdict != Verdict::Settled {
                    line.put(conn, place).await?;
                }
                if let Verdict::Same { .. } = verdict {
                    remove_letter(conn, place, &key).await?;
                }
                change.keep(conn, place, key.kind).await?;
                Ok(verdict)
            })
        })
        .await
    }

    async fn commit(&self, lease: &Lease, commit: &Commit) -> Result<()> {
        self.dead_letter(lease, commit, "").await
    }

    async fn dead_letter(&self, lease: &Lease, commit: &Commit, detail: &str) -> Result<()> {
        let (lease, commit, detail) = (lease.clone(), commit.clone(), detail.to_owned());
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::held(conn, &lease, now).await?;
                let mut change = Change::default();
                let mut line = Line::of(conn, place, &commit.key, &mut change).await?;
                line.settle(&commit, now, &mut change);
                line.put(conn, place).await?;
                keep_letter(conn, place, &commit, &detail, now).await?;
                change.keep(conn, place, commit.key.kind).await
            })
        })
        .await
    }

    async fn entry(&self, id: &MigrationId, key: &Key) -> Result<Option<Entry>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        entries::find(&mut conn, place.migration, key).await?.map(Line::entry).transpose()
    }

    async fn entries_under(&self, id: &MigrationId, kind: ObjectKind, id_prefix: &str) -> Result<Vec<Entry>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let under = sqlx::query(sql::entries::UNDER)
            .bind(place.migration)
            .bind(kind.name())
            .bind(id_prefix)
            .bind(format!("{id_prefix}{}", char::MAX))
            .fetch_all(&mut *conn)
            .await?;
        under.iter().map(|row| Line::read(row)?.entry()).collect()
    }

    async fn targets(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<(SourceId, TargetId, Outcome)>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let landed = sqlx::query(sql::entries::TARGETS)
            .bind(place.migration)
            .bind(kind.name())
            .bind(pass.0)
            .bind(after.map_or("", |after| &after.0))
            .bind(i64::from(limit))
            .fetch_all(&mut *conn)
            .await?;
        let triple = |row: &SqliteRow| {
            let outcome = rows::outcome(row.try_get("state")?)?;
            Ok((SourceId(row.try_get("source_id")?), TargetId(row.try_get("target")?), outcome))
        };
        landed.iter().map(triple).collect()
    }
}

async fn note_seen(
    conn: &mut SqliteConnection,
    place: Place,
    kind: ObjectKind,
    ids: BTreeSet<SourceId>,
    now: UnixMs,
) -> Result<u64> {
    let ids: Vec<SourceId> = ids.into_iter().collect();
    let mut new = 0;
    for ids in ids.chunks(ROWS) {
        let values = sql::rows(1, ids.len(), sql::entries::SEEN_COLUMNS);
        let text = format!("{}{values}{}", sql::entries::NOTE_SEEN, sql::entries::NOTE_SEEN_TAIL);
        let mut seen = sqlx::query(AssertSqlSafe(text));
        for id in ids {
            seen = seen.bind(place.migration).bind(kind.name()).bind(&id.0);
            seen = seen.bind(place.pass).bind("seen").bind(now.0);
        }
        new += seen.execute(&mut *conn).await?.rows_affected();
    }
    let mut change = Change::default();
    change.seen(new.cast_signed());
    change.keep(conn, place, kind).await?;
    Ok(new)
}

async fn resolve(conn: &mut SqliteConnection, place: Place, wanted: &[Link]) -> Result<Vec<SqliteRow>> {
    let values = sql::rows(2, wanted.len(), sql::entries::RESOLVE_COLUMNS);
    let text = format!("{}{values}{}", sql::entries::RESOLVE, sql::entries::RESOLVE_TAIL);
    let mut resolve = sqlx::query(AssertSqlSafe(text)).bind(place.migration);
    for link in wanted {
        resolve = resolve.bind(link.kind.name()).bind(&link.id.0);
    }
    Ok(resolve.fetch_all(conn).await?)
}

fn resolution(row: &SqliteRow) -> Result<Resolution> {
    let target: Option<i64> = row.try_get("target")?;
    Ok(match (target, State::parse(row.try_get("state")?)?) {
        (Some(target), _) => Resolution::Landed(TargetId(target)),
        (None, State::Settled(_)) => Resolution::NotLanded(rows::cause(row)?),
        (None, State::Seen | State::Intended) => Resolution::Unknown,
    })
}

/// Keeps the dead letter of a rejected or failed record, removes that of any other.
async fn keep_letter(
    conn: &mut SqliteConnection,
    place: Place,
    commit: &Commit,
    detail: &str,
    now: UnixMs,
) -> Result<()> {
    if !matches!(commit.outcome, Outcome::Rejected | Outcome::Failed) {
        return remove_letter(conn, place, &commit.key).await;
    }
    let cause = commit.cause.ok_or_else(|| Error::NoCause { key: commit.key.clone() })?;
    sqlx::query(sql::accounts::PUT_LETTER)
        .bind(place.migration)
        .bind(commit.key.kind.name())
        .bind(&commit.key.id.0)
        .bind(cause.name())
        .bind(detail)
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

async fn remove_letter(conn: &mut SqliteConnection, place: Place, key: &Key) -> Result<()> {
    let remove = sqlx::query(sql::accounts::REMOVE_LETTER).bind(place.migration);
    remove.bind(key.kind.name()).bind(&key.id.0).execute(conn).await?;
    Ok(())
}
