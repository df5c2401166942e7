//! Migrations in SQLite: state, map, passes. Every change of them writes its audit line in the same transaction.

use async_trait::async_trait;
use protocol::{
    FailureCode, MapSpec, Migration, MigrationId, MigrationState, Pass, UnixMs, migration::AuditLine,
};
use sqlx::{Connection, Row, SqliteConnection};

use super::{
    SqliteLedger,
    audit::{self, Deed},
    guard, rows,
};
use crate::{Error, Migrations, Result, sql};

#[async_trait]
impl Migrations for SqliteLedger {
    async fn create(&self, id: &MigrationId, settings: serde_json::Value) -> Result<Migration> {
        if let Some(standing) = one(&mut *self.reader().await?, id).await? {
            return Ok(standing);
        }
        let id = id.clone();
        self.write(move |conn, now| {
            Box::pin(async move {
                let deed = Deed { who: "flotilla", what: "created", why: "" };
                add(conn, &id, &settings, now, deed).await?;
                expected(conn, &id).await
            })
        })
        .await
    }

    async fn settings(&self, id: &MigrationId) -> Result<serde_json::Value> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        settings(&mut conn, place).await
    }

    async fn migration(&self, id: &MigrationId) -> Result<Option<Migration>> {
        one(&mut *self.reader().await?, id).await
    }

    async fn migrations(&self) -> Result<Vec<Migration>> {
        let rows = sqlx::query(sql::migrations::ALL).fetch_all(&mut *self.reader().await?).await?;
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
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                let standing = expected(conn, &id).await?;
                let from = standing.state;
                if from == to && standing.cause == cause {
                    return Ok(standing);
                }
                if !from.may_become(to) {
                    return Err(Error::IllegalMove { id, from, to });
                }
                sqlx::query(sql::migrations::SET_STATE)
                    .bind(place.migration)
                    .bind(to.name())
                    .bind(cause.map(FailureCode::name))
                    .bind(now.0)
                    .execute(&mut *conn)
                    .await?;
                let named = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                let deed = Deed { who: &who, what: &format!("{from} -> {to}{named}"), why: &why };
                audit::append(conn, place.migration, &id, now, deed).await?;
                expected(conn, &id).await
            })
        })
        .await
    }

    async fn audit(&self, id: &MigrationId) -> Result<Vec<AuditLine>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        audit::lines(&mut conn, place.migration).await
    }

    async fn audit_holds(&self, id: &MigrationId) -> Result<bool> {
        // One snapshot, so that no line is added between the lines and the head.
        let mut reader = self.reader().await?;
        let mut snapshot = reader.begin().await?;
        let place = guard::find(&mut snapshot, id).await?;
        audit::holds(&mut snapshot, place.migration, id).await
    }

    async fn confirm_map(&self, id: &MigrationId, spec: &MapSpec, who: &str) -> Result<Migration> {
        let (id, who, hash) = (id.clone(), who.to_owned(), spec.hash().to_hex());
        let spec = serde_json::json!(spec.at_rest()).to_string();
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                let standing = expected(conn, &id).await?;
                if standing.map_hash.as_ref() == Some(&hash) {
                    return Ok(standing);
                }
                let set = sqlx::query(sql::migrations::SET_MAP).bind(place.migration).bind(&spec).bind(&hash);
                set.execute(&mut *conn).await?;
                let deed = Deed { who: &who, what: &format!("map {hash} confirmed"), why: "" };
                audit::append(conn, place.migration, &id, now, deed).await?;
                expected(conn, &id).await
            })
        })
        .await
    }

    async fn map_spec(&self, id: &MigrationId) -> Result<Option<MapSpec>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let row = sqlx::query(sql::migrations::MAP_SPEC).bind(place.migration).fetch_one(&mut *conn).await?;
        let spec: Option<&str> = row.try_get("map_spec")?;
        spec.map(|spec| serde_json::from_str(spec).map_err(Error::corrupt)).transpose()
    }

    async fn begin_pass(&self, id: &MigrationId) -> Result<Pass> {
        let id = id.clone();
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                let pass = place.pass + 1;
                let set = sqlx::query(sql::migrations::SET_PASS).bind(place.migration).bind(pass);
                set.execute(&mut *conn).await?;
                let expire = sqlx::query(sql::batches::EXPIRE_FORMER).bind(place.migration).bind(pass);
                expire.execute(&mut *conn).await?;
                let deed = Deed { who: "flotilla", what: &format!("pass {pass} begun"), why: "" };
                audit::append(conn, place.migration, &id, now, deed).await?;
                Ok(Pass(pass))
            })
        })
        .await
    }
}

async fn one(conn: &mut SqliteConnection, id: &MigrationId) -> Result<Option<Migration>> {
    let row = sqlx::query(sql::migrations::ONE).bind(id.as_str()).fetch_optional(conn).await?;
    row.as_ref().map(rows::migration).transpose()
}

/// Makes a migration, unless it is there.
pub(super) async fn add(
    conn: &mut SqliteConnection,
    id: &MigrationId,
    settings: &serde_json::Value,
    now: UnixMs,
    deed: Deed<'_>,
) -> Result<bool> {
    let added = sqlx::query(sql::migrations::CREATE)
        .bind(id.as_str())
        .bind(MigrationState::Draft.name())
        .bind(settings.to_string())
        .bind(now.0)
        .bind(&audit::BEGINNING[..])
        .execute(&mut *conn)
        .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    let place = guard::find(conn, id).await?;
    audit::append(conn, place.migration, id, now, deed).await?;
    Ok(true)
}

/// The settings as they stand.
pub(super) async fn settings(conn: &mut SqliteConnection, place: guard::Place) -> Result<serde_json::Value> {
    let row = sqlx::query(sql::migrations::SETTINGS).bind(place.migration).fetch_one(conn).await?;
    rows::json(&row, "settings")
}

/// One migration that is there.
pub(super) async fn expected(conn: &mut SqliteConnection, id: &MigrationId) -> Result<Migration> {
    one(conn, id).await?.ok_or_else(|| Error::NoSuchMigration(id.clone()))
}
