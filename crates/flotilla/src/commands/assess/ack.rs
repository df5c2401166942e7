//! `flotilla assess ack`: a named person's word for a finding as it stands. One that changes asks again.

use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `assess ack`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The rule, such as rules-that-fire
    rule: String,
    /// The person
    #[arg(long, value_name = "NAME")]
    by: String,
}

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let by = args.by.trim();
    if by.is_empty() {
        return Err(Failure::configuration("--by needs a person's name"));
    }
    let mut finding = desk.acknowledge(&args.rule, by).await?;
    finding.affected.clear();
    call.output.say(&finding, || format!("acknowledged by {by}: {}", finding.says))?;
    Ok(Exit::Ok)
}
