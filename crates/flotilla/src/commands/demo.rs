//! `flotilla demo`: a whole move on this machine alone. It starts both vendors' stand-in on loopback, lets a process of
//! this program move the account, kills that process with SIGKILL half way, lets another one resume, and shows what the
//! stand-in says it received.

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use simulator::{Options, Rate, Simulator};
use tokio::process::{Child, Command};

use crate::{
    commands::{run::last_words, simulate},
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    simulator_account::{SimulatorAccount, tickets_received},
    summary::Summary,
};

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Everything random follows from this number
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Tickets in the Atera account
    #[arg(long, default_value_t = 500)]
    tickets: u32,
    /// Requests Gorgias allows per window: far faster than real, so that a minute is enough
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// Length of that window, in milliseconds
    #[arg(long, default_value_t = 4_000)]
    window_ms: u64,
    /// Folder for ledger, configuration and reports; made anew
    #[arg(long, default_value = "flotilla-demo", value_name = "DIR")]
    folder: PathBuf,
}

/// Moves the account and shows the end.
///
/// # Errors
/// [`Failure`] when the stand-in cannot start or a run fails.
pub(crate) async fn run(demo: Args, call: &Invocation) -> Result<Exit, Failure> {
    let draw = std::io::stderr().is_terminal();
    let say = |line: &str| call.output.aside(line);
    let folder = fresh(&demo.folder)?;
    let options = Options {
        seed: demo.seed,
        tickets: demo.tickets,
        rate: Rate { limit: demo.limit, window_ms: demo.window_ms },
        ..Options::default()
    };
    let stand_in = Simulator::start(options).await.map_err(|error| Failure::new(Exit::Failed, error))?;
    let config = folder.join("demo.toml");
    simulate::write_config(&stand_in, &config, &folder.join("supplements"), &settings(&demo))?;
    say(&format!("Atera and Gorgias are simulated on loopback; {} tickets are to be moved.", demo.tickets));

    let mut first = start(&config, Stdio::null(), draw)?;
    let (admin_url, half) = (admin_url(&stand_in)?, demo.tickets / 2);
    let killed = tokio::select! {
        ended = first.wait() => { ended.map_err(|error| Failure::new(Exit::Failed, error))?; false }
        received = tickets_received(&admin_url, half) => { received?; kill(&mut first).await?; true }
    };
    if killed {
        say(&format!("The working process was killed (SIGKILL) after {half} tickets. Another one goes on."));
    }
    let second = start(&config, Stdio::piped(), draw)?;
    let ended = second.wait_with_output().await.map_err(|error| Failure::new(Exit::Failed, error))?;
    let mut summary: Summary = serde_json::from_slice(&ended.stdout).map_err(|_| {
        Failure::new(Exit::Failed, "the second run did not come to its end; its last words stand above")
    })?;
    summary.resumed_after_kill = killed && summary.resumed;
    let account = SimulatorAccount::ask(&admin_url).await?;
    let good = ended.status.success() && account.emails_sent == 0 && account.duplicates == 0;
    let table = documents::reconciliation::table_of(&summary.records);
    call.output.say(&summary, || format!("{table}\n{}", words(&summary)))?;
    stand_in.stop().await;
    Ok(if good { Exit::Ok } else { Exit::Difference })
}

fn words(summary: &Summary) -> String {
    let resumed = if summary.resumed_after_kill { "yes" } else { "no" };
    format!("{}\nresumed after a kill            {resumed}", last_words(summary))
}

/// Settings that make a small account behave like a large one: a fast limit, short leases, short doubts.
fn settings(demo: &Args) -> Vec<(&'static str, String)> {
    vec![
        ("migration.signed_off_by", "the demo".to_owned()),
        ("destination.rate.limit", demo.limit.to_string()),
        ("destination.rate.window_ms", demo.window_ms.to_string()),
        ("destination.in_doubt.look_at_ages_ms", "[1500]".to_owned()),
        ("source.rate_start_per_s", "500".to_owned()),
        ("source.rate_cap_per_s", "2000".to_owned()),
        ("run.workers", "2".to_owned()),
        ("run.abreast", "2".to_owned()),
        ("run.batch_pages", "1".to_owned()),
    ]
}

fn admin_url(stand_in: &Simulator) -> Result<url::Url, Failure> {
    stand_in.endpoints().admin_url.parse().map_err(|error| Failure::new(Exit::Failed, error))
}

fn fresh(folder: &Path) -> Result<PathBuf, Failure> {
    let failed = |error| Failure::new(Exit::Failed, format!("{}: {error}", folder.display()));
    if folder.join("demo.toml").exists() {
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    folder.canonicalize().map_err(failed)
}

fn start(config: &Path, stdout: Stdio, draw: bool) -> Result<Child, Failure> {
    let failed = |error| Failure::new(Exit::Failed, format!("this program cannot be started again: {error}"));
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.arg("run").arg("--config").arg(config).args(["--output", "json", "--quiet"]);
    if draw {
        command.arg("--draw");
    }
    command.stdout(stdout).kill_on_drop(true);
    command.spawn().map_err(failed)
}

async fn kill(child: &mut Child) -> Result<(), Failure> {
    child.kill().await.map_err(|error| Failure::new(Exit::Failed, error))?;
    // What the dead process sent last is still on its way.
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(())
}
