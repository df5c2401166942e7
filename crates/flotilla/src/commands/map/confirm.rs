//! `flotilla map confirm`: a named person's word for the map as it stands. With any other map nothing moves.

use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map confirm`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The person
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Hash of the map they looked at; without it the map as it stands is meant
    #[arg(long, value_name = "HASH")]
    hash: Option<String>,
}

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let hash = match &args.hash {
        Some(hash) => hash.clone(),
        None => desk.map().await?.hash,
    };
    let confirmed = desk.confirm_map(&hash, args.by.trim()).await?;
    call.output.say(&confirmed, || format!("map {} is confirmed by {}", confirmed.hash, confirmed.by))?;
    Ok(Exit::Ok)
}
