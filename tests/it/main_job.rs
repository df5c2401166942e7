//! The main job, from the first byte to the last account: what the program says at its end, held against what both
//! stand-ins say of themselves. Told of any home; run here in one process, and in `fleet_job` with three workers.

use std::collections::BTreeSet;

use protocol::ObjectKind;
use serde_json::{Value, json};
use tests::{Home, Stack, StackOptions};

use crate::PROGRAM;

/// The columns of a kind.
const COLUMNS: [&str; 8] =
    ["created", "adopted", "updated", "unchanged", "skipped", "rejected", "failed", "excluded"];

/// Statuses the map leaves out.
const EXCLUDED: [&str; 3] = ["Deleted", "Spam", "Merged"];

#[tokio::test(flavor = "multi_thread")]
async fn no_customer_is_emailed_and_no_note_becomes_public() {
    silent_and_private::<Stack>().await;
}

/// No e-mail, no public note, no more requests than tickets, and never above the limit.
pub(crate) async fn silent_and_private<H: Home>() {
    let stack = H::start(PROGRAM, StackOptions::tickets(80).rate(80, 500)).await;
    let ended = stack.run().await;
    let summary = ended.well();
    for (figure, wanted) in [("emails_sent", 0), ("private_notes_public", 0), ("responses_429", 0)] {
        assert_eq!(summary[figure], json!(wanted), "{figure}");
    }
    assert_eq!(summary["witness"], "simulator");
    assert!(summary["requests_per_ticket"].as_f64().unwrap() <= 1.01, "{}", summary["requests_per_ticket"]);

    let state = stack.admin_get("state").await;
    for figure in [
        "emails_sent",
        "invitations_sent",
        "surveys_scheduled",
        "private_notes_public",
        "responses_429",
        "duplicates_total",
        "people_touched_by_reference",
        "token_sent_to_files",
    ] {
        assert_eq!(state[figure], json!(0), "{figure}");
    }
    assert_eq!(stack.admin_get("emails").await["emails"], json!([]));
    let per_ticket = stack.admin_get("requests_per_ticket").await;
    let truth = stack.admin_get("atera/truth").await;
    assert_eq!(per_ticket["tickets"], truth["plain_tickets"], "every plain ticket was counted");
    let rate = stack.admin_get("rate").await;
    assert!(rate["max_in_any_window"].as_u64().unwrap() <= 80, "{rate}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_is_accounted_for() {
    let passages = accounted_for::<Stack>().await;
    // No record came into two hands: each that was written was intended once.
    for (_, written, intended) in passages {
        assert_eq!(intended, written);
    }
}

/// Every record of the source stands in one column, by the stand-in's own count. Answers for each kind how many records
/// were written and how many intents there were: a fleet may give an intent back unsent, and intend again.
pub(crate) async fn accounted_for<H: Home>() -> Vec<(ObjectKind, u64, u64)> {
    // Small pages, so that a batch has several and a kind several batches.
    let options = StackOptions::tickets(60).set("source.page_size", 10).set("run.batch_pages", 2);
    let stack = H::start(PROGRAM, options).await;
    let (ended, passages) = stack.run_counting().await;
    let records = &ended.well()["records"];
    for kind in ObjectKind::ALL {
        let row = &records[kind.name()];
        let columns: u64 = COLUMNS.iter().map(|column| count(row, column)).sum();
        assert_eq!(count(row, "source"), columns, "{kind}: {row}");
        assert_eq!(row["difference"], json!(0), "{kind}");
    }
    let mut written = Vec::new();
    for kind in [ObjectKind::Customer, ObjectKind::Contact, ObjectKind::Ticket, ObjectKind::Message] {
        let row = &records[kind.name()];
        let count = count(row, "created") + count(row, "adopted");
        written.push((kind, count, passages[&(kind, protocol::StepPoint::Intended)]));
    }

    let truth = stack.admin_get("atera/truth").await;
    let source = |kind: &str| count(&records[kind], "source");
    for (kind, true_name) in
        [("customer", "customers"), ("contact", "contacts"), ("ticket", "tickets"), ("tag", "tags")]
    {
        assert_eq!(source(kind), count(&truth["counts"], true_name), "{kind}");
    }
    let excluded: u64 = EXCLUDED.iter().map(|status| truth["statuses"][status].as_u64().unwrap()).sum();
    assert_eq!(count(&records["ticket"], "excluded"), excluded);
    let landed = truth["counts"]["tickets"].as_u64().unwrap() - excluded;
    assert_eq!(count(&records["ticket"], "created"), landed);

    let state = stack.admin_get("state").await;
    assert_eq!(state["tickets"].as_u64().unwrap(), landed);
    // The listings showed every one of them: nothing had to be looked for by its id.
    let reads = stack.admin_get("requests?api=atera&limit=100000").await;
    let one_by_one = ["/api/v3/tickets/{id}", "/api/v3/contacts/{id}"];
    let looked: Vec<&Value> = reads
        .as_array()
        .unwrap()
        .iter()
        .filter(|read| one_by_one.iter().any(|template| read["template"] == **template))
        .collect();
    assert!(looked.is_empty(), "looked for by id: {looked:?}");

    let books = stack.books().await;
    assert!(books.lines.values().all(|line| !matches!(line.outcome, "seen" | "in doubt")));
    let letters = ["rejected", "failed"].map(|column| -> u64 {
        ObjectKind::ALL.iter().map(|kind| count(&records[kind.name()], column)).sum()
    });
    assert!(books.letters.len() as u64 >= letters.iter().sum(), "each of them is named with its cause");
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_has_the_fields_it_promises() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(12)).await;
    let ended = stack.run().await;
    assert_eq!(ended.stdout.trim().lines().count(), 1, "one object, on one line");
    let summary = ended.well();
    let names = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let promised = [
        "records",
        "emails_sent",
        "private_notes_public",
        "requests_per_ticket",
        "responses_429",
        "rate_used",
        "resumed_after_kill",
        "reports",
    ];
    let beside = ["migration", "pass", "state", "causes", "witness", "writes", "resumed"];
    let wanted: BTreeSet<String> = promised.iter().chain(&beside).map(ToString::to_string).collect();
    assert_eq!(names(summary), wanted);
    for kind in ObjectKind::ALL {
        let wanted: BTreeSet<String> =
            COLUMNS.iter().chain(&["source", "difference", "verified"]).map(ToString::to_string).collect();
        assert_eq!(names(&summary["records"][kind.name()]), wanted, "{kind}");
    }
    assert!(std::path::Path::new(summary["reports"].as_str().unwrap()).is_dir());
}

fn count(of: &Value, name: &str) -> u64 {
    of[name].as_u64().unwrap_or_else(|| panic!("no {name} in {of}"))
}
