//! The dossier: every version of every leaf is kept, and each new one is a line of the audit log with the body's hash.

use async_trait::async_trait;
use protocol::{Fingerprint, Leaf, MigrationId, UnixMs};
use serde_json::Value;

use super::{
    audit::{self, Deed},
    guard, rows,
};
use crate::{
    Dossier, Error, Result,
    home::Home,
    session::{Row, Session, query},
    sql,
};

#[async_trait]
impl<H: Home> Dossier for H {
    async fn put_leaf(&self, id: &MigrationId, name: &str, body: &Value, who: &str) -> Result<Leaf> {
        let (id, name, body, who) = (id.clone(), name.to_owned(), body.clone(), who.to_owned());
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let newest = newest(session, place.migration, &name).await?;
                put(session, (place.migration, &id), newest, Leaf { name, version: 0, at: now, who, body })
                    .await
            })
        })
        .await
    }

    async fn put_leaf_after(
        &self,
        id: &MigrationId,
        name: &str,
        after: Option<u32>,
        body: &Value,
        who: &str,
    ) -> Result<Option<Leaf>> {
        let (id, name, body, who) = (id.clone(), name.to_owned(), body.clone(), who.to_owned());
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let newest = newest(session, place.migration, &name).await?;
                if newest.as_ref().map(|leaf| leaf.version) != after {
                    return Ok(None);
                }
                let next = Leaf { name, version: 0, at: now, who, body };
                put(session, (place.migration, &id), newest, next).await.map(Some)
            })
        })
        .await
    }

    async fn leaf(&self, id: &MigrationId, name: &str, version: Option<u32>) -> Result<Option<Leaf>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let Some(version) = version else { return newest(session, place.migration, name).await };
        let one = query(sql::dossier::ONE).bind(place.migration).bind(name).bind(i64::from(version));
        one.optional(session).await?.as_ref().map(leaf).transpose()
    }

    async fn leaf_versions(&self, id: &MigrationId, name: &str) -> Result<Vec<Leaf>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let versions = query(sql::dossier::VERSIONS).bind(place.migration).bind(name);
        versions.all(session).await?.iter().map(leaf).collect()
    }
}

/// Puts `next` behind the newest version, which keeps its place where it says the same.
async fn put(
    session: &mut Session<'_>,
    (migration, id): (i64, &MigrationId),
    newest: Option<Leaf>,
    next: Leaf,
) -> Result<Leaf> {
    let version = match newest {
        Some(leaf) if leaf.body == next.body => return Ok(leaf),
        Some(leaf) => leaf.version + 1,
        None => 1,
    };
    let next = Leaf { version, ..next };
    let text = next.body.to_string();
    let put = query(sql::dossier::PUT).bind(migration).bind(&next.name).bind(i64::from(version));
    put.bind(next.at.0).bind(&next.who).bind(&text).execute(session).await?;
    let hash = Fingerprint::of(text.as_bytes()).to_hex();
    let what = format!("{} version {version} kept: {hash}", next.name);
    audit::append(session, migration, id, next.at, Deed { who: &next.who, what: &what, why: "" }).await?;
    Ok(next)
}

async fn newest(session: &mut Session<'_>, migration: i64, name: &str) -> Result<Option<Leaf>> {
    let newest = query(sql::dossier::NEWEST).bind(migration).bind(name);
    newest.optional(session).await?.as_ref().map(leaf).transpose()
}

fn leaf(row: &Row) -> Result<Leaf> {
    Ok(Leaf {
        name: row.get("name")?,
        version: u32::try_from(row.get::<i64>("version")?).map_err(Error::corrupt)?,
        at: UnixMs(row.get("at")?),
        who: row.get("who")?,
        body: rows::json(row, "body")?,
    })
}
