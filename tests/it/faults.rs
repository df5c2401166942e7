//! The fault matrix: whatever the vendors, the network or the disk do, a run ends complete (every difference 0, nothing
//! twice, nobody e-mailed, the same end state as an undisturbed run), or halted with a cause and advice, in its output
//! and in the ledger, and the same command goes on once the cause is mended. It is never silently short.
//!
//! `cargo test -p tests --test it -- faults --nocapture` prints the table: fault, how it ended, cause, advice.

mod account;
mod doubt;
mod ends;
mod files;
mod ledger_full;
mod line;
mod matrix;
mod moving_source;
mod outage;
mod refusals;
mod rules;
mod supplements;
mod tokens;
mod waiting;
