//! `flotilla status`: where the migration stands. The first sentence says it all: state, what it waits for, rate used of
//! the rate allowed, time left. Never in a run's way.

use std::time::Duration;

use bootstrap::Shutdown;
use comfy_table::{Table, presets};
use protocol::MigrationState;
use scheduler::moments::{span, when};

use super::config_show::trimmed;
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::{self, Look},
    sentence,
};

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Looks again and again until the migration is ready or halted
    #[arg(short, long)]
    watch: bool,
    /// Time between two looks, in seconds
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every_s: u64,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration cannot be looked up.
pub(crate) async fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let operator = operator::of(invocation, &settings)?;
    let shutdown = if args.watch { Shutdown::on_signals()? } else { Shutdown::by_hand() };
    loop {
        let look = operator.look().await?;
        if args.watch && invocation.output.may_redraw() {
            invocation.output.clear()?;
        }
        let text = || text(&look);
        invocation.output.say(&look, text)?;
        if !args.watch || sentence::is_at_rest(look.view.migration.state) {
            return Ok(Exit::Ok);
        }
        tokio::select! {
            () = shutdown.drain().cancelled() => return Ok(Exit::Ok),
            () = tokio::time::sleep(Duration::from_secs(args.every_s)) => {}
        }
    }
}

fn text(look: &Look) -> String {
    let migration = &look.view.migration;
    let mut text = format!("{}\n\n", look.sentence);
    if let (MigrationState::Halted, Some(cause)) = (migration.state, migration.cause) {
        text += &format!("What to do: {}\n\n", cause.advice());
    }
    text += &format!(
        "pass {}, {} since {} ({})\n\n",
        look.view.pass,
        migration.state,
        when(migration.since),
        span(look.at.since(migration.since))
    );
    if !look.view.progress.is_empty() {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["step", "kind", "batches done", "under way", "waiting", "given up"]);
        for step in &look.view.progress {
            let counts = [step.done, step.leased, step.ready, step.dead].map(|count| count.to_string());
            table.add_row([step.step.to_string(), step.kind.to_string()].into_iter().chain(counts));
        }
        text += &format!("{}\n\n", trimmed(&table));
    }
    text + &documents::reconciliation::table_of(&look.view.reconciliation.records)
}
