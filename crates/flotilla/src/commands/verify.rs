//! `flotilla verify`: reads back every record that was written, compares it field by field, and on request writes again
//! what differs.

use std::sync::Arc;

use protocol::{Errand, Probe};

use super::run;
use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `verify`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Writes records that differ again as they were meant; what others have changed since is left
    #[arg(long)]
    repair: bool,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration stands where this cannot be done, or is halted by it.
pub(crate) async fn run(args: Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    run::errand(&Errand::Verify { repair: args.repair }, false, call, probe).await
}
