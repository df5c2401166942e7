//! A vendor that is not there: from the start, for a moment in the middle, and for longer than a run has patience.

use protocol::FailureCode;
use serde_json::json;
use tests::Stack;

use super::{
    account::small,
    ends::{complete_as_undisturbed, halted},
    line::Line,
};
use crate::PROGRAM;

/// A stack whose two vendors are reached through lines, source first.
async fn behind_lines(attempts: i64) -> (Stack, Line, Line) {
    let mut stack = Stack::start(PROGRAM, small().set("run.max_attempts", attempts)).await;
    let (atera, gorgias) = (stack.endpoints().atera.url.clone(), stack.endpoints().gorgias.url.clone());
    let (source, destination) = (Line::to(&atera).await, Line::to(&gorgias).await);
    stack.set("source.base_url", source.url(&atera));
    stack.set("destination.base_url", destination.url(&gorgias));
    (stack, source, destination)
}

/// Waits until so many tickets have landed.
async fn tickets_landed(stack: &Stack, count: u64) {
    let created = json!({ "api": "gorgias", "method": "POST", "path": "/api/tickets$", "status": 201 });
    stack.admin.wait_for(created, count).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_is_not_there_halts_the_run_and_nothing_is_begun() {
    let (stack, _source, mut destination) = behind_lines(1).await;
    destination.close();
    let ended = stack.run().await;
    let why = halted("Gorgias unreachable at start", &stack, &ended, FailureCode::TargetUnavailable).await;
    assert!(why.contains("no connection"), "{why}");
    assert_eq!(stack.admin_get("state").await["tickets"], 0);
    destination.open().await;
    complete_as_undisturbed("Gorgias reachable again", &stack, &stack.run().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_goes_away_for_a_moment_is_waited_for() {
    let (stack, _source, destination) = behind_lines(20).await;
    let run = stack.spawn();
    tickets_landed(&stack, 5).await;
    destination.cut();
    destination.cut_times(3).await;
    destination.mend();
    complete_as_undisturbed("Gorgias away for a moment", &stack, &run.ended().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_stays_away_halts_and_the_run_goes_on_when_it_is_back() {
    let (stack, _source, mut destination) = behind_lines(2).await;
    let run = stack.spawn();
    tickets_landed(&stack, 5).await;
    destination.close();
    let ended = run.ended().await;
    halted("Gorgias gone in the middle", &stack, &ended, FailureCode::TargetUnavailable).await;
    destination.open().await;
    complete_as_undisturbed("Gorgias back on its address", &stack, &stack.run().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_stays_away_halts_and_the_run_goes_on_when_it_is_back() {
    let (stack, mut source, _destination) = behind_lines(2).await;
    let run = stack.spawn();
    tickets_landed(&stack, 2).await;
    source.close();
    let ended = run.ended().await;
    halted("Atera gone in the middle", &stack, &ended, FailureCode::SourceUnavailable).await;
    source.open().await;
    complete_as_undisturbed("Atera back on its address", &stack, &stack.run().await).await;
}
