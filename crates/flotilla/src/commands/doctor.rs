//! `flotilla doctor`: looks before a run whether it can go well. Each check says ok, warn or fail, and what to do. It
//! reads a few rows of both vendors and writes nowhere.

use bootstrap::Settings;
use serde_json::json;

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

mod check;
mod destination;
mod disk;
mod fleet;
mod heard;
mod source;
mod vendor_clock;

use check::{Check, Verdict};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leaves out what needs the network
    #[arg(long)]
    offline: bool,
}

/// Runs every check.
///
/// # Errors
/// [`Failure`] when the configuration cannot be read at all.
pub(crate) async fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let checks = checks(args, &settings).await;
    let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail).count();
    let object = json!({ "ok": failed == 0, "checks": checks });
    invocation.output.say(&object, || {
        let lines: String = checks.iter().map(Check::line).collect();
        match failed {
            0 => format!("{lines}\nNothing stands in the way of a run."),
            1 => format!("{lines}\nOne check failed."),
            many => format!("{lines}\n{many} checks failed."),
        }
    })?;
    Ok(if failed == 0 { Exit::Ok } else { Exit::Preflight })
}

async fn checks(args: &Args, settings: &Settings) -> Vec<Check> {
    if settings.fleet.is_set() {
        let mut checks = fleet::checks(settings, args.offline).await;
        checks.push(disk::check("reports", &settings.storage.reports.join("any"), "storage.reports"));
        return checks;
    }
    let mut checks = vec![sign_off(settings)];
    match settings.access() {
        Ok(access) => {
            checks.push(Check::ok("configuration", "addresses and credentials are set"));
            if !args.offline {
                let looks = (source::checks(settings, &access), destination::checks(settings, &access));
                let (source, destination) = tokio::join!(Box::pin(looks.0), Box::pin(looks.1));
                checks.extend(source.into_iter().chain(destination));
            }
        }
        Err(error) => {
            let problems = error.problems().iter();
            checks.extend(problems.map(|problem| {
                Check::fail("configuration", format!("{} {}", problem.key, problem.what), &problem.remedy)
            }));
        }
    }
    checks.push(source::supplements(settings));
    checks.push(disk::check("ledger", &settings.storage.ledger, "storage.ledger"));
    checks.push(disk::check("reports", &settings.storage.reports.join("any"), "storage.reports"));
    checks
}

fn sign_off(settings: &Settings) -> Check {
    let name = "sign-off";
    match &settings.migration.signed_off_by {
        Some(_) => Check::ok(name, "somebody has signed for map and scope"),
        None => Check::warn(
            name,
            "nobody has signed, no record will move",
            "look at the map, then set migration.signed_off_by to your name",
        ),
    }
}

#[cfg(test)]
mod tests;
