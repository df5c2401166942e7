//! What was written is read back, field by field: nothing is said of what is as it was meant, one wrong value is found
//! whatever it is, and written again on request; what an agent has changed is theirs.

use serde_json::{Value, json};
use tests::{Ended, Stack, StackOptions};

use crate::PROGRAM;

/// A field to corrupt: the path at the stand-in, what the report calls it, what is put in its place.
type Field = (&'static str, &'static str, fn(&Value) -> Value);

const LONG_AGO: &str = "2001-01-01T00:00:00.000000+00:00";

const OF_TICKETS: [Field; 12] = [
    ("subject", "subject", |_| json!("something else")),
    ("status", "status", |_| json!("weird")),
    ("priority", "priority", |_| json!("lowest")),
    ("channel", "channel", |_| json!("phone")),
    ("spam", "spam", |_| json!(true)),
    ("meta", "meta", |_| json!({"a": 1})),
    ("customer", "customer", |_| json!(1)),
    ("assignee_user", "assignee_user", |_| json!(null)),
    ("external_id", "external_id", |_| json!("other:ticket:1")),
    ("created_datetime", "created_datetime", |_| json!(LONG_AGO)),
    ("last_message_datetime", "last_message_datetime", |_| json!(LONG_AGO)),
    ("opened_datetime", "opened_datetime", |_| json!(LONG_AGO)),
];

const OF_MESSAGES: [Field; 8] = [
    ("body_text", "message.body_text", |_| json!("not what was said")),
    ("body_html", "message.body_html", |_| json!("<p>not what was said</p>")),
    ("public", "message.public", |was| json!(was == false)),
    ("from_agent", "message.from_agent", |was| json!(was == false)),
    ("sent_datetime", "message.sent_datetime", |_| json!(LONG_AGO)),
    ("created_datetime", "message.created_datetime", |_| json!(LONG_AGO)),
    ("channel", "message.channel", |_| json!("chat")),
    ("sender", "message.sender", |_| json!(null)),
];

const OF_CUSTOMERS: [Field; 4] = [
    ("name", "name", |_| json!("Somebody Else")),
    ("email", "email", |_| json!("other@example.org")),
    ("data", "data", |_| json!({"atera": {"kind": "none"}})),
    ("external_id", "external_id", |_| json!("other:contact:1")),
];

/// What a verification found, and how the command ended.
async fn verify(stack: &Stack, arguments: &[&str]) -> (Value, Ended) {
    let mut all = vec!["verify", "--output", "json"];
    all.extend(arguments);
    let ended = stack.command(&all).await;
    let summary = ended.summary.clone().unwrap_or_else(|| panic!("{}", ended.stderr));
    (summary["found"].clone(), ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_is_repaired_by_its_name_and_no_other() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(20)).await;
    stack.run().await.well();
    for id in [1, 2] {
        let name = format!("atera:ticket:{id}");
        corrupt(&stack, "tickets", &name, "subject", json!("something else")).await;
    }
    let log = stack.admin_get("requests?api=gorgias&limit=100000").await;
    let before = log.as_array().unwrap().len();
    let repaired = stack.command(&["repair", "ticket", "1", "--output", "json"]).await;
    let found = &repaired.well()["found"];
    assert_eq!((&found["totals"]["repaired"], &found["left"]), (&json!(1), &json!(0)), "{found:#}");
    assert_eq!(repaired.well()["state"], "ready");
    assert_ne!(stack.ticket("atera:ticket:1").await["subject"], "something else");
    assert_eq!(stack.ticket("atera:ticket:2").await["subject"], "something else");
    let log = stack.admin_get("requests?api=gorgias&limit=100000").await;
    let calls = log.as_array().unwrap().len() - before;
    assert!(calls <= 20, "one record was looked at, not all: {calls} calls");
    let nested = stack.command(&["repair", "message", "1/2"]).await;
    assert_eq!(nested.code, Some(5), "{}", nested.stderr);
    let (found, _) = verify(&stack, &[]).await;
    assert_eq!(found["totals"]["left"], json!(1), "the other one is still found: {found:#}");
}

