//! Why a command could not do what it was asked: one sentence for the operator, and the exit code. Never a record's
//! content, never a secret.

use std::fmt;

use assess::StepRefused;

use crate::exit::Exit;

/// A command that ended before its work was done.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// A failure with its exit code.
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string() }
    }

    /// Something is set that cannot work.
    pub(crate) fn configuration(problem: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, problem)
    }

    /// Records would move, but nobody has signed for it.
    #[must_use]
    pub(crate) fn unsigned() -> Self {
        Self::new(
            Exit::Refused,
            "no record moves before somebody signs for it: look at the map with `flotilla config show`, then set \
             migration.signed_off_by to your name (in the file, or --set migration.signed_off_by=NAME)",
        )
    }

    /// The exit code.
    #[must_use]
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<bootstrap::Error> for Failure {
    fn from(error: bootstrap::Error) -> Self {
        let exit = match &error {
            bootstrap::Error::Signals(_) => Exit::Failed,
            _ => Exit::Usage,
        };
        Self::new(exit, error)
    }
}

impl From<ledger::Error> for Failure {
    fn from(error: ledger::Error) -> Self {
        let exit = match &error {
            ledger::Error::Full { .. } | ledger::Error::Locked { .. } | ledger::Error::LeaseLost { .. } => {
                Exit::Temporary
            }
            ledger::Error::IllegalMove { .. } => Exit::Refused,
            _ => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

impl From<queue::Error> for Failure {
    fn from(error: queue::Error) -> Self {
        let exit = match &error {
            queue::Error::BadAddress => Exit::Usage,
            _ => Exit::Temporary,
        };
        Self::new(exit, error)
    }
}

impl From<scheduler::Error> for Failure {
    fn from(error: scheduler::Error) -> Self {
        match error {
            scheduler::Error::Ledger(error) => error.into(),
            scheduler::Error::Preflight { ref problems, .. }
            | scheduler::Error::NotSignedOff { ref problems, .. }
            | scheduler::Error::MapUnconfirmed { ref problems, .. }
            | scheduler::Error::TwoMaps { ref problems, .. }
            | scheduler::Error::BadMap { ref problems } => {
                let lines: String = problems.iter().map(|one| format!("\n  - {one}")).collect();
                Self::new(Exit::Refused, format!("{error}{lines}"))
            }
            scheduler::Error::NotAssessed { .. }
            | scheduler::Error::CannotAcknowledge { .. }
            | scheduler::Error::SeatsUnsaid { .. }
            | scheduler::Error::SeatFactsOld { .. }
            | scheduler::Error::SeatsMoved { .. }
            | scheduler::Error::SeatStep { why: StepRefused::OutOfOrder { .. } }
            | scheduler::Error::Refused { .. }
            | scheduler::Error::NotYet { .. }
            | scheduler::Error::MapChanged { .. }
            | scheduler::Error::Unsigned { .. }
            | scheduler::Error::Nested { .. } => Self::new(Exit::Refused, error),
            scheduler::Error::Settings { .. }
            | scheduler::Error::Schedule(_)
            | scheduler::Error::Dossier { .. }
            | scheduler::Error::NoSeatPlan { .. }
            | scheduler::Error::SeatStep { why: StepRefused::NoSuchStep { .. } }
            | scheduler::Error::NoDocuments { .. }
            | scheduler::Error::NoArticle { .. } => Self::new(Exit::Failed, error),
            scheduler::Error::SeatAccount { .. } => Self::new(Exit::Usage, error),
            scheduler::Error::Papers(error) => error.into(),
            scheduler::Error::Queue(_) | scheduler::Error::Stuck { .. } => Self::new(Exit::Temporary, error),
        }
    }
}

impl From<documents::Error> for Failure {
    fn from(error: documents::Error) -> Self {
        let exit = match &error {
            documents::Error::HandoffIncomplete { .. }
            | documents::Error::HandoffFolder { .. }
            | documents::Error::Changed { .. } => Exit::Refused,
            _ => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

impl From<atera::Error> for Failure {
    fn from(error: atera::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}

impl From<gorgias::Error> for Failure {
    fn from(error: gorgias::Error) -> Self {
        Self::new(Exit::Failed, error)
    }
}
