//! What was written is taken back: everything of ours, children first, nothing that was there before or that an agent has
//! touched; afterwards the destination is as it was, but for what it cannot delete.

use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use crate::{PROGRAM, life::left_behind};

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_leaves_the_destination_as_it_was() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(40)).await;
    stack.admin_post("snapshot/save/before", &Value::Null).await;
    stack.run().await.well();
    let counted = stack.command(&["rollback", "--dry-run", "--output", "json"]).await.summary.unwrap();
    let writes = stack.admin_get("requests?api=gorgias&limit=100000").await;
    let before = writes.as_array().unwrap().len();

    let ended = stack.command(&["rollback", "--output", "json"]).await;
    let summary = ended.well();
    assert_eq!(
        (&summary["state"], &summary["found"]["left"]),
        (&json!("rolled_back"), &json!(0)),
        "{summary:#}"
    );
    for (kind, of) in counted["kinds"].as_object().unwrap() {
        assert_eq!(
            summary["records"][kind]["undone"].as_u64().unwrap_or(0),
            of["ours"].as_u64().unwrap(),
            "{kind}"
        );
    }
    assert_eq!(left_behind(&stack).await, [""; 0]);
    let fields = stack.snapshot(false)["custom_fields"].clone();
    let ours = fields
        .as_object()
        .unwrap()
        .values()
        .filter(|field| field["external_id"].as_str().is_some_and(|id| id.starts_with("atera:")));
    assert!(ours.into_iter().all(|field| !field["deactivated_datetime"].is_null()), "{fields:#}");
    // Children first.
    let log = stack.admin_get("requests?api=gorgias&limit=100000").await;
    let deleted: Vec<&str> = log.as_array().unwrap()[before..]
        .iter()
        .filter(|one| one["method"] == "DELETE")
        .map(|one| one["template"].as_str().unwrap())
        .collect();
    let last_ticket = deleted.iter().rposition(|one| one.contains("tickets")).unwrap();
    let first_customer = deleted.iter().position(|one| one.contains("customers")).unwrap();
    assert!(last_ticket < first_customer, "{deleted:?}");
}

/// Two contacts of one address share a record: the second one's went with the first one's.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_can_be_moved_again() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(40)).await;
    let first = stack.run().await.well().clone();
    assert!(first["records"]["contact"]["adopted"].as_u64().unwrap() > 0, "{first:#}");
    stack.command(&["rollback", "--kind", "ticket", "--kind", "contact", "--output", "json"]).await.well();
    let again = stack.run().await.well().clone();
    for kind in ["contact", "ticket"] {
        for column in ["source", "created", "adopted", "difference"] {
            assert_eq!(again["records"][kind][column], first["records"][kind][column], "{kind} {column}");
        }
    }
    assert_eq!(stack.admin_get("state").await["duplicates_total"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_leaves_what_an_agent_has_touched_and_can_be_one_of_a_kind() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(30)).await;
    stack.run().await.well();
    stack.agent_changes("atera:ticket:2", &json!({ "subject": "an agent's words" })).await;
    let ended = stack.command(&["rollback", "--kind", "ticket", "--output", "json"]).await;
    assert_eq!(ended.code, Some(3), "something is left: {}", ended.stderr);
    let found = &ended.summary.as_ref().unwrap()["found"];
    assert_eq!((&found["touched"], &found["left"]), (&json!(1), &json!(1)), "{found:#}");
    assert_eq!(ended.summary.as_ref().unwrap()["state"], "ready", "a part of it is no end of the migration");
    assert_eq!(stack.made("tickets", "atera:ticket:"), ["atera:ticket:2"]);
    assert!(!stack.made("customers", "atera:customer:").is_empty());
    // What was taken back is written anew by the next pass, and the agent's ticket is met as it is.
    let summary = stack.run().await.summary.unwrap();
    assert_eq!(summary["records"]["ticket"]["difference"], json!(0), "{summary:#}");
    assert!(summary["records"]["ticket"]["created"].as_u64().unwrap() > 0);
    assert_eq!(stack.admin_get("state").await["duplicates_total"], json!(0));
    assert_eq!(stack.ticket("atera:ticket:2").await["subject"], "an agent's words");
}
