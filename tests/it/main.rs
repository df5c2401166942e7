//! The integration tests: one binary, each module a story about the whole.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod assess;
mod at_rest;
mod cli_configuration;
mod cli_looks;
mod cli_stopping;
mod contract;
mod crash;
mod crash_lane;
mod delta;
mod documents;
mod faults;
mod fleet_api;
mod fleet_assess;
mod fleet_crash;
mod fleet_harm;
mod fleet_job;
mod fleet_life;
mod fleet_many;
mod fleet_secrets;
mod house_rules;
mod life;
mod main_job;
mod manifests;
mod map;
mod requirements;
mod rerun;
mod rollback;
mod sample;
mod seats;
mod threads;
mod traces;
mod verify;

/// The program under test: `flotilla` with a probe that can crash it.
const PROGRAM: &str = env!("CARGO_BIN_EXE_flotilla-under-test");
