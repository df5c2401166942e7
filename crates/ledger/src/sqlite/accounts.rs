//! Counts, dead letters and surveys in SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use protocol::{
    DeadLetter, FailureCode, Key, MigrationId, ObjectKind, Outcome, Pass, SourceId, Survey, Tally,
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{SqliteLedger, guard, reopen, rows};
use crate::{Accounts, Error, Filter, Result, sql};

#[async_trait]
impl Accounts for SqliteLedger {
    async fn tallies(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<ObjectKind, Tally>> {
        self.of_pass(sql::accounts::TALLIES, id, pass).await?.iter().map(tally).collect()
    }

    async fn unaccounted(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        limit: u32,
    ) -> Result<Vec<SourceId>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let open = sqlx::query_scalar(sql::entries::UNACCOUNTED)
            .bind(place.migration)
            .bind(kind.name())
            .bind(pass.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *conn)
            .await?;
        Ok(open.into_iter().map(SourceId).collect())
    }

    async fn mark_verified(&self, id: &MigrationId, pass: Pass, kind: ObjectKind, count: u64) -> Result<()> {
        let id = id.clone();
        self.write(move |conn, _| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                sqlx::query(sql::accounts::MARK_VERIFIED)
                    .bind(place.migration)
                    .bind(pass.0)
                    .bind(kind.name())
                    .bind(count.cast_signed())
                    .execute(conn)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn verified(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<ObjectKind, u64>> {
        let pair = |row: &SqliteRow| Ok((rows::kind(row)?, rows::count(row, "records")?));
        self.of_pass(sql::accounts::VERIFIED, id, pass).await?.iter().map(pair).collect()
    }

    async fn causes(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<FailureCode, u64>> {
        let pair = |row: &SqliteRow| {
            let cause = rows::cause(row)?.ok_or_else(|| Error::corrupt("a cause has no name"))?;
            Ok((cause, rows::count(row, "records")?))
        };
        self.of_pass(sql::accounts::CAUSES, id, pass).await?.iter().map(pair).collect()
    }

    async fn dead_letters(
        &self,
        id: &MigrationId,
        filter: &Filter,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        reopen::letters(&mut conn, place.migration, filter, after, limit).await
    }

    async fn reopen(&self, id: &MigrationId, pass: Pass, filter: &Filter) -> Result<Vec<Key>> {
        let (id, filter) = (id.clone(), filter.clone());
        self.write(move |conn, now| {
            Box::pin(async move {
                let place = guard::in_pass(conn, &id, pass).await?;
                reopen::reopen(conn, place, &id, &filter, now).await
            })
        })
        .await
    }

    async fn put_survey(&self, id: &MigrationId, pass: Pass, survey: &Survey) -> Result<()> {
        let (id, kind) = (id.clone(), survey.kind);
        let survey = serde_json::json!(survey).to_string();
        self.write(move |conn, _| {
            Box::pin(async move {
                let place = guard::find(conn, &id).await?;
                let put = sqlx::query(sql::accounts::PUT_SURVEY).bind(place.migration).bind(pass.0);
                put.bind(kind.name()).bind(&survey).execute(conn).await?;
                Ok(())
            })
        })
        .await
    }

    async fn surveys(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Survey>> {
        let rows = self.of_pass(sql::accounts::SURVEYS, id, pass).await?;
        let survey = |row: &SqliteRow| serde_json::from_str(row.try_get("survey")?).map_err(Error::corrupt);
        let mut surveys: Vec<Survey> = rows.iter().map(survey).collect::<Result<_>>()?;
        surveys.sort_by_key(|survey| survey.kind);
        Ok(surveys)
    }
}

impl SqliteLedger {
    /// The rows of a statement that asks for a migration and a pass.
    async fn of_pass(&self, statement: &'static str, id: &MigrationId, pass: Pass) -> Result<Vec<SqliteRow>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let rows = sqlx::query(statement).bind(place.migration).bind(pass.0);
        Ok(rows.fetch_all(&mut *conn).await?)
    }
}

fn tally(row: &SqliteRow) -> Result<(ObjectKind, Tally)> {
    let mut tally = Tally { source: rows::count(row, "source")?, ..Tally::default() };
    for outcome in Outcome::ALL {
        *tally.of_mut(outcome) = rows::count(row, outcome.name())?;
    }
    Ok((rows::kind(row)?, tally))
}
