//! Where a migration runs: in one process, or in a fleet. A story told about a home is told about both.

use std::{collections::BTreeMap, future::Future, ops::Deref};

use protocol::{ObjectKind, StepPoint};

use crate::{Books, Ended, StackOptions, StandIn};

/// Passages of the corridor, by kind and point.
pub type Passages = BTreeMap<(ObjectKind, StepPoint), u64>;

/// A home of a migration, with the verbs the stories need. Everything is stopped and removed when it goes.
pub trait Home: Deref<Target = StandIn> + Sized + Send + Sync + 'static {
    /// Whether others go on with the work while one process is dead.
    const OTHERS_GO_ON: bool;

    /// Starts the stand-in and whatever the home needs beside the program under test, whose path is `program`.
    fn start(program: &str, options: StackOptions) -> impl Future<Output = Self> + Send;

    /// The same home from the beginning: the stand-in seeded anew on the same addresses, an empty ledger.
    fn anew(self) -> impl Future<Output = Self> + Send;

    /// Runs the migration, or goes on with it, to its end.
    fn run(&self) -> impl Future<Output = Ended> + Send;

    /// The same, and how often each point of the corridor was passed.
    fn run_counting(&self) -> impl Future<Output = (Ended, Passages)> + Send;

    /// Runs until a process kills itself at the `nth` passage of this point, or to the end without passing it.
    fn run_until_crash(
        &self,
        kind: ObjectKind,
        point: StepPoint,
        nth: u64,
    ) -> impl Future<Output = Ended> + Send;

    /// What the ledger says at rest.
    fn books(&self) -> impl Future<Output = Books> + Send;
}
