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
async fn one_is_refused(kind: ObjectKind, rule: Value, has_children: bool) {
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
    assert_eq!(!parents.is_empty(), has_children, "{name}: {parents:?}");

    stack.faults(&json!([])).await;
    let id = letter["key"]["id"].as_str().unwrap();
    let retried = stack.command(&["retry", "--kind", kind.name(), "--id", id, "--output", "json"]).await;
    // Those that waited for it are tried again with it.
    let of_their_own =
        |letter: &&Value| !["attachment", "message"].contains(&letter["key"]["kind"].as_str().unwrap());
    let waiting = parents.iter().filter(of_their_own).count();
    assert_eq!(retried.well()["records"], json!(1 + waiting), "{name}");
    complete_as_undisturbed(&format!("{name}, mended"), &stack, &stack.run().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_ticket_is_listed_with_its_field_and_the_rest_goes_on() {
    let mut rule = gorgias("POST", "/api/tickets$", &refused("subject"));
    rule["body_contains"] = json!("atera:ticket:5\"");
    one_is_refused(ObjectKind::Ticket, rule, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_company_value_is_listed_and_its_people_go_on() {
    // What follows the first write is refused: the company stands there, so that its contacts can be linked to it.
    let mut rule = gorgias("PUT", "/api/customers/", &refused("subject"));
    rule["skip"] = json!(2);
    rule["times"] = json!(1);
    one_is_refused(ObjectKind::Customer, rule, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tickets_of_a_refused_contact_wait_for_it_and_are_released_with_it() {
    let mut rule = gorgias("POST", "/api/customers$", &refused("subject"));
    rule["body_contains"] = json!("atera:contact:50022\"");
    one_is_refused(ObjectKind::Contact, rule, true).await;
}
