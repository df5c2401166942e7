//! Everything a job works with, handed to it once.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use ledger::Ledger;
use objects::{Destination, SourceReader};
use protocol::{Clock, DocumentSettings, Errand, MapSpec, MigrationId, ObjectKind, Pass, Probe};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{Hands, InHand, Trouble, corridor, notes::Notes, roster::Roster};

/// When to look for a record whose write may or may not have happened.
#[derive(Debug, Clone)]
pub struct DoubtPolicy {
    /// Ages of the doubt, in ms, at which to look, ascending. The last one is the longest time after which the
    /// destination is trusted to show what it took; only then is the write repeated.
    pub look_at_ages_ms: Vec<u64>,
}

/// What an operator can set.
#[derive(Debug, Clone)]
pub struct Knobs {
    /// Name of this worker in leases, unique per start.
    pub holder: String,
    /// How long a lease lasts unless it is renewed, in ms.
    pub lease_ms: u64,
    /// Records whose belongings are fetched ahead of the one being written.
    pub read_ahead: usize,
    /// Records of one batch written at the same time.
    pub abreast: usize,
    /// Failed attempts before a batch is dead.
    pub max_attempts: u32,
    /// First pause after a failed attempt, in ms; doubled with each further one.
    pub backoff_ms: u64,
    /// Pause between two looks for users the map says to wait for, in ms.
    pub agents_look_ms: u64,
    /// Rejected and failed records of the copied kinds before the migration halts.
    pub error_budget: u64,
    /// When to look for a write in doubt.
    pub doubt: DoubtPolicy,
    /// Bytes of a file above which it is not moved.
    pub max_file_bytes: u64,
    /// Whether the ledger is a server that may go away and come back: then it is waited for. One that is a file of this
    /// machine and cannot be written ends the run.
    pub waits_for_ledger: bool,
}

/// Everything a job works with.
#[derive(Debug)]
pub struct Context {
    /// The migration.
    pub migration: MigrationId,
    /// The confirmed map.
    pub spec: MapSpec,
    /// The source.
    pub source: SourceReader,
    /// The destination.
    pub gorgias: gorgias::Client,
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The probe.
    pub probe: Arc<dyn Probe>,
    /// What an operator can set.
    pub knobs: Knobs,
    /// Cancelled when the process is asked to stop.
    pub stop: CancellationToken,
    /// Notes of the batches under way, on their way to the companion files.
    pub notes: Notes,
    /// Folder of the migration's papers.
    pub papers: PathBuf,
    /// Whether and how what does not move is written down.
    pub documents: DocumentSettings,
    /// The destination as it stood when each kind's turn came.
    pub seen: Seen,
    /// Technicians whose users the run waits for.
    pub technicians: Technicians,
    /// Records that a batch under way is working on.
    pub in_hand: InHand,
    /// Hands that records are written with.
    pub hands: Hands,
    /// What the pass at work is for.
    pub errand: ErrandOfPass,
}

/// What the pass at work is for, asked once per pass.
#[derive(Debug, Default)]
pub struct ErrandOfPass(Mutex<Option<(Pass, Errand)>>);

/// The destination as it stood when each kind's turn came, looked at once per kind.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashMap<ObjectKind, Arc<Destination>>>);

/// Technicians whose users the run waits for, gathered once while it waits.
#[derive(Debug, Default)]
pub struct Technicians(pub(crate) Mutex<Option<Roster>>);

impl Seen {
    /// Forgets what was seen, so that each kind looks at the destination anew.
    pub(crate) async fn forget(&self) {
        self.0.lock().await.clear();
    }
}

impl Context {
    /// The destination as it stood when the kind's turn came: users, tags, fields, fallbacks.
    ///
    /// # Errors
    /// [`Trouble`] when the destination, the source or the ledger cannot be read.
    pub async fn destination(&self, kind: ObjectKind) -> Result<Arc<Destination>, Trouble> {
        let mut seen = self.seen.0.lock().await;
        if let Some(destination) = seen.get(&kind) {
            return Ok(Arc::clone(destination));
        }
        let destination = Arc::new(corridor::destination::look(self).await?);
        seen.insert(kind, Arc::clone(&destination));
        Ok(destination)
    }

    /// What a pass is for.
    ///
    /// # Errors
    /// [`Trouble`] when the ledger cannot be read; [`Trouble::LeaseLost`] when another pass has begun.
    pub(crate) async fn errand(&self, pass: Pass) -> Result<Errand, Trouble> {
        let mut known = self.errand.0.lock().await;
        if let Some((_, errand)) = known.as_ref().filter(|(of, _)| *of == pass) {
            return Ok(errand.clone());
        }
        let migration = self.ledger.migration(&self.migration).await?;
        let migration = migration.filter(|migration| migration.pass == pass).ok_or(Trouble::LeaseLost)?;
        *known = Some((pass, migration.errand.clone()));
        Ok(migration.errand)
    }

    /// Waits for something that may take long, unless the process is asked to stop.
    ///
    /// # Errors
    /// [`Trouble::Stopped`].
    pub(crate) async fn unless_stopped<T>(&self, wait: impl Future<Output = T>) -> Result<T, Trouble> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Trouble::Stopped),
            done = wait => Ok(done),
        }
    }
}
