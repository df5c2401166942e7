//! Stories over what an operator asks during and after a run: `status`, `report`, `explain`, `failures`, `retry`. Each
//! speaks of the same ledger, so all must say the same.

use std::{collections::BTreeMap, fs};

use protocol::ObjectKind;
use serde_json::{Value, json};
use tests::{Ended, Stack, StackOptions};

use super::PROGRAM;

/// The one JSON object a command says.
fn one_object(ended: &Ended) -> Value {
    assert_eq!(ended.stdout.lines().count(), 1, "one object on one line: {}", ended.stdout);
    ended.summary.clone().unwrap()
}

async fn json_of(stack: &Stack, arguments: &[&str]) -> Value {
    let all = [arguments, &["--output", "json"]].concat();
    let ended = stack.command(&all).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
    one_object(&ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_tells_the_same_of_a_run() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let run = stack.run().await;
    let summary = run.well().clone();
    assert_eq!(one_object(&run), summary);

    let status = json_of(&stack, &["status"]).await;
    assert!(status["sentence"].as_str().unwrap().contains("every record is accounted for"));
    assert_eq!(status["migration"]["state"], "ready");
    assert_eq!(status["pulse"], Value::Null, "nobody is at work");
    let report = json_of(&stack, &["report", "--save", "saved"]).await;
    assert_eq!(report["records"], summary["records"]);
    assert_eq!(report["causes"], summary["causes"]);
    assert_eq!(report["unaccounted"], json!([]));
    assert_eq!(status["reconciliation"], report);

    let saved = |ending: &str| {
        let name = format!("reconciliation.{ending}");
        let one = fs::read_to_string(stack.folder().join("saved").join(&name)).unwrap();
        let by_run =
            fs::read_to_string(stack.reports().join(stack.migration().as_str()).join(&name)).unwrap();
        assert_eq!(one, by_run, "{name}: the run itself wrote the same");
        one
    };
    assert_eq!(serde_json::from_str::<Value>(&saved("json")).unwrap(), report);
    let (csv, text) = (saved("csv"), saved("txt"));
    let mut lines = csv.lines().map(|line| line.trim_end().split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: BTreeMap<&str, Vec<&str>> = lines.map(|cells| (cells[0], cells)).collect();
    for kind in ObjectKind::ALL {
        let row = &report["records"][kind.name()];
        let told: Vec<&str> = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .find(|cells| cells.first() == Some(&kind.name()))
            .unwrap();
        for (at, column) in header.iter().enumerate().skip(1) {
            // A column that JSON leaves out is empty: nothing was undone.
            let json = row.get(column).map_or_else(|| "0".to_owned(), Value::to_string);
            assert_eq!(rows[kind.name()][at], json, "{kind} {column} in CSV and JSON");
            assert_eq!(told[at], json, "{kind} {column} in text and JSON");
        }
    }
    assert_eq!(stack.command(&["report"]).await.stdout.trim_end(), text.trim_end());
}

#[tokio::test(flavor = "multi_thread")]
async fn explain_and_failures_say_what_became_of_a_record_and_why() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let _ = stack.run().await.well();

    let listed = json_of(&stack, &["failures", "--limit", "0"]).await;
    let listed = listed["failures"].as_array().unwrap();
    let by_cause = json_of(&stack, &["failures", "--by-cause"]).await;
    let counted = by_cause["causes"].as_array().unwrap();
    for one in counted {
        let same = listed.iter().filter(|letter| letter["cause"] == one["cause"]).count();
        assert_eq!(one["count"], json!(same), "{one}");
        assert!(one["advice"].as_str().is_some_and(|advice| advice.len() > 10), "{one}");
    }
    assert_eq!(counted.iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>(), listed.len() as u64);

    let too_large = listed.iter().find(|letter| letter["cause"] == "file_too_large").unwrap();
    let file = too_large["key"]["id"].as_str().unwrap();
    let ticket = file.split('/').next().unwrap();
    let rejected = json_of(&stack, &["explain", "attachment", file]).await;
    assert_eq!(rejected["entry"]["outcome"], "rejected", "{rejected}");
    let says = rejected["says"].to_string();
    assert!(says.contains("file_too_large"), "{says}");
    assert_eq!(says.matches("destination.max_file_bytes").count(), 1, "advice is given once: {says}");

    let created = json_of(&stack, &["explain", "ticket", ticket]).await;
    let target = created["entry"]["target"].as_u64().unwrap();
    let there = &stack.snapshot(false)["tickets"];
    assert!(there.to_string().contains(&format!("atera:ticket:{ticket}\"")), "it is there");
    let says = created["says"].to_string();
    assert!(says.contains("created") && says.contains(&target.to_string()), "{says}");
    assert!(says.contains("file_too_large"), "the file it lacks is named: {says}");

    let books = stack.books().await;
    let (left_out, _) = books
        .lines
        .iter()
        .find(|(key, line)| key.starts_with("ticket ") && line.outcome == "excluded")
        .unwrap();
    let left_out = json_of(&stack, &["explain", "ticket", left_out.trim_start_matches("ticket ")]).await;
    assert!(left_out["says"].to_string().contains("excluded"), "{left_out}");

    let unknown = stack.command(&["explain", "ticket", "987654"]).await;
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stdout.contains("never seen ticket 987654"), "{}", unknown.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_retried_is_tried_once_more_and_accounted_for_again() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack
        .faults(&json!([{
            "api": "gorgias", "method": "POST", "path": "/api/tickets$", "body_contains": "atera:ticket:41\"",
            "action": { "kind": "status", "status": 400, "body": "{\"error\":{\"msg\":\"no\",\"data\":{\"subject\":[\"bad\"]}}}" },
        }]))
        .await;
    let first = stack.run().await.well().clone();
    assert_eq!(first["records"]["ticket"]["failed"], 1, "{first}");
    let letter = json_of(&stack, &["failures", "--kind", "ticket"]).await["failures"][0].clone();
    assert_eq!((&letter["key"]["id"], &letter["cause"]), (&json!("41"), &json!("target_rejected")));
    assert!(letter["detail"].as_str().unwrap().contains("subject"), "the field is named: {letter}");

    let nobody = json_of(&stack, &["retry", "--id", "40"]).await;
    assert_eq!(nobody["records"], 0, "a record that landed is not tried again");
    let nested = stack.command(&["retry", "--kind", "attachment"]).await;
    assert_eq!(nested.code, Some(5), "a file goes with its ticket");

    stack.faults(&json!([])).await;
    let again = json_of(&stack, &["retry", "--id", "41"]).await;
    assert_eq!(again["records"], 1);
    assert_eq!(json_of(&stack, &["status"]).await["migration"]["state"], "running");
    let second = stack.run().await.well().clone();
    assert_eq!(second["pass"], first["pass"], "the same pass goes on");
    let ticket = &second["records"]["ticket"];
    assert_eq!((&ticket["failed"], &ticket["difference"]), (&json!(0), &json!(0)), "{ticket}");
    let landed = first["records"]["ticket"]["created"].as_u64().unwrap() + 1;
    assert_eq!(ticket["created"], json!(landed));
    assert_eq!(ticket["verified"], json!(landed), "what was tried again is verified too");

    // Everything at once: those whose cause still stands come to the same end, and nothing is left open.
    let all = json_of(&stack, &["retry"]).await;
    assert!(all["records"].as_u64().unwrap() > 0);
    let third = stack.run().await.well().clone();
    assert_eq!(third["records"], second["records"]);
    assert_eq!(third["causes"], second["causes"]);
    assert_eq!(third["writes"], 0);
}