async fn corrupt(stack: &Stack, kind: &str, external_id: &str, path: &str, value: Value) {
    let corruption = json!({ "kind": kind, "external_id": external_id, "path": path, "value": value });
    stack.admin_post("corrupt", &corruption).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_as_it_was_meant_raises_no_alarm_and_costs_few_calls() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack.run().await.well();
    let requests = async || stack.admin_get("requests?limit=100000").await.as_array().unwrap().len();
    let run = requests().await;
    let (found, ended) = verify(&stack, &[]).await;
    ended.well();
    assert_eq!(found["left"], json!(0), "{found:#}");
    for (kind, of) in found["kinds"].as_object().unwrap() {
        assert_eq!(of["fields"], json!({}), "{kind}: {of:#}");
        let count = |name: &str| of[name].as_u64().unwrap();
        assert_eq!(count("checked"), count("equal") + count("present_only"), "{kind}: {of:#}");
        assert_eq!(of["merkle_root"].as_str().unwrap().len(), 64);
    }
    let more = requests().await - run;
    let share = more as f64 / run as f64;
    println!("the verification took {more} requests, {share:.3} of the run's {run}");
    assert!(share <= 0.25, "{more} requests after a run of {run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_value_is_found_whatever_it_is_and_written_again() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack.run().await.well();
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    let tickets = stack.made("tickets", "atera:ticket:");
    let mut tickets = tickets.iter();
    for (path, called, value) in OF_TICKETS {
        corrupt(&stack, "tickets", tickets.next().unwrap(), path, value(&Value::Null)).await;
        wanted.push(("ticket", called));
    }
    let mut last = "";
    for (path, called, value) in OF_MESSAGES {
        last = tickets.next().unwrap();
        let message = stack.ticket(last).await["messages"][0].clone();
        let id = message["external_id"].as_str().unwrap();
        corrupt(&stack, "messages", id, path, value(&message[path])).await;
        wanted.push(("ticket", called));
    }
    assert!(!last.is_empty());
    // Of these not every ticket has one: the first that has.
    let (mut tag, mut file, mut field) = (false, false, false);
    for name in tickets {
        let ticket = stack.ticket(name).await;
        let messages = ticket["messages"].as_array().unwrap();
        let has_file = |one: &&Value| one["attachments"].as_array().is_some_and(|files| !files.is_empty());
        let with_file = messages.iter().find(has_file);
        if !tag && ticket["tags"].as_array().is_some_and(|tags| !tags.is_empty()) {
            corrupt(&stack, "tickets", name, "tags", json!([])).await;
            tag = true;
        } else if let Some(message) = with_file.filter(|_| !file) {
            let id = message["external_id"].as_str().unwrap();
            corrupt(&stack, "messages", id, "attachments", json!([])).await;
            file = true;
        } else if !field && ticket["custom_fields"].as_array().is_some_and(|values| !values.is_empty()) {
            let values = ticket["custom_fields"].as_array().unwrap();
            let other = json!([{ "id": values[0]["id"], "value": "not this" }]);
            corrupt(&stack, "tickets", name, "custom_fields", other).await;
            field = true;
        }
    }
    assert!(tag && file && field, "the account has no ticket of some sort");
    wanted.extend([("ticket", "tags"), ("ticket", "message.attachments"), ("ticket", "custom_field.value")]);
    let people = stack.snapshot(true)["customers"].clone();
    let mut contacts = stack.made("customers", "atera:contact:");
    contacts.retain(|name| people[name]["email"].is_string());
    for ((path, called, value), name) in OF_CUSTOMERS.into_iter().zip(&contacts) {
        corrupt(&stack, "customers", name, path, value(&Value::Null)).await;
        wanted.push(("contact", called));
    }
    assert!(wanted.len() >= 25, "{}", wanted.len());

    let (found, ended) = verify(&stack, &[]).await;
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    for (kind, called) in &wanted {
        assert!(found["kinds"][kind]["fields"][called].as_u64() >= Some(1), "{kind} {called}: {found:#}");
    }
    let (found, _) = verify(&stack, &["--repair"]).await;
    println!("{} wrong values: {} records repaired", wanted.len(), found["totals"]["repaired"]);
    assert_eq!(found["left"], json!(0), "{found:#}");
    let (found, ended) = verify(&stack, &[]).await;
    ended.well();
    assert_eq!(found["left"], json!(0), "{found:#}");
    for of in found["kinds"].as_object().unwrap().values() {
        assert_eq!(of["fields"], json!({}), "{of:#}");
    }
    let state = stack.admin_get("state").await;
    for figure in ["emails_sent", "private_notes_public", "duplicates_total"] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_agent_has_changed_is_left_to_them() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(30)).await;
    stack.run().await.well();
    stack.agent_changes("atera:ticket:1", &json!({ "subject": "an agent's words" })).await;
    let (found, ended) = verify(&stack, &["--repair"]).await;
    assert_eq!(ended.code, Some(3), "an operator has to look at it");
    let of = &found["kinds"]["ticket"];
    assert_eq!((&of["touched"], &of["repaired"]), (&json!(1), &json!(0)), "{of:#}");
    assert_eq!(of["mismatches"][0]["id"], "1");
    assert_eq!(stack.ticket("atera:ticket:1").await["subject"], "an agent's words");
}
