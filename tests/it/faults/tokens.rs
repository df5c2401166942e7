//! OAuth: a token that runs out in the middle is traded for a new one and nobody notices; a refresh token that is refused
//! halts the run.

use protocol::FailureCode;
use serde_json::{Value, json};
use tests::Stack;

use super::{
    account::small,
    ends::{complete_as_undisturbed, halted, hits},
    rules::{after, gorgias, plain, status, times},
};
use crate::PROGRAM;

/// A stack that signs in as an app. The map's fallback agent stays the admin.
async fn app() -> Stack {
    let mut stack = Stack::start(PROGRAM, small().set("destination.auth", "oauth")).await;
    let endpoint = stack.endpoints().gorgias.clone();
    for (key, value) in [
        ("destination.client_id", endpoint.client_id),
        ("destination.client_secret", endpoint.client_secret),
        ("destination.refresh_token", endpoint.refresh_token),
        ("destination.token_url", endpoint.token_url),
    ] {
        stack.set(key, value);
    }
    stack
}

/// Trades of a refresh token so far.
async fn trades(stack: &Stack) -> usize {
    let requests = stack.admin_get("requests?api=gorgias&limit=100000").await;
    let is_trade = |row: &&Value| row["path"].as_str().is_some_and(|path| path.starts_with("/oauth/token"));
    requests.as_array().unwrap().iter().filter(is_trade).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_runs_out_is_renewed_and_nothing_is_lost() {
    let stack = app().await;
    let dies = |skip| times(after(gorgias("POST", "/api/tickets$", &plain("expire_token")), skip), 1);
    stack.faults(&json!([dies(4), dies(8), dies(12)])).await;
    complete_as_undisturbed("tokens run out", &stack, &stack.run().await).await;
    assert_eq!(hits(&stack).await, 3);
    assert!(trades(&stack).await >= 4, "one at the start and one for each that ran out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_refresh_token_halts_and_a_new_one_goes_on() {
    let stack = app().await;
    let dies = gorgias("POST", "/api/tickets$", &plain("expire_token"));
    let refused = gorgias("POST", "/oauth/token", &status(401));
    stack.faults(&json!([times(after(dies, 4), 1), after(refused, 1)])).await;
    let why = halted("refresh token refused", &stack, &stack.run().await, FailureCode::TargetAuth).await;
    assert!(why.contains("401"), "{why}");
    stack.faults(&json!([])).await;
    complete_as_undisturbed("refresh token mended", &stack, &stack.run().await).await;
}
