//! `flotilla rollback`: takes back what this migration wrote, whole or in part, children first; counts first when asked to.

use std::sync::Arc;

use protocol::{BatchId, Errand, FailureCode, ObjectKind, Pass, Probe, UndoScope, UnixMs, api::UndoCount};

use super::run;
use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Arguments of `rollback`. Without any, everything of ours is taken back.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Only counts what would be taken back
    #[arg(long)]
    dry_run: bool,
    /// Only records of this kind (may be given more than once)
    #[arg(long, value_name = "KIND")]
    kind: Vec<ObjectKind>,
    /// Only what this batch wrote
    #[arg(long, value_name = "ID")]
    batch: Option<i64>,
    /// Only what this pass wrote
    #[arg(long, value_name = "PASS")]
    pass: Option<i64>,
    /// Only what was settled at or after this point, such as 2026-11-27T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<UnixMs>,
    /// Only what was settled before this point
    #[arg(long, value_name = "TIME", value_parser = moment)]
    before: Option<UnixMs>,
    /// Only records with this cause
    #[arg(long, value_name = "CODE")]
    cause: Option<FailureCode>,
    /// Only the sample
    #[arg(long)]
    sample: bool,
}

impl Args {
    fn scope(self) -> UndoScope {
        UndoScope {
            kinds: self.kind,
            batch: self.batch.map(BatchId),
            pass: self.pass.map(Pass),
            since: self.since,
            before: self.before,
            cause: self.cause,
            sample: self.sample,
        }
    }
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration stands where this cannot be done, or is halted by it.
pub(crate) async fn run(args: Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    let dry = args.dry_run;
    let scope = args.scope();
    if !dry {
        return run::errand(&Errand::Undo { scope }, false, call, probe).await;
    }
    let settings = call.settings()?;
    let counted = operator::of(call, &settings)?.undo_count(&scope).await?;
    call.output.say(&counted, || text(&counted))?;
    Ok(Exit::Ok)
}

fn text(counted: &UndoCount) -> String {
    let mut lines = vec![format!("{:<14}{:>12}{:>12}", "kind", "taken back", "left")];
    for (kind, count) in &counted.kinds {
        lines.push(format!("{:<14}{:>12}{:>12}", kind.name(), count.ours, count.not_ours));
    }
    lines.push(format!("uploads that cannot be deleted: {}", counted.uploads));
    lines.push("what others have changed since is found when it is taken back, and left".to_owned());
    lines.join("\n")
}

fn moment(text: &str) -> Result<UnixMs, String> {
    let at: jiff::Timestamp =
        text.parse().map_err(|_| "give a time such as 2026-11-27T08:00:00Z".to_owned())?;
    Ok(UnixMs(at.as_millisecond()))
}
