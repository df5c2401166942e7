//! `flotilla report`: what became of every record of the present pass. Also beside a run.

use std::path::PathBuf;

use documents::{Deliverables, reconciliation};
use protocol::{MigrationState, report::Reconciliation};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also writes reconciliation.txt, .json and .csv into this folder
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration cannot be looked up or the files cannot be written.
pub(crate) async fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let report = operator::of(invocation, &settings)?.report().await?;
    if let Some(folder) = &args.save {
        for path in Deliverables::open(folder)?.put_reconciliation("reconciliation", &report).await? {
            invocation.output.aside(&format!("written: {}", path.display()));
        }
    }
    invocation.output.say(&report, || reconciliation::text(&report))?;
    Ok(verdict(&report))
}

/// A pass that has ended must account for every record; one under way need not yet.
fn verdict(report: &Reconciliation) -> Exit {
    use MigrationState::{Closed, CutOver, Frozen, Hypercare, Ready};
    let ended = matches!(report.state, Ready | Frozen | CutOver | Hypercare | Closed);
    if ended && !report.closes() { Exit::Difference } else { Exit::Ok }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use protocol::{MigrationId, ObjectKind, Pass, Tally};

    use super::*;

    fn report(state: MigrationState, created: u64) -> Reconciliation {
        let tally = Tally { source: 2, created, ..Tally::default() };
        Reconciliation {
            migration: MigrationId::new("acme").unwrap(),
            pass: Pass(1),
            state,
            cause: None,
            records: BTreeMap::from([(ObjectKind::Ticket, tally.into())]),
            unaccounted: Vec::new(),
            causes: BTreeMap::new(),
        }
    }

    #[test]
    fn a_difference_is_an_exit_code_only_once_the_pass_has_ended() {
        assert_eq!(verdict(&report(MigrationState::Running, 1)), Exit::Ok);
        assert_eq!(verdict(&report(MigrationState::Ready, 2)), Exit::Ok);
        assert_eq!(verdict(&report(MigrationState::Ready, 1)), Exit::Difference);
    }
}
