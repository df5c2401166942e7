//! Files: what cannot be moved is listed with its cause and the ticket goes on without it; what fails for a moment is
//! moved; an upload without an answer costs an orphan at most, never a second file on a ticket.

use std::collections::BTreeMap;

use protocol::FailureCode;
use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use super::{
    account::small,
    ends::{complete, hits},
    rules::{atera, gorgias, plain, refused, status, times},
};
use crate::PROGRAM;

/// The trap tickets up to the one with the foreign file: expired, over the limit, shared, hosted, inline.
const TICKETS: u32 = 34;

fn with_files() -> StackOptions {
    let mut options = small();
    options.simulator.tickets = TICKETS;
    options
}

/// The files that did not move, by cause.
async fn not_moved(stack: &Stack) -> BTreeMap<FailureCode, usize> {
    let mut causes = BTreeMap::new();
    for (key, cause) in stack.books().await.letters {
        if key.starts_with("attachment") {
            *causes.entry(cause).or_default() += 1;
        }
    }
    causes
}

/// Moves the account under these faults; answers the files that did not move and the messages that carry a file.
async fn moved_under(name: &str, rules: Value) -> (BTreeMap<FailureCode, usize>, usize) {
    let stack = Stack::start(PROGRAM, with_files()).await;
    stack.faults(&rules).await;
    let ended = stack.run().await;
    complete(name, &stack, &ended).await;
    let struck = hits(&stack).await;
    assert!(struck > 0 || rules.as_array().unwrap().is_empty(), "{name}: the rule never struck");
    eprintln!("| {name} | complete (struck {struck} times) | {:?} | |", not_moved(&stack).await);
    (not_moved(&stack).await, attached(&stack.snapshot(true)))
}

/// Files on all messages of all tickets.
fn attached(picture: &Value) -> usize {
    let tickets = picture["tickets"].as_object().unwrap().values();
    let messages = tickets.flat_map(|ticket| ticket["messages"].as_array().unwrap());
    messages.filter_map(|message| message["attachments"].as_array()).map(Vec::len).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_moved_is_listed_and_any_other_fault_of_files_is_outlasted() {
    let undisturbed = moved_under("expired file, file over the limit", json!([])).await;
    let lost = BTreeMap::from([(FailureCode::FileExpired, 1), (FailureCode::FileTooLarge, 1)]);
    assert_eq!(undisturbed.0, lost);
    for (name, rule) in [
        ("500 on uploads, passing", times(gorgias("POST", "/api/upload", &status(500)), 2)),
        (
            "uploads applied and lost",
            times(gorgias("POST", "/api/upload", &plain("applied_then_timeout")), 2),
        ),
        ("half bodies of uploads", times(gorgias("POST", "/api/upload", &plain("half_body")), 2)),
        ("500 on the file host, passing", times(atera("/files", &status(500)), 2)),
        ("half a file", times(atera("/files", &plain("half_body")), 2)),
    ] {
        assert_eq!(moved_under(name, json!([rule])).await, undisturbed, "{name}");
    }
    for (name, cause, rule) in [
        (
            "400 on one upload",
            FailureCode::TargetRejected,
            times(gorgias("POST", "/api/upload", &refused("file")), 1),
        ),
        ("500 on one file, staying", FailureCode::FileUnreadable, atera("/files", &status(500))),
    ] {
        let (causes, files) = moved_under(name, json!([rule])).await;
        assert!(causes[&cause] >= 1, "{name}: {causes:?}");
        let listed: usize = causes.values().sum();
        assert_eq!(
            files + listed,
            undisturbed.1 + 2,
            "{name}: a file is neither moved nor listed: {causes:?}"
        );
    }
}
