//! Batches in SQLite: the plan as it stands, and the leases on it. What a lease may do stands in `leases`.

use async_trait::async_trait;
use protocol::{
    Batch, BatchId, FailureCode, Fingerprint, Lease, MigrationId, NewBatch, ObjectKind, Pass, UnixMs,
    api::StepProgress,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteLedger, guard, leases, rows};
use crate::{Error, Plan, Result, Trouble, sql};

#[async_trait]
impl Plan for SqliteLedger {
    async fn add_batches(&self, id: &MigrationId, pass: Pass, batches: &[NewBatch]) -> Result<Vec<BatchId>> {
        let (id, batches) = (id.clone(), batches.to_vec());
        self.write(move |conn, _| {
            Box::pin(async move {
                let place = guard::in_pass(conn, &id, pass).await?;
                let mut ids = Vec::with_capacity(batches.len());
                for batch in &batches {
                    ids.push(add(conn, place, batch).await?);
                }
                Ok(ids)
            })
        })
        .await
    }

    async fn batch(&self, batch: BatchId) -> Result<Option<Batch>> {
        leases::batch(&mut *self.reader().await?, batch, self.clock.now()).await
    }

    async fn batches(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Batch>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let all = sqlx::query(sql::batches::ALL).bind(place.migration).bind(pass.0);
        let now = self.clock.now();
        all.fetch_all(&mut *conn).await?.iter().map(|row| rows::batch(row, now)).collect()
    }

    async fn progress(&self, id: &MigrationId, pass: Pass) -> Result<Vec<StepProgress>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let counted = sqlx::query(sql::batches::PROGRESS).bind(place.migration).bind(pass.0);
        let counted = counted.bind(self.clock.now().0).fetch_all(&mut *conn).await?;
        counted.iter().map(step_progress).collect()
    }

    async fn ready(&self, id: &MigrationId, pass: Pass, limit: u32) -> Result<Vec<Batch>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let now = self.clock.now();
        let ready = sqlx::query(sql::batches::READY)
            .bind(place.migration)
            .bind(pass.0)
            .bind(now.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *conn)
            .await?;
        ready.iter().map(|row| rows::batch(row, now)).collect()
    }

    async fn troubles(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Trouble>> {
        let mut conn = self.reader().await?;
        let place = guard::find(&mut conn, id).await?;
        let troubled = sqlx::query(sql::batches::TROUBLES).bind(place.migration).bind(pass.0);
        let now = self.clock.now();
        let trouble = |row: &SqliteRow| {
            Ok(Trouble {
                batch: rows::batch(row, now)?,
                cause: rows::cause(row)?.ok_or_else(|| Error::corrupt("a trouble has no cause"))?,
                detail: row.try_get::<Option<String>, _>("detail")?.unwrap_or_default(),
            })
        };
        troubled.fetch_all(&mut *conn).await?.iter().map(trouble).collect()
    }

    async fn claim(&self, batch: BatchId, holder: &str, ttl_ms: u64) -> Result<Option<Lease>> {
        let holder = holder.to_owned();
        self.write(move |conn, now| {
            Box::pin(async move { leases::claim(conn, batch, &holder, now, now.plus_ms(ttl_ms)).await })
        })
        .await
    }

    async fn renew(&self, lease: &Lease, ttl_ms: u64) -> Result<Lease> {
        let lease = lease.clone();
        self.write(move |conn, now| {
            Box::pin(async move { leases::renew(conn, lease, now, now.plus_ms(ttl_ms)).await })
        })
        .await
    }

    async fn release(
        &self,
        lease: &Lease,
        attempt_spent: bool,
        not_before: UnixMs,
        cause: Option<FailureCode>,
    ) -> Result<()> {
        let lease = lease.clone();
        self.write(move |conn, _| {
            Box::pin(async move { leases::release(conn, &lease, attempt_spent, not_before, cause).await })
        })
        .await
    }

    async fn checkpoint(&self, lease: &Lease, next: u32) -> Result<()> {
        let lease = lease.clone();
        self.write(move |conn, now| {
            Box::pin(async move { leases::checkpoint(conn, &lease, now, next).await })
        })
        .await
    }

    async fn finish(&self, lease: &Lease) -> Result<()> {
        let lease = lease.clone();
        self.write(move |conn, now| Box::pin(async move { leases::finish(conn, &lease, now).await })).await
    }

    async fn bury(&self, lease: &Lease, cause: FailureCode, detail: &str) -> Result<()> {
        let (lease, detail) = (lease.clone(), detail.to_owned());
        self.write(move |conn, _| Box::pin(async move { leases::bury(conn, &lease, cause, &detail).await }))
            .await
    }

    async fn revive(&self, id: &MigrationId, pass: Pass) -> Result<u64> {
        let id = id.clone();
        self.write(move |conn, _| {
            Box::pin(async move {
                let place = guard::in_pass(conn, &id, pass).await?;
                let revived = sqlx::query(sql::batches::REVIVE).bind(place.migration).bind(pass.0);
                let revived = revived.execute(&mut *conn).await?.rows_affected();
                let forget = sqlx::query(sql::batches::FORGET_SLICES).bind(place.migration).bind(pass.0);
                forget.execute(conn).await?;
                Ok(revived)
            })
        })
        .await
    }

    async fn expire_leases_of_the_dead(&self) -> Result<u64> {
        self.write(|conn, _| {
            Box::pin(
                async move { Ok(sqlx::query(sql::batches::EXPIRE_ALL).execute(conn).await?.rows_affected()) },
            )
        })
        .await
    }
}

/// Adds a batch, or finds the equal one that stands.
async fn add(conn: &mut SqliteConnection, place: guard::Place, batch: &NewBatch) -> Result<BatchId> {
    let slice = serde_json::to_string(&batch.slice).map_err(Error::corrupt)?;
    let hash = Fingerprint::of(slice.as_bytes());
    sqlx::query(sql::batches::ADD)
        .bind(place.migration)
        .bind(place.pass)
        .bind(batch.step.name())
        .bind(batch.kind.name())
        .bind(&slice)
        .bind(&hash.0[..])
        .execute(&mut *conn)
        .await?;
    let id: i64 = sqlx::query_scalar(sql::batches::STANDING)
        .bind(place.migration)
        .bind(place.pass)
        .bind(batch.step.name())
        .bind(batch.kind.name())
        .bind(&hash.0[..])
        .fetch_one(conn)
        .await?;
    Ok(BatchId(id))
}

fn step_progress(row: &SqliteRow) -> Result<StepProgress> {
    let kind: ObjectKind = rows::kind(row)?;
    Ok(StepProgress {
        step: row.try_get::<&str, _>("step")?.parse().map_err(Error::corrupt)?,
        kind,
        done: rows::count(row, "done")?,
        leased: rows::count(row, "leased")?,
        ready: rows::count(row, "ready")?,
        dead: rows::count(row, "dead")?,
    })
}
