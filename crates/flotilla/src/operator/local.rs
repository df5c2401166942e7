//! The migration of the configuration in the ledger of this machine. Looks are read only and never in a run's way; a deed
//! takes the ledger, which a run at work does not give.

use std::sync::Arc;

use async_trait::async_trait;
use bootstrap::{Settings, SystemClock};
use ledger::{Filter, Ledger, SqliteLedger, Trouble};
use protocol::{
    Account, Clock, Controls, DeadLetter, DocumentIndex, Key, Leaf, Migration, MigrationState, UndoScope,
    api::{Events, Explanation, Retried, Retry, UndoCount},
    certificate::Certificate,
    documents::Articles,
    erasure::{Erase, Erasure},
    milestone::Declare,
    report::Reconciliation,
};
use scheduler::Signature;

use super::{Deed, Look, Operator, Which};
use crate::{
    accounts, embedded::scope_of, exit::Exit, failure::Failure, lookup::Lookup, pulse::Pulse, sentence,
};

/// The migration of the settings.
#[derive(Debug)]
pub(crate) struct Local {
    settings: Settings,
}

impl Local {
    /// Nothing is opened yet.
    #[must_use]
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings }
    }

    fn who(&self) -> &str {
        self.settings.migration.signed_off_by.as_deref().unwrap_or("operator")
    }

    /// The ledger for writing, and the migration in it.
    async fn take(&self) -> Result<(Arc<dyn Ledger>, Migration), Failure> {
        let id = &self.settings.migration.id;
        let ledger: Arc<dyn Ledger> =
            Arc::new(SqliteLedger::open(&self.settings.storage.ledger, Arc::new(SystemClock)).await?);
        let migration =
            ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
        Ok((ledger, migration))
    }

    async fn resume(&self, ledger: &dyn Ledger, migration: &Migration) -> Result<(), Failure> {
        if !matches!(migration.state, MigrationState::Paused | MigrationState::Halted) {
            let what = "only a paused or halted migration is resumed; `flotilla run` begins a pass";
            return Err(Failure::new(Exit::Refused, what));
        }
        let by = self.settings.migration.signed_off_by.clone().ok_or_else(Failure::unsigned)?;
        let signature = Signature {
            by,
            map: self.settings.migration.signed_map.clone(),
            scope: scope_of(&self.settings),
        };
        scheduler::start(ledger, &migration.id, &self.settings.map, &signature).await?;
        Ok(())
    }
}

#[async_trait(?Send)]
impl Operator for Local {
    async fn look(&self) -> Result<Look, Failure> {
        let Lookup { ledger, migration } = Lookup::open(&self.settings).await?;
        let id = migration.id.clone();
        let troubles = ledger.troubles(&id, migration.pass).await?;
        let view = scheduler::view(&*ledger, migration).await?;
        let now = SystemClock.now();
        let pulse = Pulse::read(&self.settings.storage.ledger, now).filter(|pulse| pulse.migration == id);
        let waiting = troubles.iter().filter(|trouble| trouble.batch.not_before > now);
        let next: Option<&Trouble> = waiting.min_by_key(|trouble| trouble.batch.not_before);
        let agents = scheduler::awaited(&*ledger, &id, next).await?;
        Ok(Look {
            sentence: sentence::of(&view, pulse.as_ref(), next.map(|next| (next, agents)), now),
            at: now,
            next_attempt_at: next.map(|trouble| trouble.batch.not_before),
            view,
            pulse,
            fleet: None,
        })
    }

    async fn report(&self) -> Result<Reconciliation, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(scheduler::reconcile(&*found.ledger, &found.migration).await?)
    }

    async fn documents(&self) -> Result<DocumentIndex, Failure> {
        let id = &self.settings.migration.id;
        let found = documents::index::read(&self.settings.storage.reports.join(id.as_str()))?;
        Ok(found.ok_or_else(|| scheduler::Error::NoDocuments { id: id.clone() })?)
    }

    async fn articles(&self) -> Result<Articles, Failure> {
        Ok(scheduler::articles(&self.settings.storage.reports, &self.settings.migration.id)?)
    }

    async fn review(&self, article: &str, by: &str) -> Result<Articles, Failure> {
        let (ledger, migration) = self.take().await?;
        let reports = &self.settings.storage.reports;
        Ok(scheduler::review(&*ledger, reports, &migration.id, article, (by, self.who())).await?)
    }

    async fn explain(&self, key: Key) -> Result<Explanation, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(scheduler::explain(&*found.ledger, &found.migration, key).await?)
    }

    async fn failures(
        &self,
        which: Which,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, Failure> {
        let found = Lookup::open(&self.settings).await?;
        let filter = Filter { cause: which.cause, kind: which.kind, key: None };
        Ok(found.ledger.dead_letters(&found.migration.id, &filter, after, limit).await?)
    }

    async fn retry(&self, which: &Retry) -> Result<Retried, Failure> {
        let (ledger, migration) = self.take().await?;
        Ok(scheduler::retry(&*ledger, &migration.id, which, self.who()).await?)
    }

    async fn events(&self, after: i64, limit: u32) -> Result<Events, Failure> {
        let found = Lookup::open(&self.settings).await?;
        let events = found.ledger.audit_after(&found.migration.id, after, limit).await?;
        let next = events.last().map_or(after, |line| line.seq);
        Ok(Events { events, next })
    }

    async fn act(&self, deed: Deed, why: Option<String>) -> Result<MigrationState, Failure> {
        let (ledger, migration) = self.take().await?;
        let why = why.as_deref().unwrap_or("asked for");
        let id = &migration.id;
        match deed {
            Deed::Pause => {
                ledger.transition(id, MigrationState::Paused, None, self.who(), why).await?;
            }
            Deed::Cancel => {
                ledger.transition(id, MigrationState::Cancelled, None, self.who(), why).await?;
            }
            Deed::Resume => self.resume(&*ledger, &migration).await?,
        }
        let now = ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
        Ok(now.state)
    }

    async fn throttle(&self, _: &Controls) -> Result<Controls, Failure> {
        Err(Failure::new(
            Exit::Refused,
            "a run on this machine keeps to destination.rate and has no live controls: change it there and run again, or \
             name a fleet with --server",
        ))
    }

    async fn declare(&self, asked: &Declare) -> Result<MigrationState, Failure> {
        let (ledger, migration) = self.take().await?;
        Ok(scheduler::declare(&*ledger, &migration.id, asked, self.who()).await?.state)
    }

    async fn undo_count(&self, scope: &UndoScope) -> Result<UndoCount, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(scheduler::undo_count(&*found.ledger, &found.migration.id, scope).await?)
    }

    async fn leaf(&self, name: &str, version: Option<u32>) -> Result<Option<Leaf>, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(found.ledger.leaf(&found.migration.id, name, version).await?)
    }

    async fn certificate(&self) -> Result<Certificate, Failure> {
        let found = Lookup::open(&self.settings).await?;
        Ok(scheduler::certificate(&*found.ledger, &found.migration.id).await?)
    }

    async fn erase(&self, asked: &Erase) -> Result<Erasure, Failure> {
        let (ledger, migration) = self.take().await?;
        let reports = Some(self.settings.storage.reports.as_path());
        Ok(scheduler::erase(&*ledger, &migration.id, reports, asked).await?)
    }

    async fn accounts(&self) -> Result<Vec<Account>, Failure> {
        accounts::of(&self.settings).map(Vec::from)
    }

    fn goes_on_by(&self) -> &'static str {
        "Now: flotilla run"
    }
}
