//! Ledger entries.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use protocol::{
    Entry, Fingerprint, Key, Lease, Link, MigrationId, ObjectKind, Outcome, Pass, SourceId, TargetId, UnixMs,
};
use tokio::time::Instant;

use super::{
    counts::Change,
    entries::{self, Line, State},
    guard::{self, Place},
    moves::{Ask, Letter},
    rows,
};
use crate::{
    Commit, Records, Resolution, Result, Verdict, figures,
    home::Home,
    postgres,
    session::{Row, Session, query},
    sql, sqlite,
};

/// Links asked for in one statement.
const ROWS: usize = 500;

#[async_trait]
impl<H: Home> Records for H {
    async fn note_seen(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        ids: &[SourceId],
    ) -> Result<u64> {
        let (id, ids) =
            (id.clone(), ids.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>());
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::in_pass(session, &id, pass).await?;
                let new = match session {
                    Session::Sqlite(conn) => sqlite::note_seen(conn, place, kind, &ids, now).await?,
                    Session::Postgres(conn) => postgres::note_seen(conn, place, kind, &ids, now).await?,
                };
                let mut change = Change::default();
                change.seen(new.cast_signed());
                change.keep(session, place, kind).await?;
                Ok(new)
            })
        })
        .await
    }

    async fn resolve(&self, id: &MigrationId, links: &[Link]) -> Result<HashMap<Link, Resolution>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let mut found: HashMap<Link, Resolution> =
            links.iter().map(|link| (link.clone(), Resolution::Unknown)).collect();
        let wanted: Vec<Link> = found.keys().cloned().collect();
        for wanted in wanted.chunks(ROWS) {
            let rows = match session {
                Session::Sqlite(conn) => sqlite::resolve(conn, place, wanted).await?,
                Session::Postgres(conn) => postgres::resolve(conn, place, wanted).await?,
            };
            for row in rows {
                found.insert(rows::key(&row)?, resolution(&row)?);
            }
        }
        Ok(found)
    }

    async fn intend(&self, lease: &Lease, key: &Key, fingerprint: Fingerprint) -> Result<Verdict> {
        let begun = Instant::now();
        let verdict =
            self.record(Ask::Intend { lease: lease.clone(), key: key.clone(), fingerprint }).await?;
        figures::written("intend", begun.elapsed());
        if let Verdict::Same { .. } = verdict {
            figures::settled(key.kind, Outcome::Unchanged);
        }
        Ok(verdict)
    }

    async fn withdraw(&self, lease: &Lease, key: &Key) -> Result<()> {
        self.record(Ask::Withdraw { lease: lease.clone(), key: key.clone() }).await.map(|_| ())
    }

    async fn commit(&self, lease: &Lease, commit: &Commit) -> Result<()> {
        self.dead_letter(lease, commit, "").await
    }

    async fn dead_letter(&self, lease: &Lease, commit: &Commit, detail: &str) -> Result<()> {
        let (begun, kind, outcome) = (Instant::now(), commit.key.kind, commit.outcome);
        let (lease, commit, detail) = (lease.clone(), commit.clone(), detail.to_owned());
        self.record(Ask::Settle { lease, commit, detail }).await?;
        figures::written("settle", begun.elapsed());
        figures::settled(kind, outcome);
        Ok(())
    }

    async fn entry(&self, id: &MigrationId, key: &Key) -> Result<Option<Entry>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        entries::find(session, place.migration, key).await?.map(Line::entry).transpose()
    }

    async fn entries(
        &self,
        id: &MigrationId,
        kind: ObjectKind,
        ids: &[SourceId],
    ) -> Result<HashMap<SourceId, Entry>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let mut found = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(ROWS) {
            let ids: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
            for line in entries::named(session, place.migration, kind, &ids).await? {
                found.insert(line.key.id.clone(), line.entry()?);
            }
        }
        Ok(found)
    }

    async fn entries_under(&self, id: &MigrationId, kind: ObjectKind, id_prefix: &str) -> Result<Vec<Entry>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let under = query(sql::entries::UNDER)
            .bind(place.migration)
            .bind(kind.name())
            .bind(id_prefix)
            .bind(format!("{id_prefix}{}", char::MAX))
            .all(session)
            .await?;
        under.iter().map(|row| Line::read(row)?.entry()).collect()
    }

    async fn standing(
        &self,
        id: &MigrationId,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<Entry>> {
        page(self, sql::entries::STANDING, id, kind, (after, limit)).await
    }

    async fn page(
        &self,
        id: &MigrationId,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<Entry>> {
        page(self, sql::entries::PAGE, id, kind, (after, limit)).await
    }

    async fn targets(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        after: Option<&SourceId>,
        limit: u32,
    ) -> Result<Vec<(SourceId, TargetId, Outcome)>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let landed = query(sql::entries::TARGETS)
            .bind(place.migration)
            .bind(kind.name())
            .bind(pass.0)
            .bind(after.map_or("", |after| &after.0))
            .bind(i64::from(limit))
            .all(session)
            .await?;
        let triple = |row: &Row| {
            let outcome = rows::outcome(row.get("state")?)?;
            Ok((SourceId(row.get("source_id")?), TargetId(row.get("target")?), outcome))
        };
        landed.iter().map(triple).collect()
    }
}

