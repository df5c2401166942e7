//! The very same program as `flotilla`, with a probe that can kill its own process at a named point of the corridor and
//! that says at the end which points were passed. Everything else is the program's own.

use std::{process::ExitCode, sync::Arc};

use bootstrap::Environment;
use protocol::Probe;
use tests::CrashingProbe;

fn main() -> ExitCode {
    let probe = Arc::new(CrashingProbe::of(&Environment::of_process()));
    let exit = flotilla::program(Arc::clone(&probe) as Arc<dyn Probe>);
    probe.keep_counts();
    exit
}
