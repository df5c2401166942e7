//! The scheduler as a service: whoever holds the office looks at every migration in turn and reconciles it, with a
//! dispatcher of its own for each. An error of one migration never stops the others.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use ledger::Ledger;
use protocol::{
    Clock, Errand, Migration, MigrationId, MigrationSettings, MigrationState, Name, Pass, UnixMs,
};
use queue::Queue;
use tokio::{
    sync::{Mutex, Notify, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Cut, Dispatcher, Error, Gate, Pace,
    delta::Slots,
    found::Found,
    office::{DISPATCHER, Office},
    papers, settings_of,
    shares::{Claim, share},
};

/// Every how many looks the slots of the delta are looked at too: they are days apart, and each costs a read of settings.
const LOOKS_PER_SLOT_LOOK: usize = 40;

/// The least rest between two looks, however often the service is woken; a look that took longer is rested from as long
/// as it took.
const REST: Duration = Duration::from_millis(10);

/// How long settings and controls are not read again.
const TERMS: Duration = Duration::from_secs(1);

/// How long one migration may take of a look before the others have their turn.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the service works.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Name of this process, unique per start.
    pub holder: String,
    /// Length of a term of office, in ms.
    pub term_ms: u64,
    /// How often it looks at the migrations, in ms.
    pub tick_ms: u64,
    /// Batches outstanding per destination account, those under way included.
    pub window: u32,
    /// A job pushed this long ago whose batch is still ready is pushed again, in ms.
    pub push_again_ms: u64,
    /// How plans are cut, where a migration does not say.
    pub cut: Cut,
    /// The folder of reports, in it one folder per migration; none given: no papers are written.
    pub reports: Option<PathBuf>,
}

/// The scheduler of a fleet.
#[derive(Debug)]
pub struct Service {
    ledger: Arc<dyn Ledger>,
    queue: Arc<dyn Queue>,
    clock: Arc<dyn Clock>,
    config: ServiceConfig,
    office: Office,
    wake: Arc<Notify>,
}

/// What the holder of the office remembers from look to look. All of it may be lost.
#[derive(Debug, Default)]
struct Desk {
    dispatchers: HashMap<MigrationId, (Arc<MigrationSettings>, Dispatcher)>,
    terms: HashMap<MigrationId, Terms>,
    concluded: HashSet<(MigrationId, Pass, MigrationState, UnixMs)>,
    slots: HashMap<MigrationId, String>,
    looks: usize,
}

/// What is laid down for a migration: its settings, and the window an operator allows it.
#[derive(Debug, Clone)]
struct Terms {
    read: Instant,
    settings: Arc<MigrationSettings>,
    most: Option<u32>,
}

/// A migration that may be worked on, as one look finds it.
#[derive(Debug)]
struct AtWork {
    migration: Migration,
    settings: Arc<MigrationSettings>,
    found: Found,
    claim: Claim,
}

impl Service {
    /// A service that does nothing yet.
    #[must_use]
    pub fn new(
        ledger: Arc<dyn Ledger>,
        queue: Arc<dyn Queue>,
        clock: Arc<dyn Clock>,
        config: ServiceConfig,
    ) -> Self {
        let office = Office::new(Arc::clone(&ledger), config.holder.clone(), config.term_ms);
        Self { ledger, queue, clock, config, office, wake: Arc::default() }
    }

    /// Tells whether this process holds the office of the dispatcher.
    #[must_use]
    pub fn leads(&self) -> watch::Receiver<bool> {
        self.office.watch()
    }

    /// The folder of reports.
    #[must_use]
    pub(crate) fn reports(&self) -> Option<PathBuf> {
        self.config.reports.clone()
    }

