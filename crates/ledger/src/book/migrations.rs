//! Migrations: state, map, passes. Every change of them writes its audit line in the same transaction.

use async_trait::async_trait;
use protocol::{
    Errand, FailureCode, MapSpec, Migration, MigrationId, MigrationState, Pass, UnixMs, erasure::Rows,
    migration::AuditLine,
};

use super::{
    audit::{self, Deed},
    erase, guard, rows,
};
use crate::{Error, Migrations, Result, sql};
use crate::{
    home::Home,
    session::{Session, query},
};

#[async_trait]
impl<H: Home> Migrations for H {
    async fn create(&self, id: &MigrationId, settings: serde_json::Value) -> Result<Migration> {
        if let Some(standing) = one(&mut self.reader().await?.session(), id).await? {
            return Ok(standing);
        }
        let id = id.clone();
        self.write(move |session, now| {
            Box::pin(async move {
                let deed = Deed { who: "flotilla", what: "created", why: "" };
                add(session, &id, &settings, now, deed).await?;
                expected(session, &id).await
            })
        })
        .await
    }

    async fn settings(&self, id: &MigrationId) -> Result<serde_json::Value> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        settings(session, place).await
    }

    async fn migration(&self, id: &MigrationId) -> Result<Option<Migration>> {
        one(&mut self.reader().await?.session(), id).await
    }

    async fn migrations(&self) -> Result<Vec<Migration>> {
        let rows = query(sql::migrations::ALL).all(&mut self.reader().await?.session()).await?;
        rows.iter().map(rows::migration).collect()
    }

    async fn transition(
        &self,
        id: &MigrationId,
        to: MigrationState,
        cause: Option<FailureCode>,
        who: &str,
        why: &str,
    ) -> Result<Migration> {
        let (id, who, why) = (id.clone(), who.to_owned(), why.to_owned());
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let standing = expected(session, &id).await?;
                let from = standing.state;
                if from == to && standing.cause == cause {
                    return Ok(standing);
                }
                if !from.may_become(to) {
                    return Err(Error::IllegalMove { id, from, to });
                }
                query(sql::migrations::SET_STATE)
                    .bind(place.migration)
                    .bind(to.name())
                    .bind(cause.map(FailureCode::name))
                    .bind(now.0)
                    .execute(session)
                    .await?;
                let named = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                let deed = Deed { who: &who, what: &format!("{from} -> {to}{named}"), why: &why };
                audit::append(session, place.migration, &id, now, deed).await?;
                expected(session, &id).await
            })
        })
        .await
    }

    async fn audit(&self, id: &MigrationId) -> Result<Vec<AuditLine>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        audit::lines(session, place.migration).await
    }

    async fn audit_holds(&self, id: &MigrationId) -> Result<bool> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        audit::holds(session, place.migration, id).await
    }

    async fn confirm_map(&self, id: &MigrationId, spec: &MapSpec, who: &str) -> Result<Migration> {
        let (id, who, hash) = (id.clone(), who.to_owned(), spec.hash().to_hex());
        let spec = serde_json::json!(spec.at_rest()).to_string();
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let standing = expected(session, &id).await?;
                if standing.map_hash.as_ref() == Some(&hash) {
                    return Ok(standing);
                }
                let set = query(sql::migrations::SET_MAP).bind(place.migration).bind(&spec).bind(&hash);
                set.execute(session).await?;
                let deed = Deed { who: &who, what: &format!("map {hash} confirmed"), why: "" };
                audit::append(session, place.migration, &id, now, deed).await?;
                expected(session, &id).await
            })
        })
        .await
    }

    async fn map_spec(&self, id: &MigrationId) -> Result<Option<MapSpec>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let row = query(sql::migrations::MAP_SPEC).bind(place.migration).one(session).await?;
        let spec: Option<&str> = row.get("map_spec")?;
        spec.map(|spec| serde_json::from_str(spec).map_err(Error::corrupt)).transpose()
    }

    async fn begin_errand(&self, id: &MigrationId, errand: &Errand, who: &str) -> Result<Pass> {
        let (id, who, name) = (id.clone(), who.to_owned(), errand.name());
        let errand = serde_json::json!(errand).to_string();
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock(session, &id).await?;
                let pass = place.pass + 1;
                let begin = query(sql::migrations::BEGIN_ERRAND).bind(place.migration).bind(pass);
                begin.bind(&errand).execute(session).await?;
                let expire = query(sql::batches::EXPIRE_FORMER).bind(place.migration).bind(pass);
                expire.execute(session).await?;
                let deed = Deed { who: &who, what: &format!("pass {pass} begun, to {name}"), why: "" };
                audit::append(session, place.migration, &id, now, deed).await?;
                Ok(Pass(pass))
            })
        })
        .await
    }

    async fn erase(&self, id: &MigrationId) -> Result<Rows> {
        erase::everything(self, id).await
    }
}

async fn one(session: &mut Session<'_>, id: &MigrationId) -> Result<Option<Migration>> {
    let row = query(sql::migrations::ONE).bind(id.as_str()).optional(session).await?;
    row.as_ref().map(rows::migration).transpose()
}

/// Makes a migration, unless it is there.
pub(crate) async fn add(
    session: &mut Session<'_>,
    id: &MigrationId,
    settings: &serde_json::Value,
    now: UnixMs,
    deed: Deed<'_>,
) -> Result<bool> {
    let added = query(sql::migrations::CREATE)
        .bind(id.as_str())
        .bind(MigrationState::Draft.name())
        .bind(settings.to_string())
        .bind(now.0)
        .bind(&audit::BEGINNING[..])
        .execute(session)
        .await?;
    if added == 0 {
        return Ok(false);
    }
    let place = guard::find(session, id).await?;
    audit::append(session, place.migration, id, now, deed).await?;
    Ok(true)
}

/// The settings as they stand.
pub(crate) async fn settings(session: &mut Session<'_>, place: guard::Place) -> Result<serde_json::Value> {
    let row = query(sql::migrations::SETTINGS).bind(place.migration).one(session).await?;
    rows::json(&row, "settings")
}

/// One migration that is there.
pub(crate) async fn expected(session: &mut Session<'_>, id: &MigrationId) -> Result<Migration> {
    one(session, id).await?.ok_or_else(|| Error::NoSuchMigration(id.clone()))
}
