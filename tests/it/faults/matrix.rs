//! The matrix proper: every fault by rule that strikes requests, each in an account of its own, and how the run ended.

use futures::{StreamExt as _, stream};
use protocol::FailureCode::{
    self, SourceAuth, SourceForbidden, SourceMalformed, SourceUnavailable, TargetAuth, TargetForbidden,
    TargetUnavailable, TargetUncertain,
};
use serde_json::{Value, json};
use tests::Stack;

use super::{
    account::small,
    ends::{complete, complete_as_undisturbed, halted, hits},
    rules::{WRITES, after, atera, gorgias, plain, slow, status, throttled, times},
};
use crate::PROGRAM;

/// Cases at work at the same time; most of them wait most of the time.
const AT_ONCE: usize = 5;

/// How a case is to end.
#[derive(Clone, Copy)]
enum To {
    /// Complete, as if nothing had been.
    Complete,
    /// Halted, and complete once the cause is mended.
    Halt(FailureCode),
    /// Complete but for what the fault struck, which is listed with this cause, and complete once it is mended.
    List(FailureCode),
}

use To::{Complete, Halt, List};

/// One row of the matrix.
struct Case {
    fault: String,
    rule: Value,
    to: To,
    settings: Vec<(&'static str, i64)>,
}

fn case(fault: impl Into<String>, rule: Value, to: To) -> Case {
    Case { fault: fault.into(), rule, to, settings: Vec::new() }
}

impl Case {
    fn set(mut self, key: &'static str, value: i64) -> Self {
        self.settings.push((key, value));
        self
    }
}

/// Runs the cases and prints how each ended.
async fn judge(cases: Vec<Case>) {
    let rows: Vec<String> = stream::iter(cases).map(row).buffered(AT_ONCE).collect().await;
    eprintln!("\n| fault | ended | cause | advice |\n|---|---|---|---|\n{}", rows.join("\n"));
}

async fn row(case: Case) -> String {
    let Case { fault, rule, to, settings } = case;
    let options = settings.iter().fold(small(), |options, (key, value)| options.set(key, *value));
    let stack = Stack::start(PROGRAM, options).await;
    stack.faults(&json!([rule])).await;
    let ended = stack.run().await;
    let struck = hits(&stack).await;
    assert!(struck > 0, "{fault}: the rule never struck");
    let (how, cause) = match to {
        Complete => {
            complete_as_undisturbed(&fault, &stack, &ended).await;
            return format!("| {fault} | complete (struck {struck} times) | | |");
        }
        Halt(cause) => {
            let why = halted(&fault, &stack, &ended, cause).await;
            assert!(!why.is_empty(), "{fault}: the ledger says no reason");
            ("halted", cause)
        }
        List(cause) => {
            complete(&fault, &stack, &ended).await;
            let listed = stack.command(&["failures", "--cause", cause.name(), "--output", "json"]).await;
            let first = &listed.well()["failures"][0];
            assert_eq!(first["advice"], cause.advice(), "{fault}: {first}");
            ("complete, the record listed", cause)
        }
    };
    stack.faults(&json!([])).await;
    stack.command(&["retry", "--output", "json"]).await.well();
    complete_as_undisturbed(&format!("{fault}, mended"), &stack, &stack.run().await).await;
    format!("| {fault} | {how}; all complete once mended | {cause} | {} |", cause.advice())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_run_waits_and_ends_complete() {
    judge(vec![
        case("429 storm, Gorgias, any call", after(times(gorgias_any(&throttled(1)), 12), 20), Complete),
        case(
            "429 storm, Gorgias, tickets",
            after(times(gorgias("POST", "/api/tickets$", &throttled(1)), 5), 3),
            Complete,
        ),
        case("429 storm, Atera", after(times(atera("/api/v3", &throttled(1)), 6), 20), Complete),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_that_passes_is_outlasted() {
    let mut cases = vec![
        case("503 on reads, Gorgias, passing", times(gorgias("GET", "/api", &status(503)), 2), Complete),
        case("502 on reads, Atera, passing", after(times(atera("/api/v3", &status(502)), 3), 10), Complete),
        case("lines cut, Gorgias, reads", times(gorgias("GET", "/api", &plain("drop")), 2), Complete),
        case(
            "lines cut, Gorgias, writes",
            after(times(gorgias("POST", "/api", &plain("drop")), 6), 5),
            Complete,
        ),
        case("lines cut, Atera", after(times(atera("/api/v3", &plain("drop")), 4), 10), Complete),
    ];
    for (what, method, path) in WRITES {
        let rule = times(gorgias(method, path, &status(500)), 2);
        cases.push(case(format!("500 on a {what}, passing"), rule, Complete));
    }
    judge(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_that_stays_halts_with_its_cause() {
    let few = |case: Case| case.set("run.max_attempts", 2);
    let reads = gorgias("GET", "/api/customers", &status(503));
    let mut cases = vec![
        few(case("503 on reads, Gorgias, staying", reads, Halt(TargetUnavailable))),
        few(case(
            "502 on one ticket's comments, Atera, staying",
            atera("/api/v3/tickets/20/comments", &status(502)),
            List(SourceUnavailable),
        )),
    ];
    cases.push(few(case(
        "502 on every ticket's comments, Atera, staying",
        atera("/api/v3/tickets/*/comments", &status(502)),
        Halt(SourceUnavailable),
    )));
    for (what, method, path) in WRITES {
        let rule = gorgias(method, path, &status(500));
        // One message of one ticket is that ticket's trouble; tags, people and tickets one after the other are everybody's.
        let to = if what == "message" { List(TargetUncertain) } else { Halt(TargetUncertain) };
        cases.push(few(case(format!("500 on a {what}, staying"), rule, to)));
    }
    judge(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_answer_loses_nothing_and_repeats_nothing() {
    let bad_comments = atera("/api/v3/tickets/20/comments", &plain("bad_bytes"));
    judge(vec![
        case("half bodies, Gorgias, reads", times(gorgias("GET", "/api", &plain("half_body")), 2), Complete),
        case(
            "half bodies, Gorgias, writes",
            times(gorgias("POST", "/api", &plain("half_body")), 6),
            Complete,
        ),
        case("half bodies, Atera", after(times(atera("/api/v3", &plain("half_body")), 4), 5), Complete),
        case("bad bytes, Gorgias, reads", times(gorgias("GET", "/api", &plain("bad_bytes")), 2), Complete),
        case("bad bytes, Gorgias, writes", times(gorgias("POST", "/api", &plain("bad_bytes")), 6), Complete),
        case(
            "bad bytes, Atera, passing",
            after(times(atera("/api/v3", &plain("bad_bytes")), 4), 5),
            Complete,
        ),
        case("bad bytes in one thread, Atera, staying", bad_comments, List(SourceMalformed))
            .set("run.max_attempts", 2),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_given_up_and_looked_for() {
    let hasty = |case: Case| case.set("destination.timeout_ms", 1_500).set("source.timeout_ms", 1_500);
    let ticket = after(times(gorgias("POST", "/api/tickets$", &slow(2_500)), 1), 2);
    judge(vec![
        hasty(case("answer slower than the time-out, Gorgias, ticket", ticket, Complete)),
        hasty(case(
            "answer slower than the time-out, Gorgias, customer",
            times(gorgias("POST", "/api/customers$", &slow(2_500)), 1),
            Complete,
        )),
        hasty(case(
            "answer slower than the time-out, Gorgias, reads",
            times(gorgias("GET", "/api", &slow(2_500)), 1),
            Complete,
        )),
        hasty(case(
            "answer slower than the time-out, Atera",
            times(atera("/api/v3/tickets", &slow(2_500)), 1),
            Complete,
        )),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_halts_and_a_mended_one_goes_on() {
    judge(vec![
        case("401 in the middle, Gorgias", after(gorgias_any(&status(401)), 80), Halt(TargetAuth)),
        case("401 in the middle, Atera", after(atera("/api/v3", &status(401)), 40), Halt(SourceAuth)),
        case(
            "403 on tickets, Gorgias",
            after(gorgias("POST", "/api/tickets$", &status(403)), 5),
            Halt(TargetForbidden),
        ),
        case(
            "403 on comments, Atera",
            after(atera("/api/v3/tickets/*/comments", &status(403)), 3),
            Halt(SourceForbidden),
        ),
    ])
    .await;
}

fn gorgias_any(action: &Value) -> Value {
    json!({ "api": "gorgias", "action": action })
}
