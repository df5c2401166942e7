//! `flotilla`, the one binary.

use std::{process::ExitCode, sync::Arc};

fn main() -> ExitCode {
    flotilla::program(Arc::new(worker::Counting::default()))
}
