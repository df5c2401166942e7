//! The integration tests: one binary, each module a story about the whole.

mod house_rules;
mod main_job;

/// The program under test: `flotilla` with a probe that can crash it.
const PROGRAM: &str = env!("CARGO_BIN_EXE_flotilla-under-test");
