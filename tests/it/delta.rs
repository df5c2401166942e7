//! A delta brings over what changed at the source, leaves alone what agents changed, lists what both did, and writes nothing
//! where nothing happened.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use crate::PROGRAM;

async fn delta(stack: &Stack) -> Value {
    let ended = stack.command(&["delta", "--output", "json"]).await;
    ended.summary.unwrap_or_else(|| panic!("{}", ended.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_source_costs_no_write() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(40)).await;
    stack.run().await.well();
    let summary = delta(&stack).await;
    assert_eq!((&summary["writes"], &summary["found"]["left"]), (&json!(0), &json!(0)), "{summary:#}");
    assert_eq!(summary["state"], "ready");
}

/// Tickets whose comments the source was asked for.
async fn read_whole(stack: &Stack, after: usize) -> BTreeSet<String> {
    let log = stack.admin_get("requests?api=atera&limit=100000").await;
    let rows = log.as_array().unwrap()[after..].iter();
    let asked = rows.map(|one| one["path"].as_str().unwrap().to_owned());
    asked.filter(|path| path.contains("/comments")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delta_by_the_feeds_reads_what_changed_and_the_one_after_the_freeze_reads_everything() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack.set("run.delta_reads", "changed");
    stack.set("run.delta_overlap_ms", 0);
    stack.run().await.well();
    assert!(read_whole(&stack, 0).await.len() > 40, "the run has read every ticket's thread");
    let log = stack.admin_get("requests?api=atera&limit=100000").await;
    let before = log.as_array().unwrap().len();

    // The source's feed shows new titles and new comments, but (as nobody knows of the real one) maybe not all of them.
    let edit = async |change: Value| stack.admin_post("atera/edit", &change).await;
    edit(json!({ "action": "edit_ticket", "ticket": 1, "title": "the source's words" })).await;
    edit(json!({ "action": "add_comment", "ticket": 2, "text": "one more", "by_technician": true })).await;
    edit(json!({ "action": "add_ticket", "title": "brand new" })).await;
    edit(json!({ "action": "delete_ticket", "ticket": 3, "gone": true })).await;
    let silent = json!({ "comment_touches_ticket": false });
    stack.admin.send(reqwest::Method::PUT, "atera/settings", &silent).await;
    edit(json!({ "action": "add_comment", "ticket": 4, "text": "shown by no feed", "by_technician": true }))
        .await;

    let summary = delta(&stack).await;
    let found = &summary["found"];
    assert_eq!((&found["created"], &found["updated"]), (&json!(1), &json!(2)), "{summary:#}");
    assert_eq!(found["tombstones"], json!(1), "{found:#}");
    assert_eq!(summary["records"]["ticket"]["difference"], json!(0), "{summary:#}");
    let read = read_whole(&stack, before).await;
    assert!(read.len() <= 5, "a few threads were read, not all: {read:?}");
    let tombstones =
        std::fs::read_to_string(stack.reports().join(stack.migration().as_str()).join("gone_at_source.csv"));
    assert!(tombstones.unwrap().contains("ticket,3,"), "the deleted ticket is named with its place here");

    let frozen = stack.command(&["freeze", "--by", "Ann", "--output", "json"]).await;
    let _ = frozen.well();
    let last = delta(&stack).await;
    assert_eq!(last["found"]["updated"], json!(1), "after the freeze everything is read: {last:#}");
    let fourth = stack.ticket("atera:ticket:4").await;
    assert!(fourth["messages"].to_string().contains("shown by no feed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_keeps_its_edits_and_what_both_edited_is_listed() {
    // One record of a hundred is edited on either side.
    let stack = Stack::start(PROGRAM, StackOptions::tickets(300)).await;
    stack.run().await.well();
    let edit = async |change: Value| stack.admin_post("atera/edit", &change).await;
    let messages =
        async |n: u32| stack.ticket(&format!("atera:ticket:{n}")).await["messages"].as_array().unwrap().len();
    let (second, third) = (messages(2).await, messages(3).await);
    edit(json!({ "action": "edit_ticket", "ticket": 1, "title": "the source's words" })).await;
    edit(json!({ "action": "add_comment", "ticket": 2, "text": "one more", "by_technician": true })).await;
    edit(json!({ "action": "add_comment", "ticket": 3, "text": "for us", "internal": true, "by_technician": true })).await;
    edit(json!({ "action": "edit_ticket", "ticket": 5, "title": "both" })).await;
    edit(json!({ "action": "add_ticket", "title": "brand new" })).await;
    for (ticket, subject) in [("atera:ticket:5", "an agent's words"), ("atera:ticket:6", "an agent's alone")]
    {
        stack.agent_changes(ticket, &json!({ "subject": subject })).await;
    }

    let summary = delta(&stack).await;
    let found = &summary["found"];
    assert_eq!(
        (&found["created"], &found["updated"], &found["conflicts"]),
        (&json!(1), &json!(3), &json!(1)),
        "{summary:#}"
    );
    assert_eq!(summary["emails_sent"], json!(0));
    assert_eq!(stack.ticket("atera:ticket:1").await["subject"], "the source's words");
    assert!(messages(2).await >= second && messages(3).await >= third);
    let texts = |ticket: &Value| -> Vec<String> {
        let messages = ticket["messages"].as_array().unwrap().iter();
        messages.map(|one| one["body_text"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(texts(&stack.ticket("atera:ticket:2").await).iter().any(|text| text.contains("one more")));
    let note = stack.ticket("atera:ticket:3").await;
    let note = note["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["body_text"].as_str().is_some_and(|text| text.starts_with("for us")))
        .unwrap();
    assert_eq!((&note["public"], &note["channel"]), (&json!(false), &json!("internal-note")));
    assert_eq!(stack.ticket("atera:ticket:5").await["subject"], "an agent's words");
    assert_eq!(stack.ticket("atera:ticket:6").await["subject"], "an agent's alone");
    let listed = stack.command(&["explain", "ticket", "5", "--output", "json"]).await.summary.unwrap();
    assert_eq!(listed["entry"]["cause"], "target_touched", "{listed:#}");

    let again = delta(&stack).await;
    assert_eq!((&again["writes"], &again["found"]["conflicts"]), (&json!(0), &json!(1)), "{again:#}");
    let verified = stack.command(&["verify", "--output", "json"]).await.summary.unwrap();
    let of = &verified["found"]["kinds"]["ticket"];
    let open: Vec<&Value> = of["mismatches"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(open, ["5", "6"], "only the agent's tickets differ: {of:#}");
    let state = stack.admin_get("state").await;
    for figure in ["emails_sent", "private_notes_public", "duplicates_total"] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
}
