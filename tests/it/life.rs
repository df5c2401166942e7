//! The whole life of a migration by its commands: assessed, mapped, sampled, signed for, moved, verified, brought up to date,
//! frozen, cut over, handed over, and taken back to the byte.

use serde_json::{Value, json};
use tests::{Ended, Stack, StackOptions, StandIn};

use crate::PROGRAM;

/// What the destination keeps of a record that is gone: archived definitions, uploads, its own history.
const UNDELETABLE: [&str; 3] = ["/custom_fields/", "/uploads/", "/events/"];

/// What differs from the picture taken before the run, but for what cannot be deleted.
pub(crate) async fn left_behind(stack: &StandIn) -> Vec<String> {
    let compared = stack.admin_get("snapshot/compare/before").await;
    let named =
        compared["differences"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned());
    named.filter(|one| !UNDELETABLE.iter().any(|kept| one.starts_with(kept))).collect()
}

pub(crate) async fn told(stack: &Stack, arguments: &[&str]) -> Ended {
    let mut all = arguments.to_vec();
    all.extend(["--output", "json"]);
    stack.command(&all).await
}

/// The findings that block and that a person's word is enough for.
pub(crate) fn blocking(assessment: &Value) -> Vec<String> {
    let findings = assessment["preflight"].as_array().unwrap().iter();
    let blocks = findings.filter(|one| one["blocks"] == true && one["acknowledgeable"] == true);
    blocks.map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_lives_from_its_run_to_its_end_and_can_be_taken_back() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(40)).await;
    stack.admin_post("snapshot/save/before", &Value::Null).await;
    let state = |ended: &Ended| ended.summary.as_ref().unwrap()["state"].clone();

    let early = told(&stack, &["freeze", "--by", "Anna"]).await;
    assert_ne!(early.code, Some(0), "nothing was moved yet");
    let found = told(&stack, &["assess"]).await;
    assert!(!stack.run().await.stderr.is_empty(), "the pre-flight stands before the run");
    for one in blocking(found.summary.as_ref().unwrap()) {
        told(&stack, &["assess", "ack", &one, "--by", "Anna"]).await.well();
    }
    told(&stack, &["map", "propose"]).await.well();
    told(&stack, &["map", "set", "group.all=keep"]).await.well();
    assert_eq!(told(&stack, &["sample"]).await.code, Some(5), "nobody has confirmed the map");
    told(&stack, &["map", "confirm", "--by", "Anna"]).await.well();
    let sample = told(&stack, &["sample"]).await;
    assert_eq!((&sample.well()["state"], &sample.well()["found"]["left"]), (&json!("sampled"), &json!(0)));
    assert_eq!(stack.run().await.code, Some(5), "nobody has signed for the sample");
    told(&stack, &["sign-off", "--by", "Anna"]).await.well();
    stack.run().await.well();
    let early = told(&stack, &["certificate"]).await;
    assert_eq!(early.code, Some(4), "nothing was read back by an errand of its own: {}", early.stderr);
    told(&stack, &["verify"]).await.well();
    let edit = json!({ "action": "edit_ticket", "ticket": 1, "title": "after the run" });
    stack.admin_post("atera/edit", &edit).await;
    assert_eq!(told(&stack, &["cutover"]).await.code, Some(5), "the freeze comes first");
    assert_eq!(state(&told(&stack, &["freeze", "--by", "Anna"]).await), "frozen");
    assert_eq!(told(&stack, &["cutover"]).await.code, Some(5), "a delta comes after the freeze");
    let moved = told(&stack, &["delta"]).await;
    assert_eq!(moved.well()["found"]["updated"], json!(1));
    assert_eq!(state(&moved), "frozen");
    assert_eq!(stack.ticket("atera:ticket:1").await["subject"], "after the run");
    assert_eq!(told(&stack, &["cutover"]).await.code, Some(5), "the last delta still brought something");
    assert_eq!(told(&stack, &["delta"]).await.well()["writes"], json!(0));
    assert_eq!(told(&stack, &["cutover"]).await.code, Some(5), "a verification comes last");
    told(&stack, &["verify"]).await.well();
    assert_eq!(state(&told(&stack, &["cutover", "--by", "Anna"]).await), "hypercare");
    assert_eq!(told(&stack, &["delta"]).await.code, Some(5), "the destination is the system of record");
    assert_eq!(told(&stack, &["run"]).await.code, Some(5));
    told(&stack, &["verify"]).await.well();
    assert_eq!(told(&stack, &["certificate"]).await.well()["silent"], json!(true));
    let bundle = told(&stack, &["handoff", "--to", "bundle"]).await.well().clone();
    assert_eq!(bundle["required"].as_array().map(Vec::len), Some(4), "{bundle:#}");
    let has = |name: &str| bundle["files"].as_array().unwrap().iter().any(|file| file["name"] == name);
    assert!(has("certificate.json") && has("certificate.txt") && has("sample/ticket.html"), "{bundle:#}");

    let undone = told(&stack, &["rollback"]).await;
    assert_eq!(undone.well()["state"], "rolled_back");
    let left = left_behind(&stack).await;
    assert!(left.is_empty(), "{left:?}");
    let state = stack.admin_get("state").await;
    for figure in ["emails_sent", "private_notes_public", "duplicates_total"] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
    let ledger = stack.ledger().await;
    assert!(ledger::Migrations::audit_holds(&ledger, &stack.migration()).await.unwrap());
    ledger.close().await;

    // At the end nothing is kept of it here, and whoever ordered that has the proof.
    let name = stack.migration().as_str().to_owned();
    assert_eq!(told(&stack, &["erase", "--by", "Anna", "--confirm", "other"]).await.code, Some(5));
    let erased = told(&stack, &["erase", "--by", "Anna", "--confirm", &name, "--save", "proof.json"]).await;
    let proof = erased.well();
    assert!(proof["rows"]["deleted"]["entries"].as_u64().unwrap() > 40, "{proof:#}");
    assert!(proof["rows"]["left"].as_object().unwrap().values().all(|rows| *rows == json!(0)), "{proof:#}");
    assert!(proof["files"].as_u64().unwrap() > 10 && proof["files_left"] == json!(0), "{proof:#}");
    assert!(stack.folder().join("proof.json").exists() && !stack.reports().join(&name).exists());
    assert_eq!(told(&stack, &["status"]).await.code, Some(1), "nobody knows of it any more");
    let kept: Vec<u8> = std::fs::read(stack.ledger_file()).unwrap();
    let holds = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds("atera:ticket") && !holds("rolled_back"), "what was deleted is overwritten in the file");
}
