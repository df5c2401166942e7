//! A death between any two statements: the process counts its statements and ends itself, as `SIGKILL` does, at one of them.

use std::sync::atomic::{AtomicI64, Ordering};

/// Statements left to live; negative: for ever.
static LEFT: AtomicI64 = AtomicI64::new(-1);

/// From now on, so many statements may begin.
pub(crate) fn die_after(statements: i64) {
    LEFT.store(statements, Ordering::SeqCst);
}

/// A statement begins.
pub(crate) fn statement_begins() {
    if LEFT.load(Ordering::SeqCst) >= 0 && LEFT.fetch_sub(1, Ordering::SeqCst) == 0 {
        let me = rustix::process::getpid();
        let _ = rustix::process::kill_process(me, rustix::process::Signal::KILL);
    }
}