    /// Wakes the service: something has changed that it should look at.
    #[must_use]
    pub fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Stands by or dispatches until `stop` is cancelled, then gives the office up.
    pub async fn run(&self, stop: &CancellationToken) {
        let desk = &Mutex::new(Desk::default());
        self.office
            .hold(stop, || async move {
                // Whoever takes office anew knows nothing: others may have decided meanwhile.
                let mut desk = desk.lock().await;
                *desk = Desk::default();
                let tick = Duration::from_millis(self.config.tick_ms);
                loop {
                    let begun = Instant::now();
                    if let Err(error) = self.look(&mut desk).await {
                        tracing::error!(%error, "the migrations cannot be looked at");
                    }
                    tokio::time::sleep(begun.elapsed().max(REST).min(tick)).await;
                    tokio::select! {
                        () = self.wake.notified() => {}
                        () = self.queue.job_ended() => {}
                        () = tokio::time::sleep(tick) => {}
                    }
                }
            })
            .await;
    }

    /// One look at every migration.
    async fn look(&self, desk: &mut Desk) -> Result<(), Error> {
        let mut accounts: BTreeMap<Name, Vec<AtWork>> = BTreeMap::new();
        let slots_too = desk.looks.is_multiple_of(LOOKS_PER_SLOT_LOOK);
        for migration in self.ledger.migrations().await? {
            if slots_too {
                told(&migration.id, self.meet_slot(desk, &migration).await);
            }
            let looked = if migration.is_at_work() {
                self.weigh(desk, &migration).await.map(|at_work| {
                    accounts.entry(at_work.settings.destination.clone()).or_default().push(at_work);
                })
            } else {
                desk.dispatchers.remove(&migration.id);
                desk.terms.remove(&migration.id);
                self.conclude(desk, &migration).await
            };
            told(&migration.id, looked);
        }
        desk.looks = desk.looks.wrapping_add(1);
        for account in accounts.into_values() {
            let claims: Vec<Claim> = account.iter().map(|at_work| at_work.claim).collect();
            let shares = share(self.config.window, &claims, desk.looks);
            for (at_work, share) in account.into_iter().zip(shares) {
                let id = at_work.migration.id.clone();
                told(&id, self.reconcile(desk, at_work, share).await);
            }
        }
        Ok(())
    }

    /// Meets the slot that is due, once for all who ever lead: a delta until the freeze, a verification while the
    /// destination is watched after the cutover. Where the migration is busy or held, the slot passes.
    async fn meet_slot(&self, desk: &mut Desk, migration: &Migration) -> Result<(), Error> {
        use MigrationState::{CutOver, Frozen, Hypercare, Ready};
        let over = matches!(migration.state, MigrationState::Closed | MigrationState::Cancelled)
            || matches!(migration.state, Frozen | CutOver);
        if migration.pass.0 == 0 || over {
            return Ok(());
        }
        let (id, ledger) = (&migration.id, &*self.ledger);
        let Some(schedule) = settings_of(ledger, id).await?.delta else { return Ok(()) };
        let slots = Slots::of(&schedule)?;
        let recorded = desk.slots.get(id).map(String::as_str);
        let Some(due) = slots.due(migration.created_at, self.clock.now(), recorded) else { return Ok(()) };
        let errand = match migration.state {
            Ready => Some(Errand::Delta),
            Hypercare => Some(Errand::Verify { repair: false }),
            _ => None,
        };
        let why = match &errand {
            Some(errand) => format!("begun to {}", errand.name()),
            None => format!("passed by: the migration is {}", migration.state),
        };
        let new = ledger.note_once(id, DISPATCHER, &format!("delta of {} is due", due.date), &why).await?;
        desk.slots.insert(id.clone(), due.date);
        if let Some(errand) = errand.filter(|_| new) {
            crate::begin_errand(ledger, id, &errand, DISPATCHER).await?;
            self.wake.notify_one();
        }
        Ok(())
    }

