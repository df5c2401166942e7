//! `flotilla freeze`, `unfreeze`, `cutover` and `close`: the milestones after a run, each declared by a person.

use protocol::milestone::{Declare, Milestone};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Who declares it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct By {
    /// The person who declares it; unless given, whoever signs in the configuration
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// Arguments of `cutover`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CutOver {
    #[command(flatten)]
    by: By,
    /// How many records may be left open by delta and verification
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    tolerate: u64,
}

/// Arguments of `close`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Close {
    #[command(flatten)]
    by: By,
    /// Before the watch is over
    #[arg(long)]
    early: bool,
}

/// Declares one that takes nothing else.
///
/// # Errors
/// [`Failure`] when something has to be done first.
pub(crate) async fn plain(milestone: Milestone, by: By, call: &Invocation) -> Result<Exit, Failure> {
    declare(Declare { milestone, by: by.by, tolerate: 0, early: false }, call).await
}

/// Cuts over.
///
/// # Errors
/// As [`plain`].
pub(crate) async fn cut_over(args: CutOver, call: &Invocation) -> Result<Exit, Failure> {
    let CutOver { by, tolerate } = args;
    declare(Declare { milestone: Milestone::CutOver, by: by.by, tolerate, early: false }, call).await
}

/// Closes.
///
/// # Errors
/// As [`plain`].
pub(crate) async fn close(args: Close, call: &Invocation) -> Result<Exit, Failure> {
    let Close { by, early } = args;
    declare(Declare { milestone: Milestone::Close, by: by.by, tolerate: 0, early }, call).await
}

async fn declare(asked: Declare, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let state = operator::of(call, &settings)?.declare(&asked).await?;
    let id = &settings.migration.id;
    let said = serde_json::json!({ "migration": id, "milestone": asked.milestone, "state": state });
    call.output.say(&said, || format!("{id} is {state}"))?;
    Ok(Exit::Ok)
}
