//! The stack: both vendors' stand-in in this process, a folder of its own, a configuration, and verbs. The program under
//! test runs as a process of its own: the embedded home. Everything is stopped and removed when the stack goes.

use std::{
    collections::BTreeMap,
    fs,
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
};

use bootstrap::SystemClock;
use ledger::SqliteLedger;
use protocol::{MigrationId, ObjectKind, StepPoint};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    Books, COUNTS_VARIABLE, CRASH_VARIABLE, CrashPoint, CrashingProbe, Ended, Home, Passages, Running,
    StackOptions, StandIn, configuration,
};

/// A whole Flotilla on this machine, for one test.
#[derive(Debug)]
pub struct Stack {
    program: PathBuf,
    options: StackOptions,
    stand_in: StandIn,
    folder: TempDir,
}

impl Deref for Stack {
    type Target = StandIn;

    fn deref(&self) -> &StandIn {
        &self.stand_in
    }
}

impl Stack {
    /// Starts the stand-in and writes the configuration. `program` is the program under test:
    /// `env!("CARGO_BIN_EXE_flotilla-under-test")`, which only an integration test is told.
    ///
    /// # Panics
    /// When a port cannot be bound or a file cannot be written.
    pub async fn start(program: &str, options: StackOptions) -> Self {
        let stand_in = StandIn::start(&options.simulator).await;
        let stack = Self { program: program.into(), options, stand_in, folder: tempfile::tempdir().unwrap() };
        stack.stand_in.write_supplements(&stack.folder().join("supplements"));
        stack.write_configuration();
        stack
    }

    /// The same stack from the beginning: the stand-in seeded anew on the same addresses, an empty folder.
    ///
    /// # Panics
    /// As [`Stack::start`].
    pub async fn anew(self) -> Self {
        let simulator = self.stand_in.stop(&self.options.simulator).await;
        let program = self.program.to_string_lossy().into_owned();
        Self::start(&program, StackOptions { simulator, ..self.options }).await
    }

    /// Sets one setting of the program, for the runs to come.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn set(&mut self, key: &str, value: impl Into<toml::Value>) {
        self.options.settings.push((key.to_owned(), value.into()));
        self.write_configuration();
    }

    fn write_configuration(&self) {
        let supplements = self.folder().join("supplements");
        let rate = self.options.simulator.rate;
        let text = configuration::text(self.endpoints(), &supplements, rate, &self.options.settings);
        fs::write(self.configuration(), text).unwrap();
    }

    /// The stack's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration file.
    #[must_use]
    pub fn configuration(&self) -> PathBuf {
        self.folder().join("flotilla.toml")
    }

    /// The folder of the reports.
    #[must_use]
    pub fn reports(&self) -> PathBuf {
        self.folder().join("reports")
    }

    /// The ledger's file.
    #[must_use]
    pub fn ledger_file(&self) -> PathBuf {
        self.folder().join("state/ledger.db")
    }

    /// Name of the migration.
    #[must_use]
    pub fn migration(&self) -> MigrationId {
        MigrationId::new(configuration::MIGRATION).unwrap()
    }

    /// Starts the program with these arguments behind the configuration, and these variables.
    #[must_use]
    pub fn spawn_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Running {
        let configuration = self.configuration();
        let mut all = vec!["--config", configuration.to_str().unwrap()];
        all.extend(arguments);
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: BTreeMap<String, String> = variables.iter().map(own).collect();
        Running::start(&self.program, &all, self.folder(), &variables)
    }

    /// Starts the program through another one, such as a shell that sets a limit: its own arguments, then the program,
    /// the configuration and `arguments`.
    #[must_use]
    pub fn spawn_through(&self, other: &Path, own: &[&str], arguments: &[&str]) -> Running {
        let (program, configuration) = (self.program.to_str().unwrap(), self.configuration());
        let mut all = own.to_vec();
        all.extend([program, "--config", configuration.to_str().unwrap()]);
        all.extend(arguments);
        Running::start(other, &all, self.folder(), &BTreeMap::new())
    }

    /// Starts a run and leaves it at work.
    #[must_use]
    pub fn spawn(&self) -> Running {
        self.spawn_with(&["run", "--output", "json"], &[])
    }

    /// Any command to its end, such as `["status"]`.
    pub async fn command(&self, arguments: &[&str]) -> Ended {
        self.spawn_with(arguments, &[]).ended().await
    }

    /// A run to its end.
    pub async fn run(&self) -> Ended {
        self.spawn().ended().await
    }

    /// A run to its end, and how often it passed each point of the corridor.
    ///
    /// # Panics
    /// When the run did not end by itself.
    pub async fn run_counting(&self) -> (Ended, Passages) {
        let file = self.folder().join("counts.json");
        let variables = [(COUNTS_VARIABLE, file.to_str().unwrap())];
        let ended = self.spawn_with(&["run", "--output", "json"], &variables).ended().await;
        let written: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        (ended, CrashingProbe::counts_of(&written))
    }

    /// A run that kills itself at this point, or comes to its end without passing it.
    pub async fn run_until_crash(&self, kind: ObjectKind, point: StepPoint, nth: u64) -> Ended {
        let crash = CrashPoint { kind, point, nth }.to_string();
        let variables = [(CRASH_VARIABLE, crash.as_str())];
        self.spawn_with(&["run", "--output", "json"], &variables).ended().await
    }

    /// The ledger, open for reading.
    ///
    /// # Panics
    /// When there is none.
    pub async fn ledger(&self) -> SqliteLedger {
        SqliteLedger::open_read_only(&self.ledger_file(), Arc::new(SystemClock)).await.unwrap()
    }

    /// What the ledger says at rest.
    pub async fn books(&self) -> Books {
        let ledger = self.ledger().await;
        let books = Books::read(&*ledger, &self.migration()).await;
        ledger.close().await;
        books
    }
}

impl Home for Stack {
    const OTHERS_GO_ON: bool = false;

    async fn start(program: &str, options: StackOptions) -> Self {
        Self::start(program, options).await
    }

    async fn anew(self) -> Self {
        self.anew().await
    }

    async fn run(&self) -> Ended {
        self.run().await
    }

    async fn run_counting(&self) -> (Ended, Passages) {
        self.run_counting().await
    }

    async fn run_until_crash(&self, kind: ObjectKind, point: StepPoint, nth: u64) -> Ended {
        self.run_until_crash(kind, point, nth).await
    }

    async fn books(&self) -> Books {
        self.books().await
    }
}
