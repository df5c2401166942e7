//! What does not move: after a run every document is there, counted against the stand-in's own truth; nothing of it was
//! written to the destination; articles wait for a look; and the bundle that is handed over holds.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tests::{Stack, StackOptions};

use crate::PROGRAM;

/// What no bundle goes without.
const REQUIRED: [&str; 4] =
    ["sla_checklist.md", "contracts.csv", "integration_checklist.md", "kb_checklist.md"];

fn papers(stack: &Stack) -> PathBuf {
    stack.reports().join(stack.migration().as_str())
}

async fn listed(stack: &Stack) -> BTreeMap<String, Value> {
    let index = stack.command(&["documents", "--output", "json"]).await.well().clone();
    let entries = index["documents"].as_array().unwrap().clone();
    entries.into_iter().map(|entry| (entry["name"].as_str().unwrap().to_owned(), entry)).collect()
}

fn hash(path: &Path) -> String {
    Sha256::digest(fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Whether a spreadsheet would run the cell.
fn runs(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && cell.parse::<f64>().is_err()
}

/// Requests that change something at the destination, by method and place.
async fn writes(stack: &Stack) -> BTreeMap<String, u64> {
    let log = stack.admin_get("requests?api=gorgias&limit=1000000").await;
    let mut writes = BTreeMap::new();
    for request in log.as_array().unwrap().iter().filter(|request| request["method"] != "GET") {
        let place = format!("{} {}", request["method"], request["template"]);
        *writes.entry(place).or_default() += 1;
    }
    writes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_move_is_written_down_whole_and_nothing_of_it_is_written_anywhere_else() {
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let rules = stack.folder().join("supplements/automations.csv");
    fs::write(&rules, "name,trigger,actions\n=1+1,@SUM(A1),close\n").unwrap();
    stack.set("source.supplements.automations", rules.to_str().unwrap());
    stack.run().await.well();

    let truth = stack.admin_get("atera/truth").await;
    let count = |name: &str| truth["counts"][name].clone();
    let listed = listed(&stack).await;
    let machines = count("agents").as_u64().unwrap() + count("devices").as_u64().unwrap();
    for (name, rows) in [
        ("contracts.csv", count("contracts")),
        ("devices.csv", json!(machines)),
        ("time_entries.csv", count("work_hours")),
        ("invoices.csv", count("invoices")),
        ("invoice_lines.csv", count("invoice_lines")),
        ("kb/manifest.json", count("articles")),
        ("kb_review.csv", count("flagged_articles")),
        ("sla_policies.csv", count("sla_policies")),
        ("sla_tickets.csv", truth["due_tickets"].clone()),
        ("sla_rules.csv", json!(2 * 3)),
        ("integrations.csv", count("integrations")),
        ("automations.csv", json!(1)),
        ("macros.csv", json!(1)),
        ("field_inventory.csv", count("custom_fields")),
    ] {
        assert_eq!(listed[name]["rows"], rows, "{name}");
    }
    assert!(
        fs::read_to_string(papers(&stack).join("macros.csv")).unwrap().contains("not exposed by the source")
    );
    for (name, entry) in &listed {
        let path = papers(&stack).join(name);
        assert_eq!(entry["sha256"], hash(&path), "{name}");
        assert_eq!(entry["bytes"], fs::metadata(&path).unwrap().len(), "{name}");
        assert!(!entry["source"].as_str().unwrap().is_empty(), "{name}");
    }

    // The same account moved without documents: the same writes, one by one.
    let with = writes(&stack).await;
    stack = stack.anew().await;
    stack.set("source.supplements.automations", "");
    stack.set("documents.write", false);
    stack.run().await.well();
    assert_eq!(with, writes(&stack).await, "documents cost no write at the destination");
    assert!(!papers(&stack).join("contracts.csv").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_of_any_table_runs_and_no_secret_stands_in_any_paper() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    stack.run().await.well();
    let (mut tables, mut inert) = (0, 0);
    let secrets = [
        "not-for-any-log".to_owned(),
        stack.endpoints().atera.token.clone(),
        stack.endpoints().gorgias.api_key.clone(),
    ];
    for path in files(&papers(&stack)) {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{}", path.display());
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        tables += 1;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).unwrap();
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(!runs(cell), "{}: {cell}", path.display());
                inert += usize::from(cell.starts_with("'=1+1"));
            }
        }
    }
    assert!(tables >= 19, "{tables} tables");
    assert!(inert >= 5, "contract, device, time entry, invoice line and article: {inert}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_waits_for_a_look_and_the_bundle_is_handed_over_whole() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(12)).await;
    let early = stack.command(&["handoff", "--to", "early"]).await;
    assert_eq!(early.code, Some(5), "{}", early.stderr);
    assert!(REQUIRED.iter().all(|name| early.stderr.contains(name)), "{}", early.stderr);

    stack.run().await.well();
    let waiting = stack.command(&["articles", "list", "--output", "json"]).await.well().clone();
    assert_eq!((&waiting["ready"], &waiting["held_back"]), (&json!(9), &json!(3)));
    let looked = stack.command(&["articles", "review", "408", "--by", "Ruth", "--output", "json"]).await;
    assert_eq!(looked.well()["held_back"], json!(2));
    let manifest: Value =
        serde_json::from_slice(&fs::read(papers(&stack).join("kb/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["held_back"], json!(["409", "410"]));
    let unflagged = stack.command(&["articles", "review", "401", "--by", "Ruth"]).await;
    assert_eq!(unflagged.code, Some(1), "{}", unflagged.stderr);

    // Written anew from the source, the look still counts, and the reconciliation stays that of the move.
    let before = fs::read(papers(&stack).join("reconciliation.json")).unwrap();
    let again = stack.command(&["documents", "--write", "--output", "json"]).await;
    assert!(!again.well()["documents"].as_array().unwrap().is_empty());
    assert_eq!(fs::read(papers(&stack).join("reconciliation.json")).unwrap(), before);
    let waiting = stack.command(&["articles", "list", "--output", "json"]).await.well().clone();
    assert_eq!(waiting["held_back"], json!(2));

    let bundle = stack.command(&["handoff", "--to", "bundle", "--output", "json"]).await.well().clone();
    assert_eq!(bundle["required"], json!(REQUIRED));
    let to = stack.folder().join("bundle");
    let sums = fs::read_to_string(to.join("SHA256SUMS")).unwrap();
    let mut summed = Vec::new();
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(hash(&to.join(name)), sum, "{name}");
        summed.push(to.join(name));
    }
    summed.push(to.join("SHA256SUMS"));
    summed.sort();
    assert_eq!(files(&to), summed, "every file of the bundle is summed");
    for name in REQUIRED {
        assert!(to.join(name).is_file(), "{name}");
    }
    stack.command(&["handoff", "--to", "again"]).await;
    assert_eq!(sums, fs::read_to_string(stack.folder().join("again/SHA256SUMS")).unwrap());

    fs::write(papers(&stack).join("contracts.csv"), "changed").unwrap();
    let changed = stack.command(&["handoff", "--to", "bundle"]).await;
    assert_eq!(changed.code, Some(5), "{}", changed.stderr);
    assert!(changed.stderr.contains("contracts.csv"));
}
