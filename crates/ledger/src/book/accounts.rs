//! Counts, dead letters and surveys.

use std::collections::BTreeMap;

use async_trait::async_trait;
use protocol::{
    DeadLetter, FailureCode, Key, MigrationId, ObjectKind, Outcome, Pass, SourceId, Survey, Tally,
};

use super::{guard, reopen, rows};
use crate::{Accounts, Error, Filter, Result, sql};
use crate::{
    home::Home,
    session::{Row, query},
};

#[async_trait]
impl<H: Home> Accounts for H {
    async fn tallies(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<ObjectKind, Tally>> {
        of_pass(self, sql::accounts::TALLIES, id, pass).await?.iter().map(tally).collect()
    }

    async fn unaccounted(
        &self,
        id: &MigrationId,
        pass: Pass,
        kind: ObjectKind,
        limit: u32,
    ) -> Result<Vec<SourceId>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let open = query(sql::entries::UNACCOUNTED)
            .bind(place.migration)
            .bind(kind.name())
            .bind(pass.0)
            .bind(i64::from(limit))
            .all(session)
            .await?;
        open.iter().map(|row| Ok(SourceId(row.get("source_id")?))).collect()
    }

    async fn mark_verified(&self, id: &MigrationId, pass: Pass, kind: ObjectKind, count: u64) -> Result<()> {
        let id = id.clone();
        self.write(move |session, _| {
            Box::pin(async move {
                let place = guard::find(session, &id).await?;
                query(sql::accounts::MARK_VERIFIED)
                    .bind(place.migration)
                    .bind(pass.0)
                    .bind(kind.name())
                    .bind(count.cast_signed())
                    .execute(session)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn verified(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<ObjectKind, u64>> {
        let pair = |row: &Row| Ok((rows::kind(row)?, rows::count(row, "records")?));
        of_pass(self, sql::accounts::VERIFIED, id, pass).await?.iter().map(pair).collect()
    }

    async fn causes(&self, id: &MigrationId, pass: Pass) -> Result<BTreeMap<FailureCode, u64>> {
        let pair = |row: &Row| {
            let cause = rows::cause(row)?.ok_or_else(|| Error::corrupt("a cause has no name"))?;
            Ok((cause, rows::count(row, "records")?))
        };
        of_pass(self, sql::accounts::CAUSES, id, pass).await?.iter().map(pair).collect()
    }

    async fn dead_letters(
        &self,
        id: &MigrationId,
        filter: &Filter,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>> {
        let mut reader = self.reader().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        reopen::letters(session, place.migration, filter, after, limit).await
    }

    async fn reopen(&self, id: &MigrationId, pass: Pass, filter: &Filter) -> Result<Vec<Key>> {
        let (id, filter) = (id.clone(), filter.clone());
        self.write(move |session, now| {
            Box::pin(async move {
                let place = guard::lock_pass(session, &id, pass).await?;
                reopen::reopen(session, place, &id, &filter, now).await
            })
        })
        .await
    }

    async fn put_survey(&self, id: &MigrationId, pass: Pass, survey: &Survey) -> Result<()> {
        let (id, kind) = (id.clone(), survey.kind);
        let survey = serde_json::json!(survey).to_string();
        self.write(move |session, _| {
            Box::pin(async move {
                let place = guard::find(session, &id).await?;
                let put = query(sql::accounts::PUT_SURVEY).bind(place.migration).bind(pass.0);
                put.bind(kind.name()).bind(&survey).execute(session).await?;
                Ok(())
            })
        })
        .await
    }

    async fn surveys(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Survey>> {
        let rows = of_pass(self, sql::accounts::SURVEYS, id, pass).await?;
        let survey = |row: &Row| serde_json::from_str(row.get("survey")?).map_err(Error::corrupt);
        let mut surveys: Vec<Survey> = rows.iter().map(survey).collect::<Result<_>>()?;
        surveys.sort_by_key(|survey| survey.kind);
        Ok(surveys)
    }
}

/// The rows of a statement that asks for a migration and a pass.
async fn of_pass(
    home: &impl Home,
    statement: &'static str,
    id: &MigrationId,
    pass: Pass,
) -> Result<Vec<Row>> {
    let mut reader = home.reader().await?;
    let session = &mut reader.session();
    let place = guard::find(session, id).await?;
    query(statement).bind(place.migration).bind(pass.0).all(session).await
}

fn tally(row: &Row) -> Result<(ObjectKind, Tally)> {
    let mut tally = Tally { source: rows::count(row, "source")?, ..Tally::default() };
    for outcome in Outcome::ALL {
        *tally.of_mut(outcome) = rows::count(row, outcome.name())?;
    }
    Ok((rows::kind(row)?, tally))
}
