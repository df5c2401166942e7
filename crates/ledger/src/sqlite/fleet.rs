//! Offices, accounts, requests and controls in SQLite.

use async_trait::async_trait;
use protocol::{
    Account, Controls, Fingerprint, Leader, Migration, MigrationId, Name, UnixMs, migration::AuditLine,
};
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteLedger,
    audit::{self, Deed},
    guard, migrations, rows,
};
use crate::{Created, Error, Fleet, Result, sql};

#[async_trait]
impl Fleet for SqliteLedger {
    async fn now(&self) -> Result<UnixMs> {
        Ok(self.clock.now())
    }

    async fn lead(&self, office: &str, holder: &str, ttl_ms: u64) -> Result<Option<Leader>> {
        let (office, holder) = (office.to_owned(), holder.to_owned());
        self.write(move |conn, now| {
            Box::pin(async move {
                let lead = sqlx::query(sql::fleet::LEAD).bind(&office).bind(&holder);
                let lead = lead.bind(now.plus_ms(ttl_ms).0).bind(now.0);
                if lead.execute(&mut *conn).await?.rows_affected() == 0 {
                    return Ok(None);
                }
                leader(conn, &office, now).await
            })
        })
        .await
    }

    async fn resign(&self, office: &str, holder: &str) -> Result<()> {
        let (office, holder) = (office.to_owned(), holder.to_owned());
        self.write(move |conn, _| {
            Box::pin(async move {
                sqlx::query(sql::fleet::RESIGN).bind(&office).bind(&holder).execute(conn).await?;
                Ok(())
            })
        })
        .await
    }

    async fn leader(&self, office: &str) -> Result<Option<Leader>> {
        leader(&mut *self.reader().await?, office, self.clock.now()).await
    }

    async fn put_account(&self, account: &Account) -> Result<()> {
        let (name, account) = (account.name.to_string(), serde_json::json!(account).to_string());
        self.write(move |conn, _| {
            Box::pin(async move {
                sqlx::query(sql::fleet::PUT_ACCOUNT).bind(&name).bind(&account).execute(conn).await?;
                Ok(())
            })
        })
        .await
    }

    async fn account(&self, name: &Name) -> Result<Option<Account>> {
        let mut conn = self.reader().await?;
        let one = sqlx::query(sql::fleet::ACCOUNT).bind(name.as_str()).fetch_optional(&mut *conn).await?;
        one.as_ref().map(|row| rows::json(row, "account")).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        let all = sqlx::query(sql::fleet::ACCOUNTS).fetch_all(&mut *self.reader().await?).await?;
        all.iter().map(|row| rows::json(row, "account")).collect()
    }

    async fn create_once(
        &self,
        request: Option<(&str, Fingerprint)>,
        id: &MigrationId,
        settings: serde_json::Value,
        who: &str,
    ) -> Result<Created> {
        let request = request.map(|(key, body)| (key.to_owned(), body));
        let (id, who) = (id.clone(), who.to_owned());
        self.write(move |conn, now| {
            Box::pin(async move {
                if let Some((key, body)) = &request
                    && let Some(made) = answered(conn, key, *body).await?
                {
                    return Ok(Created::Again(made));
                }
                let deed = Deed { who: &who, what: "created", why: "" };
                if !migrations::add(conn, &id, &settings, now, deed).await? {
                    return Err(Error::MigrationExists(id));
                }
                if let Some((key, body)) = &request {
                    let place = guard::find(conn, &id).await?;
                    let add = sqlx::query(sql::fleet::ADD_REQUEST).bind(key).bind(&body.0[..]);
                    add.bind(place.migration).bind(now.0).execute(&mut *conn).await?;
                }
                Ok(Created::New(migrations::expected(conn, &id).await?))
            })
        })
        .await
    }

    async fn set_settings(
        &self,
        id: &MigrationId,
        settings: serde_json::Value,
        who: &str,
        why: &str,
    ) -> Result<()> {
        let (id, who, why) = (id.clone(), who.to_owned(), why.to_owned());
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                if migrations::settings(conn, place).await? == settings {
                    return Ok(());
                }
                let set = sqlx::query(sql::migrations::SET_SETTINGS).bind(place.migration);
                set.bind(settings.to_string()).execute(&mut *conn).await?;
                let deed = Deed { who: &who, what: "settings changed", why: &why };
                audit::append(conn, place.migration, &id, now, deed).await
            })
        })
        .await
    }

    async fn note_once(&self, id: &MigrationId, who: &str, what: &str, why: &str) -> Result<bool> {
        let (id, who, what, why) = (id.clone(), who.to_owned(), what.to_owned(), why.to_owned());
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                let said = sqlx::query(sql::migrations::SAID).bind(place.migration).bind(&what);
                if said.fetch_optional(&mut *conn).await?.is_some() {
                    return Ok(false);
                }
                let deed = Deed { who: &who, what: &what, why: &why };
                audit::append(conn, place.migration, &id, now, deed).await?;
                Ok(true)
            })
        })
        .await
    }

    async fn controls(&self, id: &MigrationId) -> Result<Controls> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let set = sqlx::query(sql::fleet::CONTROLS).bind(place.migration).fetch_optional(&mut *conn).await?;
        set.as_ref().map_or_else(|| Ok(Controls::default()), |row| rows::json(row, "controls"))
    }

    async fn set_controls(&self, id: &MigrationId, controls: &Controls, who: &str, why: &str) -> Result<()> {
        let (id, who, why) = (id.clone(), who.to_owned(), why.to_owned());
        let controls = serde_json::json!(controls).to_string();
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                let set = sqlx::query(sql::fleet::SET_CONTROLS).bind(place.migration).bind(&controls);
                set.execute(&mut *conn).await?;
                let deed = Deed { who: &who, what: &format!("controls set: {controls}"), why: &why };
                audit::append(conn, place.migration, &id, now, deed).await
            })
        })
        .await
    }

    async fn audit_after(&self, id: &MigrationId, after: i64, limit: u32) -> Result<Vec<AuditLine>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        audit::lines_after(&mut conn, place.migration, after, i64::from(limit)).await
    }
}

async fn leader(conn: &mut SqliteConnection, office: &str, now: UnixMs) -> Result<Option<Leader>> {
    let row = sqlx::query(sql::fleet::LEADER).bind(office).bind(now.0).fetch_optional(conn).await?;
    let Some(row) = row else { return Ok(None) };
    let (holder, epoch, until) = (row.try_get("holder")?, row.try_get("epoch")?, row.try_get("term_until")?);
    Ok(Some(Leader { holder, epoch, until: UnixMs(until) }))
}

/// The migration a request made when it came before.
async fn answered(conn: &mut SqliteConnection, key: &str, body: Fingerprint) -> Result<Option<Migration>> {
    let row = sqlx::query(sql::fleet::REQUEST).bind(key).fetch_optional(&mut *conn).await?;
    let Some(row) = row else { return Ok(None) };
    if rows::fingerprint(&row, "body")? != Some(body) {
        return Err(Error::RequestReused { key: key.to_owned() });
    }
    let id = rows::migration_id(row.try_get("id")?)?;
    migrations::expected(conn, &id).await.map(Some)
}
