//! Stories over a destination with fewer seats than technicians: an admin brings them in one at a time by the checklist, and the
//! stand-in never has more people than seats.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use super::PROGRAM;

/// People with a login in every simulated account, bots left out.
const ACTIVE: u64 = 11;

async fn said(stack: &Stack, arguments: &[&str]) -> Value {
    let ended = stack.command(&[arguments, &["--output", "json"]].concat()).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
    ended.summary.unwrap()
}

async fn code_of(stack: &Stack, arguments: &[&str]) -> (Option<i32>, String) {
    let ended = stack.command(arguments).await;
    (ended.code, ended.stderr + &ended.stdout)
}

async fn assess(stack: &Stack) {
    let ended = stack.command(&["assess", "--output", "json"]).await;
    assert!(matches!(ended.code, Some(0 | 4)), "{}", ended.stderr);
}

/// Names and addresses of technicians by id, from the file the operator has.
fn technicians(stack: &Stack) -> BTreeMap<String, (String, String)> {
    let text = fs::read_to_string(stack.folder().join("supplements/technicians.csv")).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    rows.map(|cells| (cells[0].clone(), (cells[1].clone(), cells[2].clone()))).collect()
}

/// An admin who does at the stand-in what a step asks for.
async fn do_step(stack: &Stack, step: &Value, made: &mut BTreeMap<String, i64>) {
    let technician = step["technician"].as_str().unwrap_or_default().to_owned();
    match step["deed"].as_str().unwrap() {
        "free" => stack.admin_switches(step["account"].as_i64().unwrap(), false).await,
        "give_back" => stack.admin_switches(step["account"].as_i64().unwrap(), true).await,
        "disable" => stack.admin_switches(made[&technician], false).await,
        _ => {
            let (name, email) = technicians(stack)[&technician].clone();
            let user = stack.admin_brings_in(&name, &email).await;
            made.insert(technician, user);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn technicians_come_in_one_at_a_time_and_never_are_there_more_people_than_seats() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(20)).await;
    let (code, told) = code_of(&stack, &["seats", "plan", "--seats", "11"]).await;
    assert!(code == Some(5) && told.contains("flotilla assess"), "{code:?}: {told}");
    assess(&stack).await;
    let (code, told) = code_of(&stack, &["seats", "plan"]).await;
    assert!(code == Some(5) && told.contains("--seats N"), "{code:?}: {told}");
    assert_eq!(stack.active_users(), ACTIVE);

    let planned = said(&stack, &["seats", "plan", "--seats", "11"]).await;
    let steps = planned["steps"].as_array().unwrap().clone();
    assert_eq!(
        (&planned["newcomers"], &planned["used"], steps.len()),
        (&json!(2), &json!(ACTIVE), 6),
        "{planned}"
    );
    let mut made = BTreeMap::new();
    for (at, step) in steps.iter().enumerate() {
        let number = (at + 1).to_string();
        let (code, told) =
            code_of(&stack, &["seats", "done", "--step", &(at + 2).to_string(), "--by", "Ann"]).await;
        assert!(matches!(code, Some(5 | 1)), "step {} before {number}: {code:?}, {told}", at + 2);
        do_step(&stack, step, &mut made).await;
        let active = stack.active_users();
        assert!(active <= 11, "{active} people after step {number}");
        let done = ["seats", "done", "--step", &number, "--by", "Ann"];
        let standing = said(&stack, &done).await;
        assert_eq!(standing["in_use"], json!(active), "{standing}");
        assert_eq!(said(&stack, &done).await, standing, "again is nothing");
    }
    assert_eq!(stack.active_users(), ACTIVE, "who was disabled first may sign in again");
    let (code, told) = code_of(&stack, &["seats", "show"]).await;
    assert!(code == Some(0) && told.contains("every step is done"), "{told}");
    let ledger = fs::read(stack.ledger_file()).unwrap();
    let kept = String::from_utf8_lossy(&ledger);
    assert!(technicians(&stack).values().all(|(_, email)| email.is_empty() || !kept.contains(email)));

    // Of what it did the assessment does not know, so it is made again, and then nobody is missing.
    let (code, told) = code_of(&stack, &["seats", "plan"]).await;
    assert!(code == Some(5) && told.contains("flotilla assess"), "{code:?}: {told}");
    assess(&stack).await;
    let over = said(&stack, &["seats", "plan"]).await;
    assert_eq!((&over["verdict"], &over["steps"]), (&json!("not_needed"), &json!([])), "{over}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_way_it_says_why_for_as_long_as_that_is_so() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(12)).await;
    assess(&stack).await;
    for _ in 0..2 {
        let (code, told) = code_of(&stack, &["seats", "plan", "--seats", "9"]).await;
        assert!(code == Some(4) && told.contains("disable 2 of them"), "{code:?}: {told}");
        let (code, told) = code_of(&stack, &["seats", "show"]).await;
        assert!(code == Some(4) && told.contains("there is no way"), "{code:?}: {told}");
        let (code, told) = code_of(&stack, &["seats", "done", "--step", "1", "--by", "Ann"]).await;
        assert!(code == Some(1) && told.contains("flotilla seats show"), "{code:?}: {told}");
    }
    let snapshot = stack.snapshot(false);
    let fallback = |user: &&Value| user["email"] == json!(stack.endpoints().gorgias.email);
    let fallback = snapshot["users"].as_object().unwrap().values().find(fallback).unwrap()["id"].to_string();
    let (code, told) = code_of(&stack, &["seats", "plan", "--seats", "11", "--disable", &fallback]).await;
    assert!(code == Some(2) && told.contains("fallback agent"), "{code:?}: {told}");
    let enough = stack.command(&["seats", "plan", "--seats", "20"]).await;
    assert!(enough.code == Some(0) && enough.stdout.contains("13 of 20 seats"), "{}", enough.stdout);
}
