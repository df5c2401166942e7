//! The two ends a run may have, each checked whole: complete, or halted with cause and advice. A third end fails.

use ledger::Migrations as _;
use protocol::{FailureCode, MigrationState};
use serde_json::Value;
use tests::{Ended, Stack};

use super::account::{End, undisturbed};

/// The run is complete: all differences 0, nothing twice, nobody e-mailed, no note public.
pub(super) async fn complete(name: &str, stack: &Stack, ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{name}: {}", ended.stderr);
    let summary = ended.well();
    for (kind, row) in summary["records"].as_object().unwrap() {
        assert_eq!(row["difference"], 0, "{name}: {kind} {row}");
    }
    harmless(name, stack).await;
}

/// The run is complete, and both ends are as an undisturbed run leaves them.
pub(super) async fn complete_as_undisturbed(name: &str, stack: &Stack, ended: &Ended) {
    complete(name, stack, ended).await;
    let (end, measure) = (End::of(stack).await, undisturbed().await);
    let books = end.books.differences(&measure.books);
    assert!(books.is_empty(), "{name}: the ledger differs: {books:#?}");
    let differing = differing(&end.destination, &measure.destination);
    assert!(differing.is_empty(), "{name}: the destination differs at {differing:#?}");
}

/// The run is halted for this cause: exit 75, the cause and its advice as the last word, cause and reason in the ledger;
/// answers the reason. What was moved until then hurts nobody.
pub(super) async fn halted(name: &str, stack: &Stack, ended: &Ended, cause: FailureCode) -> String {
    assert_eq!(ended.code, Some(75), "{name}: {}", ended.stderr);
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert!(last.contains(cause.name()) && last.contains(cause.advice()), "{name}: {last}");
    assert_eq!(ended.summary.as_ref().unwrap()["cause"], cause.name(), "{name}");
    let ledger = stack.ledger().await;
    let migration = ledger.migration(&stack.migration()).await.unwrap().unwrap();
    assert_eq!((migration.state, migration.cause), (MigrationState::Halted, Some(cause)), "{name}");
    let audit = ledger.audit(&stack.migration()).await.unwrap().pop().unwrap();
    ledger.close().await;
    assert!(audit.what.contains(cause.name()), "{name}: {} {}", audit.what, audit.why);
    harmless(name, stack).await;
    audit.why
}

/// Nothing stands there twice, nobody was e-mailed, nothing private is public.
pub(super) async fn harmless(name: &str, stack: &Stack) {
    let state = stack.admin_get("state").await;
    for figure in ["duplicates_total", "emails_sent", "invitations_sent", "private_notes_public"] {
        assert_eq!(state[figure], 0, "{name}: {figure}, {}", state["duplicates"]);
    }
}

/// How often all fault rules struck together.
pub(super) async fn hits(stack: &Stack) -> u64 {
    let rules = stack.admin_get("faults").await;
    rules.as_array().unwrap().iter().filter_map(|rule| rule["hits"].as_u64()).sum()
}

/// Names of the records that are not the same in both pictures, at most ten.
fn differing(one: &Value, other: &Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let kinds = |picture: &Value| picture.as_object().cloned().unwrap_or_default();
    let (one, other) = (kinds(one), kinds(other));
    let mut found = Vec::new();
    for (kind, records) in &one {
        let theirs = other.get(kind).unwrap_or(&Value::Null);
        if records == theirs {
            continue;
        }
        let (ours, theirs) = (records.as_object().unwrap_or(&empty), theirs.as_object().unwrap_or(&empty));
        let names = ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name)));
        let unlike = names.filter(|name| ours.get(*name) != theirs.get(*name));
        found.extend(unlike.map(|name| format!("{kind} {name}")));
        if ours.is_empty() && theirs.is_empty() {
            found.push(kind.clone());
        }
    }
    found.truncate(10);
    found
}
