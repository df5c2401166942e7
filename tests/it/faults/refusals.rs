//! One record that the destination refuses is that record's trouble: it is listed with the field that is wrong, the rest
//! goes on, and `flotilla retry --id` moves it once it is mended.

use protocol::{FailureCode, ObjectKind};
use serde_json::{Value, json};
use tests::{Ended, Stack};

use super::{
    account::small,
    ends::{complete, complete_as_undisturbed},
    rules::{gorgias, refused},
};
use crate::PROGRAM;

/// The dead letters of a cause, as the command lists them.
async fn letters(stack: &Stack, cause: FailureCode) -> Vec<Value> {
    let listed = stack.command(&["failures", "--cause", cause.name(), "--output", "json"]).await;
    listed.well()["failures"].as_array().unwrap().clone()
}

/// One record of a kind is refused: it is the only letter, it names the field, everything else landed. Then it is mended
/// and tried again.
async fn one_is_refused(kind: ObjectKind, rule: Value, children: u64) {
    let name = format!("400 on one {kind}");
    let stack = Stack::start(PROGRAM, small()).await;
    stack.faults(&json!([rule])).await;
    let ended: Ended = stack.run().await;
    complete(&name, &stack, &ended).await;
    let found = letters(&stack, FailureCode::TargetRejected).await;
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    let letter = &found[0];
    assert_eq!(letter["key"]["kind"], kind.name(), "{name}: {letter}");
    let detail = letter["detail"].as_str().unwrap();
    assert!(detail.contains("subject") && detail.contains("400"), "{name}: {detail}");
    let parents = letters(&stack, FailureCode::ParentFailed).await;
    assert_eq!(parents.len() as u64, children, "{name}: {parents:?}");

    stack.faults(&json!([])).await;
    let id = letter["key"]["id"].as_str().unwrap();
    let retried = stack.command(&["retry", "--kind", kind.name(), "--id", id, "--output", "json"]).await;
    assert_eq!(retried.well()["records"], 1, "{name}");
    if children > 0 {
        stack.command(&["retry", "--cause", FailureCode::ParentFailed.name()]).await;
    }
    complete_as_undisturbed(&format!("{name}, mended"), &stack, &stack.run().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_ticket_is_listed_with_its_field_and_the_rest_goes_on() {
    let mut rule = gorgias("POST", "/api/tickets$", &refused("subject"));
    rule["body_contains"] = json!("atera:ticket:5\"");
    one_is_refused(ObjectKind::Ticket, rule, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_company_value_is_listed_and_its_people_go_on() {
    // What follows the first write is refused: the company stands there, so that its contacts can be linked to it.
    let mut rule = gorgias("PUT", "/api/customers/", &refused("subject"));
    rule["skip"] = json!(2);
    rule["times"] = json!(1);
    one_is_refused(ObjectKind::Customer, rule, 0).await;
}
