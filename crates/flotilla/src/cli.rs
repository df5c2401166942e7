//! The command line: which commands there are and what they take. Nothing is done here.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::{
    commands::{
        act, articles, assess, demo, doctor, documents, erase, estimate, events, explain, failures, fleet,
        handoff, init, map, milestone, probe, repair, report, retry, rollback, run, sample, seats, sign_off,
        simulate, status, verify,
    },
    exit,
    output::Format,
};

/// Moves a helpdesk from Atera to Gorgias: resumable, verified, every record accounted for.
#[derive(Debug, Parser)]
#[command(name = "flotilla", version, after_help = exit::TABLE, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Configuration file [default: ./flotilla.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Form of what is said on stdout
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM")]
    pub output: Format,
    /// Sets one key, above file and environment; never a secret (may be repeated)
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Address of a fleet's scheduler: the command asks there instead of on this machine
    #[arg(long, global = true, value_name = "URL")]
    pub server: Option<String>,
    /// File that holds the token for --server on its first line
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Logs more (twice: everything)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Logs warnings and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

impl Global {
    /// The log level the flags ask for.
    #[must_use]
    pub(crate) fn level(&self) -> Option<&'static str> {
        match (self.quiet, self.verbose) {
            (true, _) => Some("warn"),
            (false, 0) => None,
            (false, 1) => Some("debug"),
            (false, _) => Some("trace"),
        }
    }
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Moves a simulated account on this machine, is killed half way, and resumes
    Demo(demo::Args),
    /// Starts a whole fleet on this machine without containers, until stopped
    Fleet(fleet::Args),
    /// Looks at both sides and says what will land, how long it takes and what stands in the way
    Assess(assess::Args),
    /// Writes the estimate from what the assessment found
    Estimate(estimate::Args),
    /// Proposes, shows, changes and confirms the map of fields and values
    #[command(subcommand)]
    Map(map::Deed),
    /// Moves fifty to a hundred records of each kind, marked, for a person to look at
    Sample(sample::Args),
    /// Signs for the sample: the run is bound to its map, scope and program
    SignOff(sign_off::Args),
    /// Brings technicians in where the plan has too few seats: a checklist, one account at a time
    #[command(subcommand)]
    Seats(seats::Deed),
    /// Moves the migration of the configuration, or goes on with it
    Run(run::Args),
    /// Decides what a fleet does and serves its API, until stopped
    Scheduler,
    /// Does the work of a fleet, as one of its workers, until stopped
    Worker,
    /// Reads back what was written and compares it field by field
    Verify(verify::Args),
    /// Reads back one record and writes it again as it was meant
    Repair(repair::Args),
    /// Brings the destination up to what the source says now
    Delta,
    /// Says that nobody writes at the source any more
    Freeze(milestone::By),
    /// Says that the source is written to again
    Unfreeze(milestone::By),
    /// Makes the destination the system of record, once delta and verification after the freeze leave nothing open
    Cutover(milestone::CutOver),
    /// Ends the watch after the cutover
    Close(milestone::Close),
    /// Takes back what was written, children first
    Rollback(rollback::Args),
    /// Makes rejected and failed records unaccounted again, for the next run
    Retry(retry::Args),
    /// Starts both vendors' stand-in on this machine, until stopped
    Simulate(simulate::Args),
    /// Writes a commented configuration file
    Init(init::Args),
    /// Checks credentials, reach, clock, disk and map before a run
    Doctor(doctor::Args),
    /// Says where the migration stands and what it waits for
    Status(status::Args),
    /// Prints the reconciliation: what became of every record
    Report(report::Args),
    /// Lists the documents of what does not move
    Documents(documents::Args),
    /// Articles of the knowledge base that ask for a look before they are used
    #[command(subcommand)]
    Articles(articles::ArticlesCommand),
    /// Says what shows that no customer was e-mailed
    Certificate,
    /// Gathers every document and report, with sums, in a folder
    Handoff(handoff::Args),
    /// Says what became of one record
    Explain(explain::Args),
    /// Lists rejected and failed records with cause and advice
    Failures(failures::Args),
    /// Holds the migration; nothing is lost
    Pause(act::Why),
    /// Lets a paused or halted migration go on
    Resume,
    /// Gives the migration up; what was written stays
    Cancel(act::Why),
    /// Changes the live controls of a fleet's migration
    Throttle(act::Throttle),
    /// Deletes everything kept of a migration that is over, and proves that nothing is left
    Erase(erase::Args),
    /// Lists who did what when and why
    Events(events::Args),
    /// Lists the accounts a migration may be made between
    Accounts,
    /// Asks a service on this machine how it is: exit code 0 when it is well
    Probe(probe::Args),
    /// Shows the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// What is to be shown of the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Every key with its value (secrets masked) and where the value came from
    Show,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("give KEY=VALUE, such as run.workers=4".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_tells_the_exit_codes() {
        let help = Cli::command().render_help().to_string();
        assert!(help.contains("75   halted"), "{help}");
    }

    #[test]
    fn a_setting_is_split_at_its_first_equals_sign() {
        assert_eq!(pair("a.b=c=d"), Ok(("a.b".into(), "c=d".into())));
        assert!(pair("a.b").is_err() && pair("=c").is_err());
    }
}