    /// What a migration wants of its account's window.
    async fn weigh(&self, desk: &mut Desk, migration: &Migration) -> Result<AtWork, Error> {
        let found = Found::look(&*self.ledger, migration, self.config.window).await?;
        let Terms { settings, most, .. } = self.terms(desk, &migration.id).await?;
        let (leased, ready) = found.counts();
        let claim = Claim { wants: leased.saturating_add(ready), most };
        Ok(AtWork { migration: migration.clone(), settings, found, claim })
    }

    /// What is laid down for a migration, as it stood a moment ago.
    async fn terms(&self, desk: &mut Desk, id: &MigrationId) -> Result<Terms, Error> {
        if let Some(terms) = desk.terms.get(id).filter(|terms| terms.read.elapsed() < TERMS) {
            return Ok(terms.clone());
        }
        let read = Instant::now();
        let settings = Arc::new(settings_of(&*self.ledger, id).await?);
        let most = self.ledger.controls(id).await?.window;
        let terms = Terms { read, settings, most };
        desk.terms.insert(id.clone(), terms.clone());
        Ok(terms)
    }

    async fn reconcile(&self, desk: &mut Desk, at_work: AtWork, share: u32) -> Result<(), Error> {
        let AtWork { migration, settings, found, .. } = at_work;
        let id = migration.id.clone();
        let known = desk.dispatchers.remove(&id).filter(|(former, _)| *former == settings);
        let (settings, mut dispatcher) = match known {
            Some(known) => known,
            None => (Arc::clone(&settings), self.dispatcher(&id, &settings)?),
        };
        let (leased, _) = found.counts();
        let looked = dispatcher.act(&migration, found, share.saturating_sub(leased));
        let Ok(looked) = tokio::time::timeout(PATIENCE, looked).await else {
            return Err(Error::Stuck { id });
        };
        desk.dispatchers.insert(id, (settings, dispatcher));
        looked.map(|_| ())
    }

    fn dispatcher(&self, id: &MigrationId, settings: &MigrationSettings) -> Result<Dispatcher, Error> {
        let gate = Gate { spec: settings.map.clone(), signed_off_by: settings.signed_off_by.clone() };
        let config = &self.config;
        let pages_per_batch = settings.batch_pages.unwrap_or(config.cut.pages_per_batch);
        let documents = settings.documents.as_ref().map_or(config.cut.documents, |given| given.write);
        let cut = Cut { pages_per_batch, documents, ..config.cut };
        let pace =
            Pace { window: config.window, push_again_ms: config.push_again_ms, tick_ms: config.tick_ms };
        let (ledger, queue, clock) =
            (Arc::clone(&self.ledger), Arc::clone(&self.queue), Arc::clone(&self.clock));
        let dispatcher = Dispatcher::new(ledger, queue, clock, gate, (cut, pace), Arc::clone(&self.wake));
        Ok(match &config.reports {
            Some(reports) => dispatcher.reporting_to(papers::folder(reports, id)?),
            None => dispatcher,
        })
    }

    /// What is due once when a migration has come to rest. Whoever takes office does it again: it says the same.
    async fn conclude(&self, desk: &mut Desk, migration: &Migration) -> Result<(), Error> {
        use MigrationState::{Cancelled, Closed, Halted, Ready, RolledBack};
        let rest = (migration.id.clone(), migration.pass, migration.state, migration.since);
        if desk.concluded.contains(&rest) {
            return Ok(());
        }
        match migration.state {
            Ready | Halted => {
                if let Some(reports) = &self.config.reports {
                    let report = crate::reconcile(&*self.ledger, migration).await?;
                    papers::write(reports, &report).await?;
                }
            }
            Closed | Cancelled | RolledBack => self.queue.forget(&migration.id).await?,
            _ => {}
        }
        desk.concluded.insert(rest);
        Ok(())
    }
}

fn told(id: &MigrationId, looked: Result<(), Error>) {
    if let Err(error) = looked {
        metrics::counter!("flotilla_reconcile_errors_total").increment(1);
        tracing::error!(migration = %id, %error, "the migration cannot be reconciled, the others go on");
    }
}
