//! Claims about the frame: who gets in, how lists are paged, what an unknown id answers, and that the seed decides.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;

use super::reader::{serve, serve_with};
use crate::atera::SourceRate;

fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().map(|row| row["TicketID"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn refuses_without_the_right_token_and_says_nothing() {
    let served = serve(60).await;
    for header in
        ["X-Other: 1", "Authorization: Bearer a.b.c", "X-API-KEY: wrong", "Authorization: Basic YTpi"]
    {
        let answer = served.plain("/api/v3/account", &[header]).await;
        assert_eq!((answer.status, answer.body.len()), (401, 0), "{header}");
        assert!(!answer.headers.contains_key("www-authenticate"));
    }
    let key = format!("x-api-key: {}", served.account.api_key());
    assert_eq!(served.plain("/api/v3/account", &[&key]).await.status, 200);
    assert_eq!(served.json("/account").await["TimeZoneName"], "Asia/Jerusalem");
    assert_eq!(served.account.token().split('.').count(), 3);
}

#[tokio::test]
async fn an_expired_token_is_a_wrong_one() {
    let served = serve(60).await;
    served.switch(&serde_json::json!({"token_valid": false})).await;
    assert_eq!(served.get("/account").await.status, 401);
}

#[tokio::test]
async fn a_walk_meets_every_ticket_once_newest_first() {
    let served = serve(123).await;
    let walked = ids(&served.rows("/tickets").await);
    assert_eq!(walked, (1..=123).rev().collect::<Vec<i64>>());
}

#[tokio::test]
async fn pages_are_clamped_to_fifty_and_default_to_twenty() {
    let served = serve(123).await;
    let large = served.json("/tickets?itemsInPage=500").await;
    assert_eq!(large["items"].as_array().unwrap().len(), 50);
    assert_eq!((&large["itemsInPage"], &large["totalPages"]), (&50.into(), &3.into()));
    assert_eq!(served.json("/tickets").await["items"].as_array().unwrap().len(), 20);
    let last = served.json("/tickets?page=3&itemsInPage=50").await;
    assert_eq!(last["items"].as_array().unwrap().len(), 23);
}

#[tokio::test]
async fn a_page_past_the_end_is_an_ordinary_answer() {
    let served = serve(60).await;
    let past = served.json("/tickets?page=9&itemsInPage=50").await;
    assert_eq!(
        (&past["page"], &past["totalPages"], &past["items"]),
        (&9.into(), &2.into(), &Value::Array(vec![]))
    );
    assert_eq!(served.json("/customers?page=9").await["items"], Value::Null);
}

#[tokio::test]
async fn the_last_link_is_empty_here_and_null_there() {
    let served = serve(60).await;
    let first = served.json("/tickets?ITEMSINPAGE=50&nonsense=1").await;
    let link = first["nextLink"].as_str().unwrap();
    assert!(link.contains("page=2") && link.contains("nonsense=1"), "{link}");
    assert_eq!(served.json("/tickets?page=2&itemsInPage=50").await["nextLink"], "");
    assert_eq!(served.json("/customers").await["nextLink"], Value::Null);
}

#[tokio::test]
async fn query_names_are_read_in_any_case_and_misspelled_ones_ignored() {
    let served = serve(200).await;
    let all = served.json("/tickets?status=Spam").await["totalItemCount"].as_i64().unwrap();
    let spam = served.rows("/tickets?TICKETSTATUS=spam").await;
    assert_eq!(all, 200);
    assert!(!spam.is_empty() && spam.len() < 50);
    assert!(spam.iter().all(|row| row["TicketStatus"] == "Spam"));
    assert_eq!(served.json("/tickets?ticketStatus=Merged").await["totalItemCount"], 0);
    let customer = spam[0]["CustomerID"].as_i64().unwrap();
    let of_customer = served.rows(&format!("/tickets?customerID={customer}")).await;
    assert!(
        of_customer.iter().all(|row| row["CustomerID"] == customer)
            && ids(&of_customer).contains(&ids(&spam)[0])
    );
}

#[tokio::test]
async fn an_unknown_ticket_is_a_problem_and_an_unknown_customer_is_as_switched() {
    let served = serve(60).await;
    let answer = served.get("/tickets/61").await;
    assert_eq!((answer.status, &answer.json()["status"]), (404, &404.into()));
    assert!(answer.headers["content-type"].starts_with("application/problem+json"));
    assert_eq!(served.get("/customers/1").await.status, 404);
    served.switch(&serde_json::json!({"unknown_id": "server_error"})).await;
    assert_eq!(served.get("/customers/1").await.status, 500);
    served.switch(&serde_json::json!({"unknown_id": "null"})).await;
    assert_eq!(served.json("/customers/1").await, Value::Null);
}

#[tokio::test]
async fn the_seed_decides_and_nothing_else() {
    let (one, same, other) =
        (serve_with(7, 80, None).await, serve_with(7, 80, None).await, serve_with(8, 80, None).await);
    let paths = [
        "/tickets?page=2",
        "/tickets/18/comments",
        "/contacts",
        "/customvalues/ticketfields/45",
        "/workhours",
    ];
    for path in paths {
        let links = |mut body: Value| {
            if let Some(object) = body.as_object_mut() {
                object.retain(|name, _| !name.ends_with("Link"));
            }
            body
        };
        // Asked in another order on the other account: what was asked before must not matter.
        let _ = same.json("/tickets/17/comments").await;
        assert_eq!(links(one.json(path).await), links(same.json(path).await), "{path}");
        assert_ne!(links(one.json(path).await), links(other.json(path).await), "{path}");
    }
}

#[tokio::test]
async fn two_million_tickets_are_served_from_nothing() {
    let served = serve(2_000_000).await;
    let last = served.json("/tickets?page=40000&itemsInPage=50").await;
    assert_eq!(last["totalItemCount"], 2_000_000);
    assert_eq!(ids(last["items"].as_array().unwrap()), (1..=50).rev().collect::<Vec<i64>>());
    assert_eq!(served.json("/contacts?itemsInPage=1").await["totalItemCount"], 500_000);
}

#[tokio::test]
async fn gzip_is_spoken_when_asked_for() {
    let served = serve(60).await;
    let token = format!("Authorization: Bearer {}", served.account.token());
    let answer = served.plain("/api/v3/tickets", &[&token, "Accept-Encoding: gzip"]).await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["totalItemCount"], 60);
    assert!(!served.get("/tickets").await.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn a_limited_source_answers_429_with_seconds_to_wait() {
    let served = serve_with(7, 60, Some(SourceRate { limit: 2, window_ms: 3_600_000 })).await;
    let statuses = [served.get("/account").await.status, served.get("/account").await.status];
    let third = served.get("/account").await;
    assert_eq!((statuses, third.status), ([200, 200], 429));
    assert!((3_500..=3_600).contains(&third.headers["retry-after"].parse::<u32>().unwrap()));
    assert_eq!(served.plain("/api/v3/account", &[]).await.status, 401);
}

#[tokio::test]
async fn contacts_come_newest_first_and_are_filtered_by_part_of_an_email() {
    let served = serve(200).await;
    let numbers: Vec<i64> =
        served.rows("/contacts").await.iter().map(|row| row["EndUserID"].as_i64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|left, right| left > right));
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 50);
    let found = served.rows("/contacts?email=CLIENT7.example").await;
    assert!(
        !found.is_empty()
            && found.iter().all(|row| row["Email"].as_str().unwrap().contains("@client7.example"))
    );
    assert_eq!(served.get("/contacts?FromLastModifiedDate=2024-01-01T00:00:00Z").await.status, 400);
    let later = served.rows("/contacts?FromLastModifiedDate=2024-01-01").await;
    assert!(!later.is_empty() && later.len() < 50);
    assert!(later.iter().all(|row| "2023-12-31T22:00:00Z" <= row["LastModified"].as_str().unwrap()));
}
