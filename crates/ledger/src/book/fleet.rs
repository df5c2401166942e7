//! Offices, accounts, requests and controls.

use async_trait::async_trait;
use protocol::{
    Account, Controls, Fingerprint, Leader, Migration, MigrationId, Name, UnixMs, migration::AuditLine,
};

use super::{
    audit::{self, Deed},
    guard, migrations, rows,
};
use crate::{Created, Error, Fleet, Result, sql};
use crate::{
    home::Home,
    session::{Session, query},
};

#[async_trait]
impl<H: Home> Fleet for H {
    async fn now(&self) -> Result<UnixMs> {
        self.reader().await?.now().await
    }

    async fn lead(&self, office: &str, holder: &str, ttl_ms: u64) -> Result<Option<Leader>> {
        let (office, holder) = (office.to_owned(), holder.to_owned());
        self.write(move |session, now| {
            Box::pin(async move {
                let lead = query(sql::fleet::LEAD).bind(&office).bind(&holder);
                let lead = lead.bind(now.plus_ms(ttl_ms).0).bind(now.0);
                if lead.execute(session).await? == 0 {
                    return Ok(None);
                }
                leader(session, &office, now).await
            })
        })
        .await
    }

    async fn resign(&self, office: &str, holder: &str) -> Result<()> {
        let (office, holder) = (office.to_owned(), holder.to_owned());
        self.write(move |session, _| {
            Box::pin(async move {
                query(sql::fleet::RESIGN).bind(&office).bind(&holder).execute(session).await?;
                Ok(())
            })
        })
        .await
    }

    async fn leader(&self, office: &str) -> Result<Option<Leader>> {
        let mut reader = self.reader().await?;
        let now = reader.now().await?;
        leader(&mut reader.session(), office, now).await
    }

    async fn put_account(&self, account: &Account) -> Result<()> {
        let (name, account) = (account.name.to_string(), serde_json::json!(account).to_string());
        self.write(move |session, _| {
            Box::pin(async move {
                query(sql::fleet::PUT_ACCOUNT).bind(&name).bind(&account).execute(session).await?;
                Ok(())
            })
        })
        .await
    }

    async fn account(&self, name: &Name) -> Result<Option<Account>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let one = query(sql::fleet::ACCOUNT).bind(name.as_str()).optional(session).await?;
        one.as_ref().map(|row| rows::json(row, "account")).transpose()
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        let all = query(sql::fleet::ACCOUNTS).all(&mut self.reader().await?.session()).await?;
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
        self.write(move |session, now| {
            Box::pin(async move {
                if let Some((key, body)) = &request
                    && let Some(made) = answered(session, key, *body).await?
                {
                    return Ok(Created::Again(made));
                }
                let deed = Deed { who: &who, what: "created", why: "" };
                if !migrations::add(session, &id, &settings, now, deed).await? {
                    // The same request may have come twice at once: then it was answered while this one waited.
                    let made = match &request {
                        Some((key, body)) => answered(session, key, *body).await?,
                        None => None,
                    };
                    return made.map(Created::Again).ok_or(Error::MigrationExists(id));
                }
                if let Some((key, body)) = &request {
                    let place = guard::find(session, &id).await?;
                    let add = query(sql::fleet::ADD_REQUEST).bind(key).bind(&body.0[..]);
                    if add.bind(place.migration).bind(now.0).execute(session).await? == 0 {
                        // Another request under this key came first; looking again tells which.
                        return Err(Error::Busy);
                    }
                }
                Ok(Created::New(migrations::expected(session, &id).await?))
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
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                if migrations::settings(session, place).await? == settings {
                    return Ok(());
                }
                let set = query(sql::migrations::SET_SETTINGS).bind(place.migration);
                set.bind(settings.to_string()).execute(session).await?;
                let deed = Deed { who: &who, what: "settings changed", why: &why };
                audit::append(session, place.migration, &id, now, deed).await
            })
        })
        .await
    }

    async fn note_once(&self, id: &MigrationId, who: &str, what: &str, why: &str) -> Result<bool> {
        let (id, who, what, why) = (id.clone(), who.to_owned(), what.to_owned(), why.to_owned());
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let said = query(sql::migrations::SAID).bind(place.migration).bind(&what);
                if said.optional(session).await?.is_some() {
                    return Ok(false);
                }
                let deed = Deed { who: &who, what: &what, why: &why };
                audit::append(session, place.migration, &id, now, deed).await?;
                Ok(true)
            })
        })
        .await
    }

    async fn controls(&self, id: &MigrationId) -> Result<Controls> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let set = query(sql::fleet::CONTROLS).bind(place.migration).optional(session).await?;
        set.as_ref().map_or_else(|| Ok(Controls::default()), |row| rows::json(row, "controls"))
    }

    async fn set_controls(&self, id: &MigrationId, controls: &Controls, who: &str, why: &str) -> Result<()> {
        let (id, who, why) = (id.clone(), who.to_owned(), why.to_owned());
        let controls = serde_json::json!(controls).to_string();
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let set = query(sql::fleet::SET_CONTROLS).bind(place.migration).bind(&controls);
                set.execute(session).await?;
                let deed = Deed { who: &who, what: &format!("controls set: {controls}"), why: &why };
                audit::append(session, place.migration, &id, now, deed).await
            })
        })
        .await
    }

    async fn audit_after(&self, id: &MigrationId, after: i64, limit: u32) -> Result<Vec<AuditLine>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        audit::lines_after(session, place.migration, after, i64::from(limit)).await
    }
}

async fn leader(session: &mut Session<'_>, office: &str, now: UnixMs) -> Result<Option<Leader>> {
    let row = query(sql::fleet::LEADER).bind(office).bind(now.0).optional(session).await?;
    let Some(row) = row else { return Ok(None) };
    let (holder, epoch, until) = (row.get("holder")?, row.get("epoch")?, row.get("term_until")?);
    Ok(Some(Leader { holder, epoch, until: UnixMs(until) }))
}

/// The migration a request made when it came before.
async fn answered(session: &mut Session<'_>, key: &str, body: Fingerprint) -> Result<Option<Migration>> {
    let row = query(sql::fleet::REQUEST).bind(key).optional(session).await?;
    let Some(row) = row else { return Ok(None) };
    if rows::fingerprint(&row, "body")? != Some(body) {
        return Err(Error::RequestReused { key: key.to_owned() });
    }
    let id = rows::migration_id(row.get("id")?)?;
    migrations::expected(session, &id).await.map(Some)
}
