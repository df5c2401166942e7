//! Claims about who may call and how often.

use serde_json::json;

use super::caller::{stage, stage_with};
use crate::{Options, Rate};

#[tokio::test]
async fn a_wrong_key_is_refused_and_costs_nothing() {
    let stage = stage().await;
    let base = stage.simulator.endpoints().gorgias.url.clone();
    let answer = stage.ask(&base, "GET", "/api/account", &["Authorization: Basic bm86bm8="], b"").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("x-gorgias-account-api-call-limit"), "0/100000");
    assert_eq!(answer.json()["error"]["msg"], "Unauthorized");
    stage.switch(json!({"unauthorized_shape": "message"})).await;
    let answer = stage.ask(&base, "GET", "/api/account", &[], b"").await;
    assert_eq!(answer.json(), json!({"message": "Unauthorized"}));
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_full_bucket_answers_429_with_the_wait_and_everyone_shares_it() {
    let stage = stage_with(Options {
        tickets: 60,
        rate: Rate { limit: 3, window_ms: 3_600_000 },
        ..Options::default()
    })
    .await;
    for used in 1..=3 {
        let answer = stage.call("GET", "/account", None).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-gorgias-account-api-call-limit"), format!("{used}/3"));
    }
    let refused = stage.call("GET", "/tickets", None).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("x-gorgias-account-api-call-limit"), "3/3");
    assert!((1..=1200).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    let state = stage.sim("GET", "/state", None).await;
    assert_eq!(state["responses_429"], 1);
    assert_eq!(stage.sim("GET", "/rate", None).await["requests"], 3);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_refresh_token_buys_an_access_token_that_can_expire() {
    let stage = stage().await;
    let endpoint = stage.simulator.endpoints().gorgias.clone();
    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        endpoint.client_id, endpoint.client_secret, endpoint.refresh_token
    );
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    let answer = stage.ask(&endpoint.url, "POST", "/oauth/token", &headers, form.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let bearer = format!("Authorization: Bearer {}", answer.json()["access_token"].as_str().unwrap());
    let status = async || stage.ask(&endpoint.url, "GET", "/api/account", &[&bearer], b"").await.status;
    assert_eq!(status().await, 200);
    stage.fault(json!({"api": "gorgias", "times": 1, "action": {"kind": "expire_token"}})).await;
    assert_eq!(status().await, 401, "the fault itself");
    assert_eq!(status().await, 401, "and after it the token is dead");
    let wrong = form.replace("refresh_token=refresh", "refresh_token=no");
    let answer = stage.ask(&endpoint.url, "POST", "/oauth/token", &headers, wrong.as_bytes()).await;
    assert_eq!(answer.status, 400);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn unknown_places_and_verbs_are_refused_in_the_envelope() {
    let stage = stage().await;
    let missing = stage.call("GET", "/imports", None).await;
    assert_eq!((missing.status, missing.json()["error"]["msg"].is_string()), (404, true));
    assert_eq!(stage.call("PUT", "/upload", None).await.status, 405);
    assert_eq!(
        stage.call("GET", "/tickets?updated_datetime__gte=1", None).await.wrong_fields(),
        ["updated_datetime__gte"]
    );
    stage.simulator.stop().await;
}
