//! Flotilla's one program: reads the command line, hands the work to a command, and ends with its exit code. A library,
//! so that a test can run the very same program with a probe that crashes it. No decision about a record is made here.

use std::{process::ExitCode, sync::Arc};

use bootstrap::Environment;
use clap::Parser;

mod accounts;
mod cli;
mod commands;
mod credentials;
mod desk;
mod embedded;
mod exit;
mod failure;
mod invocation;
mod knobs;
mod lookup;
mod operator;
mod output;
mod papers;
mod progress;
mod pulse;
mod sentence;
mod service;
mod simulated;
mod simulator_account;
mod summary;
mod vendors;

use cli::{Cli, Command, ConfigCommand};
use commands::{
    act, articles, assess, config_show, demo, doctor, documents, estimate, events, explain, failures, fleet,
    handoff, init, map, milestone, probe, report, retry, rollback, run, sample, scheduler, seats, sign_off,
    simulate, status, verify, worker,
};
use exit::Exit;
use failure::Failure;
use invocation::Invocation;
use protocol::{Probe, milestone::Milestone};

/// The whole program, with a probe for the corridor.
#[must_use]
pub fn program(probe: Arc<dyn Probe>) -> ExitCode {
    let cli = Cli::parse();
    let invocation = Invocation::new(&cli.global, Environment::of_process());
    let exit = start(cli.command, &invocation, probe).unwrap_or_else(|failure| {
        invocation.output.failure(&failure);
        failure.exit()
    });
    exit.into()
}

fn start(command: Command, invocation: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    // One provider for every client of the process; a second call would find it installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::new(Exit::Failed, format!("no runtime could be started: {error}")))?;
    let exit = runtime.block_on(Box::pin(dispatch(command, invocation, probe)));
    bootstrap::telemetry::stop();
    exit
}

async fn dispatch(command: Command, invocation: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    match command {
        Command::Demo(args) => demo::run(args, invocation).await,
        Command::Fleet(args) => fleet::run(args, invocation).await,
        Command::Assess(args) => assess::run(&args, invocation, probe).await,
        Command::Estimate(args) => estimate::run(&args, invocation).await,
        Command::Map(deed) => map::run(&deed, invocation).await,
        Command::Sample(args) => sample::run(args, invocation, probe).await,
        Command::SignOff(args) => sign_off::run(&args, invocation).await,
        Command::Seats(deed) => seats::run(&deed, invocation).await,
        Command::Run(args) => run::run(args, invocation, probe).await,
        Command::Scheduler => scheduler::run(invocation).await,
        Command::Worker => worker::run(invocation, probe).await,
        Command::Verify(args) => verify::run(args, invocation, probe).await,
        Command::Repair(args) => commands::repair::run(args, invocation, probe).await,
        Command::Delta => run::errand(&protocol::Errand::Delta, false, invocation, probe).await,
        Command::Freeze(by) => milestone::plain(Milestone::Freeze, by, invocation).await,
        Command::Unfreeze(by) => milestone::plain(Milestone::Unfreeze, by, invocation).await,
        Command::Cutover(args) => milestone::cut_over(args, invocation).await,
        Command::Close(args) => milestone::close(args, invocation).await,
        Command::Rollback(args) => rollback::run(args, invocation, probe).await,
        Command::Retry(args) => retry::run(args, invocation).await,
        Command::Simulate(args) => simulate::run(args, invocation).await,
        Command::Init(args) => init::run(&args, invocation),
        Command::Doctor(args) => doctor::run(&args, invocation).await,
        Command::Status(args) => status::run(&args, invocation).await,
        Command::Report(args) => report::run(&args, invocation).await,
        Command::Documents(args) => documents::run(&args, invocation, probe).await,
        Command::Articles(command) => articles::run(&command, invocation).await,
        Command::Certificate => commands::certificate::run(invocation).await,
        Command::Handoff(args) => handoff::run(args, invocation).await,
        Command::Explain(args) => explain::run(&args, invocation).await,
        Command::Failures(args) => failures::run(&args, invocation).await,
        Command::Pause(args) => act::pause(args, invocation).await,
        Command::Resume => act::resume(invocation).await,
        Command::Cancel(args) => act::cancel(args, invocation).await,
        Command::Throttle(args) => act::throttle(&args, invocation).await,
        Command::Erase(args) => commands::erase::run(args, invocation).await,
        Command::Events(args) => events::run(args, invocation).await,
        Command::Accounts => commands::accounts::run(invocation).await,
        Command::Probe(args) => Ok(probe::run(args).await),
        Command::Config(ConfigCommand::Show) => config_show::run(invocation),
    }
}
