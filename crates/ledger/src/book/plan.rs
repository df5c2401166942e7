//! Batches: the plan as it stands, and the leases on it. What a lease may do stands in `leases`.

use async_trait::async_trait;
use protocol::{
    Batch, BatchId, FailureCode, Fingerprint, Lease, MigrationId, NewBatch, ObjectKind, Pass, UnixMs,
    api::StepProgress,
};

use super::{guard, leases, rows};
use crate::{Error, Plan, Result, Trouble, sql};
use crate::{
    home::Home,
    postgres,
    session::{Row, Session, query},
};

#[async_trait]
impl<H: Home> Plan for H {
    async fn add_batches(&self, id: &MigrationId, pass: Pass, batches: &[NewBatch]) -> Result<Vec<BatchId>> {
        let (id, batches) = (id.clone(), batches.to_vec());
        self.write(move |session, _| {
            Box::pin(async move {
                let place = guard::in_pass(session, &id, pass).await?;
                match session {
                    Session::Postgres(conn) => postgres::add_batches(conn, place, &batches).await,
                    Session::Sqlite(_) => add_each(session, place, &batches).await,
                }
            })
        })
        .await
    }

    async fn batch(&self, batch: BatchId) -> Result<Option<Batch>> {
        let mut reader = self.reader().await?;
        let now = reader.now().await?;
        leases::batch(&mut reader.session(), batch, now).await
    }

    async fn batches(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Batch>> {
        let mut reader = self.reader().await?;
        let now = reader.now().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let all = query(sql::batches::ALL).bind(place.migration).bind(pass.0);
        all.all(session).await?.iter().map(|row| rows::batch(row, now)).collect()
    }

    async fn progress(&self, id: &MigrationId, pass: Pass) -> Result<Vec<StepProgress>> {
        let mut reader = self.reader().await?;
        let now = reader.now().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let counted = query(sql::batches::PROGRESS).bind(place.migration).bind(pass.0);
        let counted = counted.bind(now.0).all(session).await?;
        counted.iter().map(step_progress).collect()
    }

    async fn ready(&self, id: &MigrationId, pass: Pass, limit: u32) -> Result<Vec<Batch>> {
        let mut reader = self.reader().await?;
        let now = reader.now().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let ready = query(sql::batches::READY)
            .bind(place.migration)
            .bind(pass.0)
            .bind(now.0)
            .bind(i64::from(limit))
            .all(session)
            .await?;
        ready.iter().map(|row| rows::batch(row, now)).collect()
    }

    async fn troubles(&self, id: &MigrationId, pass: Pass) -> Result<Vec<Trouble>> {
        let mut reader = self.reader().await?;
        let now = reader.now().await?;
        let session = &mut reader.session();
        let place = guard::find(session, id).await?;
        let troubled = query(sql::batches::TROUBLES).bind(place.migration).bind(pass.0);
        let trouble = |row: &Row| {
            Ok(Trouble {
                batch: rows::batch(row, now)?,
                cause: rows::cause(row)?.ok_or_else(|| Error::corrupt("a trouble has no cause"))?,
                detail: row.get::<Option<String>>("detail")?.unwrap_or_default(),
            })
        };
        troubled.all(session).await?.iter().map(trouble).collect()
    }

    async fn claim(&self, batch: BatchId, holder: &str, ttl_ms: u64) -> Result<Option<Lease>> {
        let holder = holder.to_owned();
        self.write(move |session, now| {
            Box::pin(async move { leases::claim(session, batch, &holder, now, now.plus_ms(ttl_ms)).await })
        })
        .await
    }

    async fn renew(&self, lease: &Lease, ttl_ms: u64) -> Result<Lease> {
        let lease = lease.clone();
        self.write(move |session, now| {
            Box::pin(async move { leases::renew(session, lease, now, now.plus_ms(ttl_ms)).await })
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
        self.write(move |session, _| {
            Box::pin(async move { leases::release(session, &lease, attempt_spent, not_before, cause).await })
        })
        .await
    }

    async fn checkpoint(&self, lease: &Lease, next: u32) -> Result<()> {
        let lease = lease.clone();
        self.write(move |session, now| {
            Box::pin(async move { leases::checkpoint(session, &lease, now, next).await })
        })
        .await
    }

    async fn finish(&self, lease: &Lease) -> Result<()> {
        let lease = lease.clone();
        self.write(move |session, now| Box::pin(async move { leases::finish(session, &lease, now).await }))
            .await
    }

    async fn bury(&self, lease: &Lease, cause: FailureCode, detail: &str) -> Result<()> {
        let (lease, detail) = (lease.clone(), detail.to_owned());
        self.write(move |session, _| {
            Box::pin(async move { leases::bury(session, &lease, cause, &detail).await })
        })
        .await
    }

    async fn revive(&self, id: &MigrationId, pass: Pass) -> Result<u64> {
        let id = id.clone();
        self.write(move |session, _| {
            Box::pin(async move {
                let place = guard::lock_pass(session, &id, pass).await?;
                let revived = query(sql::batches::REVIVE).bind(place.migration).bind(pass.0);
                let revived = revived.execute(session).await?;
                let forget = query(sql::batches::FORGET_SLICES).bind(place.migration).bind(pass.0);
                forget.execute(session).await?;
                Ok(revived)
            })
        })
        .await
    }

    async fn expire_leases_of_the_dead(&self) -> Result<u64> {
        self.write(|session, _| Box::pin(query(sql::batches::EXPIRE_ALL).execute(session))).await
    }
}

/// Adds batches, or finds the equal ones that stand.
async fn add_each(
    session: &mut Session<'_>,
    place: guard::Place,
    batches: &[NewBatch],
) -> Result<Vec<BatchId>> {
    let mut ids = Vec::with_capacity(batches.len());
    for batch in batches {
        let slice = serde_json::to_string(&batch.slice).map_err(Error::corrupt)?;
        let hash = Fingerprint::of(slice.as_bytes());
        let (step, kind) = (batch.step.name(), batch.kind.name());
        let add = query(sql::batches::ADD).bind(place.migration).bind(place.pass).bind(step).bind(kind);
        add.bind(&slice).bind(&hash.0[..]).execute(session).await?;
        let standing = query(sql::batches::STANDING).bind(place.migration).bind(place.pass);
        let standing = standing.bind(step).bind(kind).bind(&hash.0[..]).one(session).await?;
        ids.push(BatchId(standing.get("id")?));
    }
    Ok(ids)
}

fn step_progress(row: &Row) -> Result<StepProgress> {
    let kind: ObjectKind = rows::kind(row)?;
    Ok(StepProgress {
        step: row.get::<&str>("step")?.parse().map_err(Error::corrupt)?,
        kind,
        done: rows::count(row, "done")?,
        leased: rows::count(row, "leased")?,
        ready: rows::count(row, "ready")?,
        dead: rows::count(row, "dead")?,
    })
}
