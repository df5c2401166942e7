//! Listings: all pages, both shapes, no endless walk, and no row that was not asked for.

use serde_json::{Value, json};

use super::client;
use super::fake::{Fake, Reply};
use crate::{ErrorKind, ObjectType};

fn page(rows: &Value, next: Option<&str>) -> Reply {
    Reply::json(
        200,
        &json!({"object": "list", "data": rows, "meta": {"prev_cursor": null, "next_cursor": next}}),
    )
}

#[tokio::test]
async fn all_pages_are_read_by_cursor() {
    let fake = Fake::start(vec![
        page(&json!([{"id": 1, "name": "a"}]), Some("c=1")),
        page(&json!([]), Some("c2")),
        page(&json!([{"id": 2, "name": "b"}]), None),
    ])
    .await;
    let names: Vec<_> = client(&fake).tags().await.unwrap().into_iter().map(|tag| tag.name).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(
        fake.lines(),
        [
            "GET /api/tags?limit=100",
            "GET /api/tags?limit=100&cursor=c%3D1",
            "GET /api/tags?limit=100&cursor=c2"
        ]
    );
}

#[tokio::test]
async fn a_bare_list_is_read_too() {
    let fake = Fake::start(vec![Reply::json(200, &json!([{"id": 4, "role": {"name": "bot"}}]))]).await;
    let users = client(&fake).users().await.unwrap();
    assert!(users.len() == 1 && users[0].is_bot());
}

#[tokio::test]
async fn a_cursor_that_comes_twice_ends_the_walk_with_an_error() {
    let fake = Fake::start(vec![page(&json!([{"id": 1, "name": "a"}]), Some("same"))]).await;
    assert_eq!(client(&fake).tags().await.unwrap_err().kind(), ErrorKind::RepeatedCursor);
    assert_eq!(fake.lines().len(), 2);
}

#[tokio::test]
async fn something_that_is_no_list_is_a_bad_answer() {
    let fake = Fake::start(vec![Reply::json(200, &json!({"message": "hello"}))]).await;
    assert_eq!(client(&fake).tags().await.unwrap_err().kind(), ErrorKind::BadAnswer);
}

#[tokio::test]
async fn a_look_up_keeps_only_what_was_asked_for() {
    let rows = json!([{"id": 1, "external_id": "x"}, {"id": 2, "external_id": "X"}, {"id": 3}]);
    let fake = Fake::start(vec![page(&rows, None)]).await;
    let client = client(&fake);
    let tickets = client.tickets_by_external_id("x").await.unwrap();
    assert_eq!(tickets.iter().map(|row| row.id).collect::<Vec<_>>(), [1]);
    let customers = client.customers_by_external_id("X").await.unwrap();
    assert_eq!(customers.iter().map(|row| row.id).collect::<Vec<_>>(), [2]);
    assert_eq!(
        fake.lines(),
        ["GET /api/tickets?external_id=x&limit=100", "GET /api/customers?external_id=X&limit=100"]
    );
}

#[tokio::test]
async fn a_filter_the_vendor_ignores_does_not_walk_the_whole_account() {
    let fake = Fake::start(vec![page(&json!([{"id": 1, "external_id": "y"}]), Some("more"))]).await;
    assert!(client(&fake).tickets_by_external_id("x").await.unwrap().is_empty());
    assert_eq!(fake.lines().len(), 1);
}

#[tokio::test]
async fn customers_are_found_by_address_whatever_the_letter_case() {
    let rows = json!([
        {"id": 1, "email": "ADA@Example.com"},
        {"id": 2, "email": null, "channels": [{"type": "email", "address": "ada@example.com", "preferred": true}]},
        {"id": 3, "email": "other@example.com", "channels": null}
    ]);
    let fake = Fake::start(vec![page(&rows, None)]).await;
    let found = client(&fake).customers_by_email(" Ada@example.COM").await.unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(fake.lines(), ["GET /api/customers?email=ada%40example.com&limit=100"]);
}

#[tokio::test]
async fn tickets_are_read_by_a_hundred_ids_and_those_in_the_trash_are_marked() {
    let rows = json!([{"id": 1, "trashed_datetime": "2024-01-01T00:00:00"}, {"id": 2}, {"id": 999}]);
    let fake = Fake::start(vec![page(&rows, None), page(&json!([]), None)]).await;
    let ids: Vec<i64> = (1..=150).collect();
    let found = client(&fake).tickets_by_ids(&ids).await.unwrap();
    assert_eq!(
        found.iter().map(|row| (row.id, row.is_trashed())).collect::<Vec<_>>(),
        [(1, true), (2, false)]
    );
    let asked: Vec<usize> = fake.lines().iter().map(|line| line.matches("ticket_ids=").count()).collect();
    assert_eq!(asked, [100, 50]);
}

#[tokio::test]
async fn the_pages_of_customers_are_walked_by_the_caller() {
    let fake =
        Fake::start(vec![page(&json!([{"id": 1}]), Some("c1")), page(&json!([{"id": 2}]), None)]).await;
    let client = client(&fake);
    let first = client.customers_page(None).await.unwrap();
    assert_eq!((first.items.len(), first.next.as_deref()), (1, Some("c1")));
    assert_eq!(client.customers_page(first.next.as_deref()).await.unwrap().next, None);
}

#[tokio::test]
async fn messages_and_fields_are_listed_with_their_filters() {
    let fake =
        Fake::start(vec![page(&json!([{"id": 1, "ticket_id": 9, "object_type": "Ticket"}]), None)]).await;
    let client = client(&fake);
    assert_eq!(client.messages(9).await.unwrap().len(), 1);
    let fields = client.custom_fields(ObjectType::Ticket).await.unwrap();
    assert!(fields[0].is_active());
    assert_eq!(
        fake.lines(),
        ["GET /api/messages?ticket_id=9&limit=100", "GET /api/custom-fields?object_type=Ticket&limit=100"]
    );
}