async fn page<H: Home>(
    home: &H,
    statement: &'static str,
    id: &MigrationId,
    kind: ObjectKind,
    (after, limit): (Option<&SourceId>, u32),
) -> Result<Vec<Entry>> {
    let mut reader = home.reader().await?;
    let session = &mut reader.session();
    let place = guard::find(session, id).await?;
    let page = query(statement).bind(place.migration).bind(kind.name());
    let page = page.bind(after.map_or("", |after| &after.0)).bind(i64::from(limit));
    page.all(session).await?.iter().map(|row| Line::read(row)?.entry()).collect()
}

fn resolution(row: &Row) -> Result<Resolution> {
    let target: Option<i64> = row.get("target")?;
    Ok(match (target, State::parse(row.get("state")?)?) {
        (Some(target), _) => Resolution::Landed(TargetId(target)),
        (None, State::Settled(_)) => Resolution::NotLanded(rows::cause(row)?),
        (None, State::Seen | State::Intended) => Resolution::Unknown,
    })
}

/// Makes one move: the entry is read, makes it, and is put back with counts and dead letter.
pub(crate) async fn one(session: &mut Session<'_>, ask: &Ask, now: UnixMs) -> Result<Verdict> {
    let (place, key) = (guard::held(session, ask.lease(), now).await?, ask.key());
    let mut change = Change::default();
    let mut line = Line::of(session, place, key, &mut change).await?;
    let elsewhere = match ask.asks_about(&line) {
        Some(under) => guard::holds(session, under, now).await?,
        None => false,
    };
    let made = ask.make(&mut line, elsewhere, now, &mut change)?;
    if made.changed {
        line.put(session, place).await?;
    }
    match &made.letter {
        Letter::Stays => {}
        Letter::Goes => remove_letter(session, place, key).await?,
        Letter::Put { cause, detail, at } => {
            let put = query(sql::accounts::PUT_LETTER).bind(place.migration).bind(key.kind.name());
            let put = put.bind(&key.id.0).bind(cause.name()).bind(detail).bind(at.0);
            put.execute(session).await?;
        }
    }
    change.keep(session, place, key.kind).await?;
    Ok(made.verdict)
}

/// Removes a record's dead letter, if it has one.
pub(crate) async fn remove_letter(session: &mut Session<'_>, place: Place, key: &Key) -> Result<()> {
    let remove = query(sql::accounts::REMOVE_LETTER).bind(place.migration);
    remove.bind(key.kind.name()).bind(&key.id.0).execute(session).await?;
    Ok(())
}
