//! `flotilla sample`: moves the sample, marked, and says how each kind came out beside what was meant. The pages that show it
//! side by side lie in the reports; `flotilla rollback --sample` takes it back.

use std::sync::Arc;

use protocol::{Errand, Probe, errand::SAMPLE_SIZE};

use super::run;
use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `sample`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Records of each kind, 50 to 100; all of them where there are fewer
    #[arg(long, value_name = "COUNT", default_value_t = SAMPLE_SIZE)]
    size: u32,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the size is no size, the map is not confirmed, or the migration stands where this cannot be done.
pub(crate) async fn run(args: Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    let errand = Errand::sample(args.size).map_err(|error| Failure::new(Exit::Refused, error))?;
    run::errand(&errand, false, call, probe).await
}
