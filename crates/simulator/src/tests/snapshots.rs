//! Claims about pictures of the whole state.

use serde_json::json;

use super::caller::{Stage, message, stage, ticket};

#[tokio::test]
async fn reading_changes_nothing_and_writing_shows() {
    let stage = stage().await;
    let customer = stage.customer("a@b.example").await;
    stage.sim("POST", "/snapshot/save/before", None).await;
    stage.get("/tickets").await;
    let same = stage.sim("GET", "/snapshot/compare/before", None).await;
    assert_eq!(same, json!({"equal": true, "differences": []}));
    stage.post("/tickets", &ticket(customer, "t")).await;
    for form in ["", "?canonical=true"] {
        let other = stage.sim("GET", &format!("/snapshot/compare/before{form}"), None).await;
        assert_eq!(other["equal"], false);
    }
    stage.simulator.stop().await;
}

/// Two customers and a ticket each, in either order.
async fn fill(stage: &Stage, backwards: bool) {
    let mut names = ["a", "b"];
    if backwards {
        names.reverse();
    }
    for name in names {
        let customer = stage.customer(&format!("{name}@b.example")).await;
        let mut body = ticket(customer, name);
        body["tags"] = json!([{"name": format!("tag {name}")}, {"name": "VIP"}]);
        body["messages"] =
            json!([message(customer, &format!("{name}:1")), message(customer, &format!("{name}:2"))]);
        if backwards {
            body["tags"].as_array_mut().unwrap().reverse();
        }
        stage.post("/tickets", &body).await;
    }
}

#[tokio::test]
async fn the_canonical_picture_forgets_ids_order_and_clock_but_not_doubles() {
    let (one, other) = (stage().await, stage().await);
    fill(&one, false).await;
    fill(&other, true).await;
    assert_ne!(one.simulator.snapshot(false), other.simulator.snapshot(false));
    let pair = json!({"one": one.simulator.snapshot(true), "other": other.simulator.snapshot(true)});
    let verdict = one.sim("POST", "/snapshot/differences", Some(&pair)).await;
    assert_eq!(verdict, json!({"equal": true, "differences": []}));
    let customer = other.customer("c@b.example").await;
    other.post("/tickets", &ticket(customer, "a")).await;
    let pair = json!({"one": pair["one"], "other": other.simulator.snapshot(true)});
    let verdict = one.sim("POST", "/snapshot/differences", Some(&pair)).await;
    let named = verdict["differences"].to_string();
    assert!(named.contains("/tickets/a #2 is new"), "{named}");
    one.simulator.stop().await;
    other.simulator.stop().await;
}
