//! The crew: does the jobs of many migrations in one process. Each migration has a context of its own, made when its
//! first job comes and made anew when what it was made from has changed.
//!
//! Nothing here ends the process. A ledger that is away is waited for; what a migration itself lacks (a credential, a
//! supplement) halts that migration, and the others go on.

use std::{
    collections::HashMap,
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use ledger::Ledger;
use limiter::Limiter;
use protocol::{AccountRate, FailureCode, Fingerprint, Job, Migration, MigrationId, MigrationState, Pass};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    Context, Going, Trouble,
    attempt::{attempt, halted},
};

/// Makes contexts: whoever puts a program together knows where settings, accounts and credentials are.
#[async_trait]
pub trait Outfit: Send + Sync + Debug {
    /// What a migration's context would be made from now, as a hash.
    ///
    /// # Errors
    /// [`Trouble`] when it cannot be found out; its code says whether the migration halts for it.
    async fn basis(&self, id: &MigrationId) -> Result<Fingerprint, Trouble>;

    /// Makes a migration's context, which ends when the work is held.
    ///
    /// # Errors
    /// As [`Outfit::basis`].
    async fn equip(&self, id: &MigrationId, going: Going) -> Result<Equipped, Trouble>;
}

/// What a migration is worked on with.
#[derive(Debug)]
pub struct Equipped {
    /// Everything its jobs work with.
    pub context: Context,
    /// The limiter of its destination account, for its live controls.
    pub limiter: Arc<dyn Limiter>,
    /// What that account allows.
    pub rate: AccountRate,
}

/// A migration at work in this process.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) context: Context,
    pub(crate) limiter: Arc<dyn Limiter>,
    pub(crate) rate: AccountRate,
    pub(crate) made_of: MadeOf,
}

impl Station {
    /// Whether it was made for this pass and this map. Whether settings, accounts or credentials have changed is looked at
    /// beside the work (`watch`), which lets go of a station that was made from others.
    fn stands(&self, migration: &Migration) -> bool {
        let MadeOf { pass, map, .. } = &self.made_of;
        *pass == migration.pass && *map == migration.map_hash && !self.context.stop.is_cancelled()
    }
}

/// What a station was made from: a change of it asks for a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeOf {
    pub(crate) pass: Pass,
    pub(crate) map: Option<String>,
    pub(crate) basis: Fingerprint,
}

/// Does the jobs of many migrations.
#[derive(Debug)]
pub struct Crew {
    pub(crate) outfit: Arc<dyn Outfit>,
    pub(crate) ledger: Arc<dyn Ledger>,
    /// The same ledger, on connections that no job keeps waiting.
    pub(crate) watched: Arc<dyn Ledger>,
    pub(crate) stop: CancellationToken,
    /// When the last look began that would have found a migration held.
    pub(crate) looked: watch::Sender<Option<Instant>>,
    stations: Mutex<HashMap<MigrationId, Arc<Station>>>,
    building: tokio::sync::Mutex<()>,
}

impl Crew {
    /// A crew; when `stop` is cancelled, batches in hand are handed back as soon as the records under way are settled.
    #[must_use]
    pub fn new(outfit: Arc<dyn Outfit>, ledger: Arc<dyn Ledger>, stop: CancellationToken) -> Self {
        let (watched, looked) = (Arc::clone(&ledger), watch::Sender::new(None));
        let (stations, building) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { outfit, ledger, watched, stop, looked, stations, building }
    }

    /// The same crew, which learns what operators do from `ledger`: the same as the jobs', on other connections, so that a
    /// pause acts however busy those are.
    #[must_use]
    pub fn watching(self, ledger: Arc<dyn Ledger>) -> Self {
        Self { watched: ledger, ..self }
    }

    /// The migrations at work here.
    pub(crate) fn stations(&self) -> Vec<Arc<Station>> {
        self.stations.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Ends a migration's work here: batches in hand are handed back. The next job of it makes a new station.
    pub(crate) fn dismiss(&self, station: &Arc<Station>) {
        station.context.stop.cancel();
        let mut stations = self.stations.lock().unwrap_or_else(PoisonError::into_inner);
        if stations.get(&station.context.migration).is_some_and(|there| Arc::ptr_eq(there, station)) {
            stations.remove(&station.context.migration);
        }
    }

    fn known(&self, id: &MigrationId) -> Option<Arc<Station>> {
        self.stations.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The station of a migration as it stands; `None` when nothing of it may be worked on.
    async fn station(&self, id: &MigrationId) -> Result<Option<Arc<Station>>, Trouble> {
        let Some(migration) = self.ledger.migration(id).await?.filter(Migration::is_at_work) else {
            return Ok(None);
        };
        if let Some(station) = self.known(id).filter(|station| station.stands(&migration)) {
            return Ok(Some(station));
        }
        // One at a time: two jobs of a migration share one context, and with it what it has in hand.
        let _one = self.building.lock().await;
        if let Some(station) = self.known(id) {
            if station.stands(&migration) {
                return Ok(Some(station));
            }
            tracing::info!(migration = %id, "pass or map have changed: going on with the new ones");
            self.dismiss(&station);
        }
        let basis = self.outfit.basis(id).await?;
        let made_of = MadeOf { pass: migration.pass, map: migration.map_hash, basis };
        let going = Going::until(self.stop.child_token(), self.looked.subscribe());
        let Equipped { context, limiter, rate } = self.outfit.equip(id, going).await?;
        let station = Arc::new(Station { context, limiter, rate, made_of });
        self.regulate(&station).await?;
        let mut stations = self.stations.lock().unwrap_or_else(PoisonError::into_inner);
        stations.insert(id.clone(), Arc::clone(&station));
        Ok(Some(station))
    }

    async fn work(&self, job: &Job) -> Result<(), Trouble> {
        let station = match self.station(&job.migration).await {
            Ok(Some(station)) => station,
            Ok(None) => return Ok(()),
            Err(trouble) => return self.lacking(&job.migration, trouble).await,
        };
        if attempt(&station.context, job).await? {
            // Whoever lets it go on has mended something, maybe a credential.
            self.dismiss(&station);
        }
        Ok(())
    }

    /// A migration that lacks what its work needs is halted with the cause; what may come back is waited for.
    async fn lacking(&self, id: &MigrationId, trouble: Trouble) -> Result<(), Trouble> {
        let cause = trouble.code().filter(|code| *code != FailureCode::LedgerUnavailable);
        let Some(cause) = cause.filter(|code| code.decision() == protocol::Decision::Halt) else {
            return Err(trouble);
        };
        let why = trouble.to_string();
        tracing::warn!(migration = %id, error = %trouble, "the migration is halted: what its work needs is not there");
        halted(self.ledger.transition(id, MigrationState::Halted, Some(cause), "worker", &why).await)?;
        Ok(())
    }
}

#[async_trait]
impl queue::Handler for Crew {
    async fn handle(&self, job: Job) {
        if self.stop.is_cancelled() {
            return;
        }
        if let Err(trouble) = self.work(&job).await {
            tracing::error!(migration = %job.migration, batch = %job.batch, error = %trouble, "the job came to nothing: its batch is taken up again when its lease is over");
        }
    }
}
