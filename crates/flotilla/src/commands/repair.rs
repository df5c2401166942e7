//! `flotilla repair KIND ID`: reads one record back, and writes it again as it was meant where it differs and nobody else has
//! changed it.

use std::sync::Arc;

use protocol::{Errand, Key, ObjectKind, Probe, SourceId};

use super::run;
use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `repair`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// custom_field, tag, agent, customer, contact or ticket
    kind: ObjectKind,
    /// Its id at the source
    source_id: String,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration stands where this cannot be done, or is halted by it.
pub(crate) async fn run(args: Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    let record = Key { kind: args.kind, id: SourceId(args.source_id) };
    run::errand(&Errand::Repair { record }, false, call, probe).await
}
