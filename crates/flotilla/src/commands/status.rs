//! `flotilla status`: where the migration stands. The first sentence says it all: state, what it waits for, rate used of
//! the rate allowed, time left. Reads the ledger and a run's pulse; never in a run's way.

use std::time::Duration;

use bootstrap::{Shutdown, SystemClock};
use comfy_table::{Table, presets};
use ledger::{Ledger, Trouble};
use protocol::{Clock, MigrationState, UnixMs, api::MigrationView};
use scheduler::moments::{span, when};
use serde::Serialize;

use super::config_show::trimmed;
use crate::{exit::Exit, failure::Failure, invocation::Invocation, lookup::Lookup, pulse::Pulse};

mod sentence;

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

/// What is known at one look.
#[derive(Debug, Serialize)]
struct Look {
    /// The sentence an operator reads first.
    sentence: String,
    /// When.
    at: UnixMs,
    #[serde(flatten)]
    view: MigrationView,
    /// What the run at work says of itself; none when no process is at work.
    pulse: Option<Pulse>,
    /// When the next batch that waits after a failed attempt is due.
    next_attempt_at: Option<UnixMs>,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the ledger cannot be read.
pub(crate) async fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let found = Lookup::open(&settings).await?;
    let shutdown = if args.watch { Shutdown::on_signals()? } else { Shutdown::by_hand() };
    loop {
        let look = Look::take(&*found.ledger, &settings).await?;
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

impl Look {
    async fn take(ledger: &dyn Ledger, settings: &bootstrap::Settings) -> Result<Self, Failure> {
        let id = &settings.migration.id;
        let migration =
            ledger.migration(id).await?.ok_or_else(|| ledger::Error::NoSuchMigration(id.clone()))?;
        let troubles = ledger.troubles(id, migration.pass).await?;
        let view = scheduler::view(ledger, migration).await?;
        let now = SystemClock.now();
        let pulse = Pulse::read(&settings.storage.ledger, now).filter(|pulse| pulse.migration == *id);
        let waiting = troubles.iter().filter(|trouble| trouble.batch.not_before > now);
        let next: Option<&Trouble> = waiting.min_by_key(|trouble| trouble.batch.not_before);
        Ok(Self {
            sentence: sentence::of(&view, pulse.as_ref(), next, now),
            at: now,
            next_attempt_at: next.map(|trouble| trouble.batch.not_before),
            view,
            pulse,
        })
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
