//! The account the faults strike, small and without files, and what an undisturbed run makes of it: the measure for
//! every other end.

use serde_json::Value;
use tests::{Books, Stack, StackOptions};
use tokio::sync::OnceCell;

use crate::PROGRAM;

/// The highest ticket id before the traps with files and hosted images, whose text holds an address: two stand-ins
/// on different ports agree on all of these. The thread of 700 comments is among them.
const TICKETS: u32 = 24;

/// A small account, and a program that gives up early enough for a test.
pub(super) fn small() -> StackOptions {
    StackOptions::tickets(TICKETS)
        .set("destination.timeout_ms", 4_000)
        .set("source.timeout_ms", 4_000)
        .set("run.max_attempts", 3)
        // One after the other: who of several with one address is created and who is adopted is then no race.
        .set("run.abreast", 1)
}

/// What stands at both ends once everything is done.
#[derive(Debug, PartialEq)]
pub(super) struct End {
    /// The destination, without anything a server numbers or dates.
    pub destination: Value,
    /// The ledger.
    pub books: Books,
}

impl End {
    /// Looks at both ends of a stack at rest.
    pub(super) async fn of(stack: &Stack) -> Self {
        let mut books = stack.books().await;
        // A fingerprint covers ids the destination gave out, and those come in the order of the writes.
        books.lines.values_mut().for_each(|line| line.fingerprint = None);
        Self { destination: stack.snapshot(true), books }
    }
}

/// The end of an undisturbed run.
pub(super) async fn undisturbed() -> &'static End {
    static END: OnceCell<End> = OnceCell::const_new();
    let run = || async {
        let stack = Stack::start(PROGRAM, small()).await;
        stack.run().await.well();
        End::of(&stack).await
    };
    END.get_or_init(run).await
}
