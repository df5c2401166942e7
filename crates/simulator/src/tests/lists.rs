//! Claims about lists: cursors, order, lag.

use serde_json::json;

use super::caller::{stage, ticket};

#[tokio::test]
async fn a_fresh_record_is_hidden_from_lists_until_the_lag_is_over() {
    let stage = stage().await;
    stage.switch(json!({"visibility_lag_ms": 3_600_000})).await;
    let customer = stage.customer("a@b.example").await;
    let id = stage.post("/tickets", &ticket(customer, "t")).await["id"].clone();
    let count = async |target: &str| stage.get(target).await["data"].as_array().unwrap().len();
    assert_eq!(count("/tickets?external_id=t").await, 0);
    assert_eq!(count(&format!("/tickets?ticket_ids={id}")).await, 0);
    assert_eq!(count("/customers?email=a%40b.example").await, 0);
    assert!(0 < count("/users").await, "what was there at the start shows");
    assert_eq!(stage.get(&format!("/tickets/{id}")).await["id"], id);
    stage.switch(json!({"get_by_id_lags": true})).await;
    assert_eq!(stage.call("GET", &format!("/tickets/{id}"), None).await.status, 404);
    stage.switch(json!({"visibility_lag_ms": 0, "external_id_lag_ms": 3_600_000})).await;
    assert_eq!(count("/tickets?external_id=t").await, 0);
    assert_eq!(count("/tickets").await, 1);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_walk_gives_every_row_once_even_if_a_row_goes_on_the_way() {
    let stage = stage().await;
    for number in 0..7 {
        stage.post("/tags", &json!({"name": format!("tag {number}")})).await;
    }
    let first = stage.get("/tags?limit=3&order_by=created_datetime:desc").await;
    let last = first["data"][2]["id"].clone();
    assert_eq!(stage.call("DELETE", &format!("/tags/{last}"), None).await.status, 204);
    let mut ids: Vec<i64> =
        first["data"].as_array().unwrap().iter().filter_map(|row| row["id"].as_i64()).collect();
    let mut next = first["meta"]["next_cursor"].as_str().map(str::to_owned);
    while let Some(cursor) = next {
        let page = stage.get(&format!("/tags?limit=3&order_by=created_datetime:desc&cursor={cursor}")).await;
        ids.extend(page["data"].as_array().unwrap().iter().filter_map(|row| row["id"].as_i64()));
        next = page["meta"]["next_cursor"].as_str().map(str::to_owned);
    }
    let total = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((total, ids.len()), (11, 11), "7 new ones and 4 from the start, each once");
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_page_is_never_larger_than_a_hundred_and_may_come_bare() {
    let stage = stage().await;
    for target in ["/tags?limit=101", "/tags?limit=0", "/tags?cursor=%21", "/tags?order_by=colour:asc"] {
        assert_eq!(stage.call("GET", target, None).await.status, 400, "{target}");
    }
    stage.switch(json!({"bare_lists": true})).await;
    assert_eq!(stage.get("/tags").await.as_array().unwrap().len(), 4);
    stage.simulator.stop().await;
}
