//! Stories over the assessment: what it says of a simulated account is what the account is, its estimate is what a run
//! then costs, and what it finds keeps records from moving until somebody has seen to it.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};
use tests::{Ended, Stack, StackOptions};

use super::PROGRAM;

/// Looks at both sides; findings block in every simulated account.
async fn assessed(stack: &Stack, more: &[&str]) -> Value {
    let ended = stack.command(&[&["assess", "--output", "json"], more].concat()).await;
    assert!(matches!(ended.code, Some(0 | 4)), "{}", ended.stderr);
    ended.summary.unwrap()
}

async fn said(stack: &Stack, arguments: &[&str]) -> Value {
    let ended = stack.command(&[arguments, &["--output", "json"]].concat()).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
    ended.summary.unwrap()
}

/// Every rule that blocks, by id.
fn blocking(assessment: &Value) -> BTreeSet<String> {
    let findings = assessment["preflight"].as_array().unwrap().iter();
    findings.filter(|one| one["blocks"] == true).map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
}

/// Decides about everything that blocks: a person's word where that is enough, and every group kept.
pub(crate) async fn settle(stack: &Stack, assessment: &Value) {
    for rule in blocking(assessment) {
        if rule == "duplicate-customers" {
            said(stack, &["map", "set", "group.all=keep"]).await;
        } else {
            said(stack, &["assess", "ack", &rule, "--by", "Ann"]).await;
        }
    }
    let map = said(stack, &["map", "show"]).await;
    if map["version"] != Value::Null {
        said(stack, &["map", "confirm", "--by", "Ann"]).await;
    }
}

