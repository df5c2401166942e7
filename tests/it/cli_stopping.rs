//! Stories over how a run begins and ends: signals, a second run beside the first, a migration nobody signed, the
//! simulator and the demo as an operator starts them.

use std::{path::Path, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tests::{Stack, StackOptions};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use super::PROGRAM;

async fn tickets_received(stack: &Stack, count: u64) {
    let posted = json!({ "api": "gorgias", "method": "POST", "path": "/api/tickets$" });
    stack.admin.wait_for(posted, count).await;
}

async fn status_of(stack: &Stack) -> Value {
    stack.command(&["status", "--output", "json"]).await.summary.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_drains_says_how_to_go_on_and_goes_on() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60).rate(20, 400)).await;
    let running = stack.spawn();
    tickets_received(&stack, 10).await;
    let during = status_of(&stack).await;
    assert_eq!(during["migration"]["state"], "running");
    assert!(during["pulse"]["allowed_per_s"].as_f64().is_some_and(|rate| rate > 40.0), "{}", during["pulse"]);

    running.signal(Signal::INT);
    let ended = running.ended().await;
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert!(ended.stderr.contains("the same command goes on where this one stopped"), "{}", ended.stderr);
    let books = stack.books().await;
    assert!(books.lines.values().all(|line| line.outcome != "in doubt"), "what was under way was finished");
    let after = status_of(&stack).await;
    assert_eq!(after["migration"]["state"], "running", "stopped is not halted");
    assert_eq!(after["pulse"], Value::Null);
    assert!(after["sentence"].as_str().unwrap().contains("`flotilla run` goes on"), "{}", after["sentence"]);

    let summary = stack.run().await.well().clone();
    assert_eq!(summary["resumed"], true);
    let rows = summary["records"].as_object().unwrap().values();
    assert!(rows.clone().all(|row| row["difference"] == 0), "{summary}");
    let state = stack.admin_get("state").await;
    assert_eq!((&state["duplicates_total"], &state["emails_sent"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_stops_at_once_and_still_loses_nothing() {
    let options =
        StackOptions::tickets(60).set("destination.timeout_ms", 60_000).set("run.lease_ms", 100_000);
    let stack = Stack::start(PROGRAM, options).await;
    let slow = json!([{ "api": "gorgias", "method": "POST", "path": "/api/tickets$", "skip": 5,
        "action": { "kind": "slow", "ms": 50_000 } }]);
    stack.faults(&slow).await;
    let running = stack.spawn();
    let arrived = json!({ "api": "gorgias", "method": "POST", "path": "/api/tickets$", "stage": "arrived" });
    stack.admin.wait_for(arrived, 6).await;
    // Two different signals: two equal ones sent in one breath may arrive as one.
    running.signal(Signal::INT);
    running.signal(Signal::TERM);
    let ended = running.ended().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(130), ""), "{}", ended.stderr);

    stack.faults(&json!([])).await;
    let _ = stack.run().await.well();
    assert_eq!(stack.admin_get("state").await["duplicates_total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_beside_a_run_is_refused_and_harms_nobody() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60).rate(20, 400)).await;
    let first = stack.spawn();
    tickets_received(&stack, 1).await;
    for command in [&["run"][..], &["retry"]] {
        let refused = stack.command(command).await;
        assert_eq!(refused.code, Some(75), "{command:?}: {}", refused.stderr);
        assert!(refused.stderr.contains("ledger.db"), "{}", refused.stderr);
    }
    let summary = first.ended().await.well().clone();
    assert_eq!((&summary["resumed"], &summary["state"]), (&json!(false), &json!("ready")));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_record_moves_before_somebody_signs() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack.set("migration.signed_off_by", "");
    let refused = stack.run().await;
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(5), ""));
    assert!(refused.stderr.contains("migration.signed_off_by"), "{}", refused.stderr);
    assert_eq!(stack.admin_get("state").await["requests"]["gorgias"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_says_one_line_and_ends_when_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["simulate", "--seed", "11", "--tickets", "60", "--write-config", "ready.toml"];
    let (mut child, mut said, line) = simulator(folder.path(), &arguments).await;
    for place in
        ["/atera/url", "/atera/token", "/gorgias/url", "/gorgias/email", "/gorgias/api_key", "/admin_url"]
    {
        assert!(line.pointer(place).is_some_and(Value::is_string), "{place} in {line}");
    }
    let doctor = Command::new(PROGRAM)
        .args(["doctor", "--config", "ready.toml"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .await
        .unwrap();
    assert_eq!(doctor.status.code(), Some(0), "the configuration is ready to be used");

    let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    assert_eq!(said.next_line().await.unwrap(), None, "the line was all it said");
}

async fn simulator(folder: &Path, arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>, Value) {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    (child, lines, serde_json::from_str(&line).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_ends_well_and_says_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Command::new(PROGRAM)
        .args(["demo", "--output", "json", "--tickets", "60", "--limit", "400", "--window-ms", "4000"])
        .current_dir(folder.path())
        .env_clear()
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let stderr = String::from_utf8_lossy(&demo.stderr);
    assert_eq!(demo.status.code(), Some(0), "{stderr}");
    let said: Value = serde_json::from_slice(&demo.stdout).unwrap();
    let columns = [
        "source",
        "created",
        "adopted",
        "updated",
        "unchanged",
        "skipped",
        "rejected",
        "failed",
        "excluded",
        "difference",
    ];
    for (kind, row) in said["records"].as_object().unwrap() {
        assert!(columns.iter().all(|column| row[column].is_u64()), "{kind}: {row}");
        assert_eq!(row["difference"], 0, "{kind}");
    }
    let zero = ["emails_sent", "private_notes_public", "responses_429"];
    assert!(zero.iter().all(|figure| said[figure] == 0), "{said}");
    assert!(said["requests_per_ticket"].as_f64().is_some_and(|ratio| ratio >= 1.0), "{said}");
    assert!(said["rate_used"].is_number(), "{said}");
    assert_eq!(said["resumed_after_kill"], true);
    assert!(Path::new(said["reports"].as_str().unwrap()).join("reconciliation.json").is_file());
}
