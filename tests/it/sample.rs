//! The sample: the awkward records, moved and marked in the real account, shown beside what they were meant to be, taken back
//! to nothing, and signed for by a person; the run is bound to what they signed for.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use crate::{
    PROGRAM,
    life::{left_behind, told},
};

/// Tickets at the source: more than a sample has.
const TICKETS: u32 = 80;

/// External ids of the tickets that carry the sample's mark.
fn marked(stack: &Stack) -> BTreeSet<String> {
    let snapshot = stack.snapshot(true);
    let tickets = snapshot["tickets"].as_object().unwrap();
    let carries = |ticket: &Value| ticket["tags"].to_string().contains("flotilla-sample");
    tickets.iter().filter(|(_, ticket)| carries(ticket)).map(|(name, _)| name.clone()).collect()
}

/// A stack whose map somebody has confirmed.
async fn confirmed() -> Stack {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(TICKETS)).await;
    stack.admin_post("snapshot/save/before", &Value::Null).await;
    told(&stack, &["map", "confirm", "--by", "Ann"]).await.well();
    stack
}

fn page(stack: &Stack, kind: &str) -> Value {
    let folder = stack.reports().join(stack.migration().as_str()).join("sample");
    assert!(folder.join(format!("{kind}.html")).exists(), "people read a page, not JSON");
    serde_json::from_slice(&fs::read(folder.join(format!("{kind}.json"))).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_picked_marked_shown_and_taken_back_to_nothing() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(TICKETS)).await;
    stack.admin_post("snapshot/save/before", &Value::Null).await;
    for size in ["49", "101"] {
        let refused = told(&stack, &["sample", "--size", size]).await;
        assert_eq!(refused.code, Some(5), "{}", refused.stderr);
        assert!(refused.stderr.contains("50 to 100"), "{}", refused.stderr);
    }
    let refused = told(&stack, &["sample"]).await;
    assert_eq!(refused.code, Some(5), "nobody has confirmed the map: {}", refused.stderr);
    assert_eq!(left_behind(&stack).await, [""; 0]);

    told(&stack, &["map", "confirm", "--by", "Ann"]).await.well();
    let ended = told(&stack, &["sample", "--size", "50"]).await;
    let summary = ended.well();
    assert_eq!((&summary["state"], &summary["found"]["left"]), (&json!("sampled"), &json!(0)), "{summary:#}");
    let kinds = &summary["found"]["kinds"];
    assert_eq!(kinds["ticket"]["picked"], json!(50), "{kinds:#}");
    for kind in ["agent", "customer", "contact", "ticket"] {
        let records = page(&stack, kind)["records"].as_array().unwrap().len();
        assert_eq!(kinds[kind]["records"], json!(records), "{kind}");
        assert_eq!(kinds[kind]["same"], json!(records), "{kind}");
    }
    assert_eq!(kinds["ticket"]["threads_whole"], kinds["ticket"]["records"]);
    assert_eq!(kinds["ticket"]["assigned_right"], kinds["ticket"]["records"]);

    // What was picked stands there, each with its mark, and no other ticket of the source does.
    let tickets = page(&stack, "ticket");
    let picked: BTreeSet<String> = tickets["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("atera:ticket:{}", one["id"].as_str().unwrap()))
        .collect();
    assert_eq!(marked(&stack), picked);
    assert_eq!(stack.made("tickets", "atera:ticket:").len(), 50);
    // The awkward ones are among them, and the pages say why.
    let why: BTreeSet<&str> = tickets["records"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["why"].as_array().unwrap())
        .map(|why| why.as_str().unwrap())
        .collect();
    for trait_name in ["longest_thread", "most_files", "most_notes", "most_values", "oldest", "newest"] {
        assert!(why.contains(trait_name), "{trait_name} is in nobody's reasons: {why:?}");
    }
    let longest = tickets["records"]
        .as_array()
        .unwrap()
        .iter()
        .max_by_key(|one| one["parts"].as_array().unwrap().len());
    assert!(longest.unwrap()["why"].to_string().contains("longest_thread"));

    let undone = told(&stack, &["rollback", "--sample"]).await;
    assert_eq!((&undone.well()["state"], &undone.well()["found"]["left"]), (&json!("mapped"), &json!(0)));
    assert_eq!(left_behind(&stack).await, [""; 0]);
    let state = stack.admin_get("state").await;
    for figure in ["emails_sent", "private_notes_public", "duplicates_total"] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_bound_to_the_sample_its_map_and_whoever_signed() {
    let mut stack = confirmed().await;
    assert_eq!(told(&stack, &["sign-off", "--by", "Ruth"]).await.code, Some(5), "there is no sample yet");
    told(&stack, &["sample", "--size", "50"]).await.well();
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("nobody has signed for the sample"), "{}", refused.stderr);
    let signed = told(&stack, &["sign-off", "--by", "Ruth"]).await;
    assert_eq!(signed.well()["by"], "Ruth");

    // A corrected map voids it, and asks for another sample under the corrected one.
    stack.set("map.status.values.Pending", "closed");
    told(&stack, &["map", "confirm", "--by", "Ann"]).await.well();
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("map: signed for"), "{}", refused.stderr);
    assert_eq!(
        told(&stack, &["sign-off", "--by", "Ruth"]).await.code,
        Some(5),
        "the sample is another map's"
    );
    let again = told(&stack, &["sample", "--size", "50"]).await;
    assert_eq!(again.well()["found"]["left"], json!(0), "the marked records follow the corrected map");
    told(&stack, &["sign-off", "--by", "Ruth"]).await.well();

    // Another destination is another scope.
    let destination = stack.endpoints().gorgias.url.clone();
    stack.set("destination.base_url", destination.replace("127.0.0.1", "localhost"));
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("scope.destination: signed for"), "{}", refused.stderr);
    stack.set("destination.base_url", destination);

    let moved = stack.run().await.well().clone();
    assert_eq!(moved["records"]["ticket"]["difference"], json!(0), "{moved:#}");
    assert_eq!(moved["records"]["ticket"]["updated"], json!(50), "the sample's tickets lose their mark");
    assert_eq!(marked(&stack), BTreeSet::new());
    assert_eq!(told(&stack, &["verify"]).await.well()["found"]["left"], json!(0));
    assert_eq!(
        told(&stack, &["rollback", "--sample"]).await.code,
        Some(5),
        "its records are no sample any more"
    );
    told(&stack, &["rollback"]).await.well();
    assert_eq!(left_behind(&stack).await, [""; 0]);
    assert_eq!(stack.admin_get("state").await["duplicates_total"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_as_it_was_meant_is_shown_and_nobody_signs_for_it_unawares() {
    let stack = confirmed().await;
    told(&stack, &["sample", "--size", "50"]).await.well();
    let some = marked(&stack).into_iter().next().unwrap();
    stack.agent_changes(&some, &json!({ "subject": "an agent's words" })).await;
    let ended = told(&stack, &["sample", "--size", "50"]).await;
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let found = &ended.summary.as_ref().unwrap()["found"];
    let differing = found["kinds"]["ticket"]["differing"].as_array().unwrap();
    assert_eq!(differing.len(), 1, "{differing:?}");
    let id = some.rsplit(':').next().unwrap();
    assert_eq!(differing[0]["id"], json!(id));
    assert!(differing[0]["fields"].to_string().contains("subject"), "{differing:?}");
    let tickets = page(&stack, "ticket");
    let shown = tickets["records"].as_array().unwrap().iter().find(|one| one["id"] == json!(id)).unwrap();
    let subject = shown["fields"].as_array().unwrap().iter().find(|one| one["name"] == "subject").unwrap();
    assert_eq!(subject["found"], "an agent's words");
    assert_eq!(stack.ticket(&some).await["subject"], "an agent's words", "it is left as it is");
    let refused = told(&stack, &["sign-off", "--by", "Ruth"]).await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("1 records of the sample"), "{}", refused.stderr);
    told(&stack, &["sign-off", "--by", "Ruth", "--tolerate", "1"]).await.well();
    // What an agent has changed is not taken back either, and the count says so.
    let undone = told(&stack, &["rollback", "--sample"]).await;
    assert_eq!(undone.code, Some(3), "{}", undone.stderr);
    assert_eq!(stack.made("tickets", "atera:ticket:"), [some]);
}