/// Requests the stand-in has had so far.
async fn requests(stack: &Stack, api: &str) -> Vec<Value> {
    stack.admin_get(&format!("requests?api={api}&limit=100000")).await.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_assessment_says_what_both_accounts_are_and_writes_to_neither() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(90)).await;
    let found = assessed(&stack, &[]).await;
    let writes = requests(&stack, "gorgias").await;
    assert!(writes.iter().all(|one| one["method"] == "GET"), "nothing is written");

    let truth = stack.admin_get("atera/truth").await;
    let (figures, counts) = (&found["discovery"], &truth["counts"]);
    for name in ["tickets", "customers", "contacts", "technicians", "contracts", "articles", "tags"] {
        assert_eq!(figures[name], counts[name], "{name}");
    }
    let fields: u64 =
        figures["custom_fields"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(json!(fields), counts["custom_fields"]);
    for name in ["work_hours", "invoices", "agents", "devices", "departments"] {
        assert_eq!(figures["others"][name], counts[name], "{name}");
    }
    let open =
        ["Open", "Pending", "Waiting Vendor"].map(|status| truth["statuses"][status].as_u64().unwrap_or(0));
    assert_eq!(figures["active_tickets"], json!(open.iter().sum::<u64>()));
    for key in ["plan", "sla_policies", "integrations", "seats", "schema_hash", "not_listed", "free_slots"] {
        assert!(!figures[key].is_null(), "{key}: {figures}");
    }

    let objects = found["score"]["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 12);
    assert_eq!(found["score"]["claims"][0], "9 of 12 objects map 1:1");
    assert_eq!(found["grade"]["factors"].as_array().unwrap().len(), 4);
    let gaps = found["gaps"].as_array().unwrap();
    assert!(
        gaps.iter().all(|gap| ["object", "field", "reason", "action"].iter().all(|key| gap[key].is_string()))
    );

    // What acts on tickets there: three rules are on, one is retired; a webhook; surveys by e-mail and chat.
    let what: Vec<&str> =
        found["exposure"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["rule", "auto_reply", "rule", "webhook", "satisfaction_survey", "sla", "ai_agent"]);

    // Every finding has its list, with as many rows as it counts.
    for finding in found["preflight"].as_array().unwrap() {
        let name = format!("{}.csv", finding["rule"].as_str().unwrap());
        let path = std::path::Path::new(found["lists"].as_str().unwrap()).join(name);
        let rows = fs::read_to_string(path).unwrap().lines().count() - 1;
        assert_eq!(json!(rows), finding["count"], "{}", finding["rule"]);
    }
    let finding =
        |rule: &str| found["preflight"].as_array().unwrap().iter().find(|one| one["rule"] == *rule).unwrap();
    assert_eq!(finding("orphan-contacts")["count"], truth["orphan_contacts"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_before_the_preflight_is_clear() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(40)).await;
    stack.set("map.fallback_agent", "");
    let found = assessed(&stack, &[]).await;
    assert!(blocking(&found).contains("unassigned-tickets"), "{found}");
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    for rule in blocking(&found) {
        assert!(refused.stderr.contains(&rule), "{rule} in {}", refused.stderr);
    }
    let mend = stack.command(&["assess", "ack", "unassigned-tickets", "--by", "Ann"]).await;
    assert_eq!(mend.code, Some(5), "a word does not make a fallback agent");
    assert!(requests(&stack, "gorgias").await.iter().all(|one| one["method"] == "GET"));

    stack.set("map.fallback_agent", stack.endpoints().gorgias.email.clone());
    let found = assessed(&stack, &[]).await;
    settle(&stack, &found).await;
    let _ = stack.run().await.well();
    let shown = said(&stack, &["assess", "show"]).await;
    assert_eq!(shown["blocks"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_off_for_the_move_is_on_again_after_it() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(20)).await;
    let on = |snapshot: &Value| {
        let of = |kind: &str| snapshot[kind].as_object().unwrap().values().cloned().collect::<Vec<_>>();
        let all = [of("rules"), of("integrations")].concat();
        all.iter().filter(|one| one["deactivated_datetime"].is_null()).count()
    };
    let before = on(&stack.snapshot(false));
    let found = assessed(&stack, &["--deactivate"]).await;
    let left = blocking(&found);
    assert!(!left.contains("rules-that-fire") && !left.contains("webhooks-that-fire"), "{left:?}");
    assert_eq!(on(&stack.snapshot(false)), before - 4);
    assert_eq!(said(&stack, &["assess", "restore"]).await["restored"], 4);
    assert_eq!(on(&stack.snapshot(false)), before);
    assert_eq!(said(&stack, &["assess", "restore"]).await["restored"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supplement_that_cannot_be_read_is_told_by_line_and_column_and_keeps_records_from_moving() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(20)).await;
    let file = |name: &str| stack.folder().join("supplements").join(name);
    fs::write(
        file("technicians.csv"),
        "Technician ID,Name,Email\n1,Ann,a@b.example\nnot a number,Bob,b@b.example\n",
    )
    .unwrap();
    fs::write(file("integrations.csv"), "Trigger,Colour,Name\nnightly,red,ERP\n").unwrap();
    let found = assessed(&stack, &[]).await;
    assert!(blocking(&found).contains("supplements"));
    let list =
        fs::read_to_string(std::path::Path::new(found["lists"].as_str().unwrap()).join("supplements.csv"))
            .unwrap();
    assert!(list.contains("line 3, column 1") && !list.contains("not a number"), "{list}");
    assert!(list.contains("integrations,\"without"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_supplement_keeps_records_from_moving_until_it_is_exported_again() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(20)).await;
    let tags = stack.folder().join("supplements").join("tags.csv");
    let written = fs::metadata(&tags).unwrap().modified().unwrap();
    let aged = |days: u64| {
        let at = written - std::time::Duration::from_secs(days * 86_400);
        fs::File::options().append(true).open(&tags).unwrap().set_modified(at).unwrap();
    };
    aged(15);
    let found = assessed(&stack, &[]).await;
    assert!(blocking(&found).contains("stale-supplements"), "{found:#}");
    for one in blocking(&found).iter().filter(|rule| *rule != "stale-supplements") {
        stack.command(&["assess", "ack", one, "--by", "Ann"]).await;
    }
    said(&stack, &["map", "set", "group.all=keep"]).await;
    said(&stack, &["map", "confirm", "--by", "Ann"]).await;
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("stale-supplements"), "{}", refused.stderr);
    assert!(refused.stderr.contains("older than two weeks"), "{}", refused.stderr);
    aged(1);
    let found = assessed(&stack, &[]).await;
    assert!(!blocking(&found).contains("stale-supplements"), "{found:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_is_what_a_run_costs_in_requests_and_in_time() {
    // Side by side: each is bound by its own limit, not by this machine.
    let shapes = [(60, 1, 8), (130, 7, 10), (220, 23, 12)];
    futures::future::join_all(shapes.map(|(tickets, seed, per_s)| async move {
        let options = StackOptions::tickets(tickets).seed(seed).rate(per_s, 1_000);
        let stack = Stack::start(PROGRAM, options).await;
        let found = assessed(&stack, &[]).await;
        settle(&stack, &found).await;
        let before = requests(&stack, "gorgias").await.len();
        let _ = stack.run().await.well();
        let all = requests(&stack, "gorgias").await;
        let made = &all[before..];
        let estimate = &found["estimate"];
        let told = estimate["target_calls"]["total"]["likely"].as_f64().unwrap();
        let kinds = estimate["target_calls"]["by_kind"].to_string();
        let off = (told - made.len() as f64) / made.len() as f64;
        assert!(
            off.abs() <= 0.15,
            "{tickets} tickets: {told} told, {} made: {kinds}, {}",
            made.len(),
            by_template(made)
        );
        let at = |one: &Value| one["t_ms"].as_f64().unwrap() / 1_000.0;
        // The pace the limit leaves, not that of a busy machine: half of the requests follow the one before it sooner.
        let mut gaps: Vec<f64> = made.windows(2).map(|pair| at(&pair[1]) - at(&pair[0])).collect();
        gaps.sort_by(f64::total_cmp);
        let took = gaps[gaps.len() / 2] * made.len() as f64;
        let hours = estimate["run_hours"]["likely"].as_f64().unwrap();
        let off = (hours * 3_600.0 - took) / took;
        assert!(off.abs() <= 0.15, "{tickets} tickets: {:.1} s told, {took:.1} s measured", hours * 3_600.0);
    }))
    .await;
}

/// Requests by method and template, to be read when they do not fit.
fn by_template(made: &[Value]) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for one in made {
        *counts.entry(format!("{} {}", one["method"], one["template"])).or_insert(0) += 1;
    }
    format!("{counts:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_is_written_at_once_and_without_a_call() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(20)).await;
    let none: Ended = stack.command(&["estimate"]).await;
    assert_ne!(none.code, Some(0), "nothing was assessed");
    assessed(&stack, &[]).await;
    let before = requests(&stack, "gorgias").await.len() + requests(&stack, "atera").await.len();
    let begun = tokio::time::Instant::now();
    let written = stack.command(&["estimate", "--save", "estimate.md"]).await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    assert!(written.stdout.starts_with("# Estimate for migration"), "{}", written.stdout);
    assert_eq!(fs::read_to_string(stack.folder().join("estimate.md")).unwrap().trim(), written.stdout.trim());
    assert_eq!(requests(&stack, "gorgias").await.len() + requests(&stack, "atera").await.len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_assessment_leaves_behind_holds_no_text_address_or_token() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let secrets = crate::at_rest::Secrets::of(&stack).await;
    let loud = stack.command(&["-vv", "assess", "--output", "json"]).await;
    assert_eq!(loud.code, Some(4), "{}", loud.stderr);
    said(&stack, &["map", "propose"]).await;
    let written = stack.command(&["estimate", "--save", "estimate.md"]).await;
    let mut found = secrets.found_in("log", loud.stderr.as_bytes());
    found.extend(secrets.found_in("what is said", loud.stdout.as_bytes()));
    found.extend(secrets.found_in("estimate", written.stdout.as_bytes()));
    let state = stack.ledger_file().parent().unwrap().to_owned();
    for file in [crate::at_rest::files_in(&state), crate::at_rest::files_in(&stack.reports())].concat() {
        found.extend(secrets.found_in(&file.display().to_string(), &fs::read(&file).unwrap()));
    }
    assert!(found.is_empty(), "{found:#?}");
}
