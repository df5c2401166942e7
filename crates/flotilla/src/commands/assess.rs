//! `flotilla assess`: looks at both sides, writes nothing to either, and says what will land, how hard and how long it is,
//! what would act on imported tickets, and what stands in the way. Each finding's records go into a CSV of their own.

mod ack;
mod text;
mod there;

use std::{path::PathBuf, sync::Arc};

use assess::Assessment;
use bootstrap::{Settings, Shutdown};
use documents::csv::CsvTable;
use protocol::{Errand, Probe};
use scheduler::Ended;
use serde_json::json;

use crate::{
    desk::{self, Desk},
    embedded::{self, switches},
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::Api,
    papers,
};

/// Arguments of `assess`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    deed: Option<Deed>,
    /// Switches off rules and webhooks that would act on imported tickets, until `assess restore`
    #[arg(long)]
    deactivate: bool,
    /// Seats of the Gorgias plan, which no call tells
    #[arg(long, value_name = "N")]
    seats: Option<u64>,
}

/// What else can be done with an assessment.
#[derive(Debug, clap::Subcommand)]
enum Deed {
    /// Says again what was found, without a call to either side
    Show,
    /// Acknowledges a finding of the pre-flight as it stands, under a name
    Ack(ack::Args),
    /// Switches on again what `--deactivate` switched off
    Restore,
}

/// Does it.
///
/// # Errors
/// [`Failure`] when a side cannot be read or nothing can be kept.
pub(crate) async fn run(args: &Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let desk = desk::of(call, &settings)?;
    match &args.deed {
        Some(Deed::Show) => return say(&*desk, &settings, call).await,
        Some(Deed::Ack(args)) => return ack::run(args, &*desk, call).await,
        Some(Deed::Restore) => return restore(&settings, call).await,
        None => {}
    }
    if let Some(api) = Api::of(call)? {
        if args.deactivate || args.seats.is_some() {
            let what = "--deactivate and --seats belong to an assessment of this machine: a fleet's workers hold the keys";
            return Err(Failure::configuration(what));
        }
        there::look(api, &settings).await?;
        return say(&*desk, &settings, call).await;
    }
    look(&settings, probe).await?;
    if args.deactivate {
        let off = switches::off(&settings).await?;
        call.output.aside(&format!("switched off until `flotilla assess restore`: {off} rules and webhooks"));
    }
    if let Some(seats) = args.seats {
        switches::say_seats(&settings, seats).await?;
    }
    say(&*desk, &settings, call).await
}

/// The errand, in this process.
async fn look(settings: &Settings, probe: Arc<dyn Probe>) -> Result<(), Failure> {
    let shutdown = Shutdown::on_signals()?;
    let run = embedded::run(settings, &Errand::Assess, probe, &shutdown, |_| ()).await?;
    match run.ended {
        Ended::Ready => Ok(()),
        Ended::Halted(cause) => {
            let why = run.why.map(|why| format!(" ({why})")).unwrap_or_default();
            Err(Failure::new(
                Exit::Temporary,
                format!("the assessment is halted: {cause}{why}. {}", cause.advice()),
            ))
        }
        Ended::Stopped => Err(Failure::new(Exit::Interrupted, "stopped; the same command looks again")),
    }
}

/// Says what was found, and writes the list of each finding.
async fn say(desk: &dyn Desk, settings: &Settings, call: &Invocation) -> Result<Exit, Failure> {
    let mut found = desk.assessment().await?;
    let folder = write_lists(settings, &found).await?;
    // The records stand in the lists, thousands of them; what is said names how many.
    found.preflight.iter_mut().for_each(|finding| finding.affected.clear());
    let blocks = assess::open_blocks(&found.preflight).count();
    let mut object = json!(found);
    object["lists"] = json!(folder);
    object["blocks"] = json!(blocks);
    call.output.say(&object, || format!("{}\nlists: {}", text::of(&found), folder.display()))?;
    Ok(if blocks == 0 { Exit::Ok } else { Exit::Preflight })
}

/// One CSV per finding, named by its rule; lists of findings that are gone are empty.
async fn write_lists(settings: &Settings, found: &Assessment) -> Result<PathBuf, Failure> {
    let folder = papers::folder(settings)?;
    for rule in &assess::RULES {
        let finding = found.preflight.iter().find(|finding| finding.rule == rule.id);
        let mut table = CsvTable::begin(Vec::new(), &["kind", "id", "detail"])?;
        for one in finding.into_iter().flat_map(|finding| &finding.affected) {
            table.row([one.kind.as_str(), one.id.as_str(), one.detail.as_str()])?;
        }
        folder.put(&format!("preflight/{}.csv", rule.id), table.end()?.0).await?;
    }
    Ok(folder.root().join("preflight"))
}

async fn restore(settings: &Settings, call: &Invocation) -> Result<Exit, Failure> {
    if call.server.is_some() {
        return Err(Failure::configuration(
            "what was switched off from this machine is switched on from it, without --server",
        ));
    }
    let on = switches::on(settings).await?;
    call.output.say(&json!({ "restored": on }), || format!("switched on again: {on} rules and webhooks"))?;
    Ok(Exit::Ok)
}
