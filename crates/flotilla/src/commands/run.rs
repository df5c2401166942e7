//! `flotilla run`: moves the migration of the configuration, or goes on with it, and says at its end what became of
//! every record. Other errands go the same way.

pub(crate) mod there;

use std::{path::PathBuf, sync::Arc};

use bootstrap::{Settings, Shutdown};
use protocol::{Errand, FailureCode, Probe, report::Reconciliation};
use scheduler::Ended;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    embedded::{self, RunFigures, Watched},
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::Api,
    papers,
    progress::Progress,
    pulse,
    simulator_account::SimulatorAccount,
    summary::Summary,
};

/// Arguments of `run`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Draws progress on stderr although the answer is JSON (the demo's own terminal)
    #[arg(long, hide = true)]
    draw: bool,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the run cannot begin or cannot write down what it does.
pub(crate) async fn run(args: Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    errand(&Errand::Move, args.draw, call, probe).await
}

/// Does an errand, here or in a fleet.
///
/// # Errors
/// As [`run`].
pub(crate) async fn errand(
    errand: &Errand,
    draw: bool,
    call: &Invocation,
    probe: Arc<dyn Probe>,
) -> Result<Exit, Failure> {
    let (settings, output) = (&call.settings()?, call.output);
    let draw = draw || output.may_draw();
    if let Some(api) = Api::of(call)? {
        return there::run(api, settings, errand, call, draw).await;
    }
    let shutdown = Shutdown::on_signals()?;
    let mut progress = None;
    let (pulse_over, ledger) = (CancellationToken::new(), settings.storage.ledger.clone());
    let watch = |watched: Watched| {
        let Watched { ledger: entries, limiter, migration } = watched.clone();
        tokio::spawn(pulse::keep(ledger, entries, limiter, migration, pulse_over.clone()));
        progress = Some(Progress::start(watched, draw));
    };
    let run = embedded::run(settings, errand, probe, &shutdown, watch).await;
    if let Some(progress) = progress {
        progress.end().await;
    }
    pulse_over.cancel();
    let run = run?;
    let papers = papers::write(settings, &run.reconciliation).await?;
    let closes = run.reconciliation.closes();
    let found = run.found;
    let well = closes && is_well(found.as_ref());
    say(call, settings, (run.reconciliation, found), Some(run.figures), run.resumed, papers).await?;
    Ok(match run.ended {
        Ended::Ready if well || *errand == Errand::Assess => Exit::Ok,
        Ended::Ready => Exit::Difference,
        Ended::Halted(cause) => return Err(Failure::new(Exit::Temporary, halted(cause, run.why.as_deref()))),
        Ended::Stopped if shutdown.was_signalled() => return Err(Failure::new(Exit::Interrupted, STOPPED)),
        Ended::Stopped => return Err(Failure::new(Exit::Temporary, STOPPED)),
    })
}

/// Says how a run ended, with the simulator's account of it where there is one.
async fn say(
    call: &Invocation,
    settings: &Settings,
    (reconciliation, found): (Reconciliation, Option<Value>),
    figures: Option<RunFigures>,
    resumed: bool,
    papers: PathBuf,
) -> Result<(), Failure> {
    let account = match &settings.simulator.admin_url {
        Some(admin_url) => Some(SimulatorAccount::ask(admin_url).await?),
        None => None,
    };
    let text = documents::reconciliation::text(&reconciliation);
    let mut summary = Summary::new(reconciliation, figures, account.as_ref(), resumed, papers);
    summary.found = found;
    call.output.say(&summary, || {
        let found = summary.found.as_ref().map(|found| format!("\n{found:#}")).unwrap_or_default();
        format!("{text}\n{}{found}", last_words(&summary))
    })
}

/// Whether an errand found everything as it should be.
fn is_well(found: Option<&Value>) -> bool {
    found.and_then(|found| found.get("left")).and_then(Value::as_u64).is_none_or(|left| left == 0)
}

const STOPPED: &str = "stopped. Nothing is lost; the same command goes on where this one stopped";

fn halted(cause: FailureCode, why: Option<&str>) -> String {
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    format!(
        "the migration is halted: {cause}{why}. {} Nothing is lost; the same command goes on",
        cause.advice()
    )
}

/// The figures behind the table.
pub(crate) fn last_words(summary: &Summary) -> String {
    let figure =
        |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.3}"));
    let count = |value: Option<u64>| value.map_or_else(|| "unknown".to_owned(), |count| count.to_string());
    let (notes, mails) = (count(summary.private_notes_public), count(summary.emails_sent));
    format!(
        "state {}, pass {}\n\
         customers e-mailed             {mails}\n\
         internal notes made public     {notes}\n\
         requests per plain ticket      {}\n\
         share of the allowed rate used {}\n\
         answers 429                    {}\n\
         reports                        {}",
        summary.state,
        summary.pass,
        figure(summary.requests_per_ticket),
        figure(summary.rate_used),
        count(summary.responses_429),
        summary.reports.display(),
    )
}

#[cfg(test)]
mod tests;
