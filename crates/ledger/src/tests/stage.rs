//! The stage a claim stands on: an empty ledger with one migration in pass 1, and a clock moved by hand.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use protocol::{
    BatchId, Clock, FailureCode, Fingerprint, Key, Lease, MigrationId, NewBatch, ObjectKind, Outcome, Pass,
    Slice, Step, TargetId, UnixMs,
};

use super::server;
use crate::{Commit, Ledger, PostgresLedger, SqliteLedger, Verdict};

/// How long a lease of the tests lasts.
pub(super) const TTL_MS: u64 = 30_000;

/// A clock moved by hand; with a file, a server reads it there.
#[derive(Debug)]
pub(super) struct HandClock(AtomicI64, Option<PathBuf>);

impl HandClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_000_000), None))
    }

    /// A clock that a server reads from this file.
    pub(super) fn in_file(file: PathBuf) -> Arc<Self> {
        server::set(&file, 1_000_000);
        Arc::new(Self(AtomicI64::new(1_000_000), Some(file)))
    }

    pub(super) fn pass_ms(&self, ms: i64) {
        let now = self.0.fetch_add(ms, Ordering::SeqCst) + ms;
        if let Some(file) = &self.1 {
            server::set(file, now);
        }
    }
}

impl Clock for HandClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.load(Ordering::SeqCst))
    }
}

/// A ledger with one migration in pass 1.
pub(super) struct Stage {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) clock: Arc<HandClock>,
    pub(super) id: MigrationId,
    /// Where another process finds it: a path, or an address of PostgreSQL.
    pub(super) place: String,
    _folder: Option<tempfile::TempDir>,
}

impl Stage {
    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = HandClock::new();
        let ledger = open(&file_in(&folder), &clock).await;
        let id = begun(&ledger).await;
        let place = file_in(&folder).display().to_string();
        Self { ledger: Arc::new(ledger), clock, id, place, _folder: Some(folder) }
    }

    pub(super) async fn postgres() -> Self {
        let (url, clock) = server::database().await;
        let clock = HandClock::in_file(clock);
        let ledger = PostgresLedger::connect(&url).await.unwrap();
        let id = begun(&ledger).await;
        Self { ledger: Arc::new(ledger), clock, id, place: url, _folder: None }
    }

    /// A leased batch of the current pass; each call plans another page.
    pub(super) async fn lease(&self) -> Lease {
        let pass = self.ledger.migration(&self.id).await.unwrap().unwrap().pass;
        let page = u32::try_from(self.ledger.batches(&self.id, pass).await.unwrap().len()).unwrap() + 1;
        let batch = self.plan(pass, pages(page, page)).await;
        self.ledger.claim(batch, "anna", TTL_MS).await.unwrap().unwrap()
    }

    pub(super) async fn plan(&self, pass: Pass, batch: NewBatch) -> BatchId {
        self.ledger.add_batches(&self.id, pass, &[batch]).await.unwrap()[0]
    }

    /// Begins the next pass and leases a batch of it.
    pub(super) async fn next_pass(&self) -> Lease {
        self.ledger.begin_errand(&self.id, &protocol::Errand::Move, "flotilla").await.unwrap();
        self.lease().await
    }

    pub(super) async fn intend(&self, lease: &Lease, key: &Key, content: &str) -> Verdict {
        self.ledger.intend(lease, key, print(content)).await.unwrap()
    }

    pub(super) async fn commit(&self, lease: &Lease, commit: &Commit) {
        self.ledger.commit(lease, commit).await.unwrap();
    }

    /// Intends and creates a record.
    pub(super) async fn create(&self, lease: &Lease, key: &Key, content: &str, target: i64) {
        self.intend(lease, key, content).await;
        self.commit(lease, &Commit::landed(key.clone(), Outcome::Created, TargetId(target))).await;
    }
}

pub(super) fn file_in(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("ledger.db")
}

pub(super) async fn open(path: &Path, clock: &Arc<HandClock>) -> SqliteLedger {
    SqliteLedger::open(path, Arc::<HandClock>::clone(clock)).await.unwrap()
}

/// Makes the migration of the tests and begins its first pass.
pub(super) async fn begun(ledger: &dyn Ledger) -> MigrationId {
    let id = MigrationId::new("acme").unwrap();
    ledger.create(&id, serde_json::json!({"source": "atera-acme"})).await.unwrap();
    assert_eq!(ledger.begin_errand(&id, &protocol::Errand::Move, "flotilla").await.unwrap(), Pass(1));
    id
}

pub(super) fn pages(first: u32, last: u32) -> NewBatch {
    let slice = Slice::Pages { of: protocol::Window::All, first, last };
    NewBatch { step: Step::Copy, kind: ObjectKind::Ticket, slice }
}

pub(super) fn ticket(id: i64) -> Key {
    Key::new(ObjectKind::Ticket, id)
}

pub(super) fn print(content: &str) -> Fingerprint {
    Fingerprint::of(content.as_bytes())
}

pub(super) fn failed(key: &Key, cause: FailureCode) -> Commit {
    Commit::left(key.clone(), Outcome::Failed, Some(cause))
}

pub(super) fn rejected(key: &Key, cause: FailureCode) -> Commit {
    Commit::left(key.clone(), Outcome::Rejected, Some(cause))
}
