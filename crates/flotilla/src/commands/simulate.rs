//! `flotilla simulate`: both vendors' stand-in on this machine, with one line of JSON that says how to reach it, until it
//! is told to stop. Never anything but loopback.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use bootstrap::Shutdown;
use simulator::{Options, Rate, Simulator};

use super::init;
use crate::{exit::Exit, failure::Failure, invocation::Invocation, simulated};

/// Arguments of `simulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Everything random follows from this number
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Tickets in the Atera account
    #[arg(long, default_value_t = 500)]
    tickets: u32,
    /// Where Atera listens; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0", value_parser = loopback)]
    atera: SocketAddr,
    /// Where Gorgias and the admin routes listen; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:0", value_parser = loopback)]
    gorgias: SocketAddr,
    /// Requests Gorgias allows per window
    #[arg(long, default_value_t = 40)]
    limit: u32,
    /// Length of that window, in milliseconds
    #[arg(long, default_value_t = 20_000)]
    window_ms: u64,
    /// Time every answer is held back, in milliseconds
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Writes a configuration for `flotilla run --config FILE`, and the supplements beside it
    #[arg(long, value_name = "FILE")]
    write_config: Option<PathBuf>,
    /// Writes the supplements (tags.csv and others) into this folder
    #[arg(long, value_name = "DIR")]
    supplements: Option<PathBuf>,
}

/// Runs until a signal.
///
/// # Errors
/// [`Failure`] when an address cannot be bound or a file cannot be written.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let shutdown = Shutdown::on_signals()?;
    let options = Options {
        seed: args.seed,
        tickets: args.tickets,
        atera: args.atera,
        gorgias: args.gorgias,
        rate: Rate { limit: args.limit, window_ms: args.window_ms },
        latency_ms: args.latency_ms,
        ..Options::default()
    };
    let started = Simulator::start(options).await;
    let simulator = started
        .map_err(|error| Failure::new(Exit::Failed, format!("the simulator cannot listen ({error})")))?;
    if let Err(failure) = write_files(&args, &simulator) {
        simulator.stop().await;
        return Err(failure);
    }
    invocation.output.json(simulator.endpoints())?;
    shutdown.drain().cancelled().await;
    simulator.stop().await;
    Ok(Exit::Ok)
}

/// Writes the supplements of a running simulator into `supplements` and a configuration that fits it, with `settings`
/// (dotted key and value) above what it would say by itself.
///
/// # Errors
/// [`Failure`] when a file cannot be written.
pub(crate) fn write_config(
    simulator: &Simulator,
    file: &Path,
    supplements: &Path,
    settings: &[(&str, String)],
) -> Result<(), Failure> {
    write_supplements(simulator, supplements)?;
    let supplements = std::path::absolute(supplements).map_err(|error| unwritable(supplements, &error))?;
    let text = simulated::configuration(simulator.endpoints(), &supplements, settings)?;
    init::write(file, &text, true)
}

fn write_files(args: &Args, simulator: &Simulator) -> Result<(), Failure> {
    let beside = |file: &Path| file.parent().map(|folder| folder.join("supplements")).unwrap_or_default();
    let folder = args.supplements.clone().or_else(|| args.write_config.as_deref().map(beside));
    match (&args.write_config, folder) {
        (Some(file), Some(folder)) => {
            let rate = [
                ("destination.rate.limit", args.limit.to_string()),
                ("destination.rate.window_ms", args.window_ms.to_string()),
            ];
            write_config(simulator, file, &folder, &rate)
        }
        (None, Some(folder)) => write_supplements(simulator, &folder),
        (_, None) => Ok(()),
    }
}

fn write_supplements(simulator: &Simulator, folder: &Path) -> Result<(), Failure> {
    simulator.write_supplements(folder).map_err(|error| unwritable(folder, &error))
}

fn unwritable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("supplements cannot be written to {} ({error})", folder.display()))
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("the simulator listens on loopback only: give 127.0.0.1:PORT".to_owned()),
        Err(_) => Err("give ADDRESS:PORT, such as 127.0.0.1:0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulator_never_listens_beyond_loopback() {
        assert!(loopback("127.0.0.1:0").is_ok() && loopback("[::1]:8080").is_ok());
        assert!(
            loopback("0.0.0.0:80").is_err() && loopback("10.0.0.1:80").is_err() && loopback("x").is_err()
        );
    }
}
