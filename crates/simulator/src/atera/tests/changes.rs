//! Claims about change: edits show where a delta pass looks, pages shift as announced, and the truth keeps count.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::reader::{Served, serve};
use crate::atera::truth::Truth;

async fn changed(served: &Served, query: &str) -> Vec<i64> {
    let rows = served.rows(&format!("/tickets/lastmodified{query}")).await;
    rows.iter().map(|row| row["TicketID"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn the_change_feed_means_today_without_a_date_and_is_inclusive_with_one() {
    let served = serve(100).await;
    assert_eq!(changed(&served, "").await, Vec::<i64>::new());
    served
        .edit(&json!({"action": "edit_ticket", "ticket": 40, "title": "renamed", "status": "Closed"}))
        .await;
    assert_eq!(changed(&served, "").await, [40]);
    assert_eq!(changed(&served, "?date=2026-11-20T10:00:00Z").await, [40]);
    assert_eq!(changed(&served, "?date=2026-11-20T10:00:01Z").await, Vec::<i64>::new());
    assert_eq!(changed(&served, "?date=2020-01-01").await.len(), 100);
    let row = served.json("/tickets/40").await;
    assert_eq!((&row["TicketTitle"], &row["TicketStatus"]), (&"renamed".into(), &"Closed".into()));
    assert_eq!(served.get("/tickets/lastmodified?date=soon").await.status, 400);
}

#[tokio::test]
async fn the_change_feed_leaves_comments_out_unless_asked() {
    let served = serve(100).await;
    let bare = served.json("/tickets/lastmodified?date=2020-01-01").await;
    assert!(bare["items"][0].get("FirstComment").is_none());
    let full = served.json("/tickets/lastmodified?date=2020-01-01&includeComments=true").await;
    assert!(full["items"][0].get("FirstComment").is_some());
    let done = served.rows("/tickets/statusmodified").await;
    assert!(done.iter().all(|row| ["Resolved", "Closed"].contains(&row["TicketStatus"].as_str().unwrap())));
    assert!(done[0].get("FirstComment").is_some());
}

#[tokio::test]
async fn an_added_comment_stands_in_the_thread_and_moves_the_ticket_as_switched() {
    let served = serve(100).await;
    let before = served.rows("/tickets/16/comments").await.len();
    served.edit(&json!({"action": "add_comment", "ticket": 16, "text": "one more", "internal": true})).await;
    let rows = served.rows("/tickets/16/comments").await;
    assert_eq!(rows.len(), before + 1);
    let added = rows.iter().find(|row| row["Comment"].as_str().unwrap().starts_with("one more")).unwrap();
    assert!(added["Comment"].as_str().unwrap().contains("[internal:16:131]"));
    assert_eq!(added["IsInternal"], true);
    assert_eq!(changed(&served, "").await, [16]);
    served.switch(&json!({"comment_touches_ticket": false})).await;
    served.edit(&json!({"action": "add_comment", "ticket": 18, "text": "quiet"})).await;
    assert_eq!(changed(&served, "").await, [16]);
}

#[tokio::test]
async fn deleting_is_soft_unless_the_ticket_is_to_be_gone() {
    let served = serve(100).await;
    served.edit(&json!({"action": "delete_ticket", "ticket": 90})).await;
    assert_eq!(served.json("/tickets/90").await["TicketStatus"], "Deleted");
    served.edit(&json!({"action": "delete_ticket", "ticket": 80, "gone": true})).await;
    served.edit(&json!({"action": "delete_ticket", "ticket": 81, "gone": true})).await;
    assert_eq!(served.get("/tickets/80").await.status, 404);
    let ids: Vec<i64> =
        served.rows("/tickets").await.iter().map(|row| row["TicketID"].as_i64().unwrap()).collect();
    let left: Vec<i64> = (1..=100).rev().filter(|id| ![80, 81].contains(id)).collect();
    assert_eq!(ids, left);
    let again = served.plain("/_sim/atera/truth", &[]).await.json();
    assert_eq!(again["counts"]["tickets"], 98);
}

#[tokio::test]
async fn added_tickets_are_the_newest_and_counted() {
    let served = serve(100).await;
    let made = served.edit(&json!({"action": "add_ticket", "title": "late", "count": 2})).await;
    assert_eq!(made["added"], json!([101, 102]));
    let first = served.json("/tickets?itemsInPage=1").await;
    assert_eq!((&first["items"][0]["TicketID"], &first["totalItemCount"]), (&102.into(), &102.into()));
    assert_eq!(first["items"][0]["TicketTitle"], "late");
    assert_eq!(served.rows("/tickets/101/comments").await.len(), 0);
    assert_eq!(changed(&served, "").await, [101, 102]);
}

#[tokio::test]
async fn pages_shift_once_after_the_page_that_was_named() {
    let served = serve(200).await;
    served.edit(&json!({"action": "shift_pages", "after_pages": 2, "add": 7, "remove": [199]})).await;
    let (mut ids, mut totals) = (Vec::new(), Vec::new());
    for page in 1..=5 {
        let body = served.json(&format!("/tickets?page={page}&itemsInPage=50")).await;
        totals.push(body["totalItemCount"].as_i64().unwrap());
        ids.extend(body["items"].as_array().unwrap().iter().map(|row| row["TicketID"].as_i64().unwrap()));
    }
    assert_eq!(totals, [200, 200, 206, 206, 206]);
    let distinct: BTreeSet<i64> = ids.iter().copied().collect();
    assert_eq!(ids.len() - distinct.len(), 6, "seven rows pushed back, one pulled forward");
    assert_eq!(served.rows("/tickets").await.len(), 206);
}

#[tokio::test]
async fn contacts_and_customers_changed_show_in_their_feeds() {
    let served = serve(100).await;
    served.edit(&json!({"action": "edit_contact", "contact": 50_004, "last_name": "Newname"})).await;
    served.edit(&json!({"action": "edit_customer", "customer": 3_002, "name": "Renamed & Co"})).await;
    let contacts = served.rows("/contacts?FromLastModifiedDate=2026-11-20").await;
    assert_eq!((contacts.len(), &contacts[0]["Lastname"]), (1, &"Newname".into()));
    assert_eq!(contacts[0]["EndUserID"], 50_004);
    let customers = served.rows("/customers?FromLastModifiedDate=2026-11-20T11:00:00").await;
    assert_eq!((customers.len(), &customers[0]["CustomerName"]), (1, &"Renamed & Co".into()));
}

#[tokio::test]
async fn the_truth_is_what_a_reader_counts() {
    let served = serve(300).await;
    served.edit(&json!({"action": "add_comment", "ticket": 4, "text": "late note", "internal": true})).await;
    let truth = Truth::of(&served.account);
    let tickets = served.rows("/tickets").await;
    let (mut statuses, mut comments, mut internal, mut attachments) =
        (BTreeMap::<String, u64>::new(), 0, 0, 0);
    let mut plain = 0;
    for ticket in &tickets {
        let id = ticket["TicketID"].as_i64().unwrap();
        let status = ticket["TicketStatus"].as_str().unwrap();
        *statuses.entry(status.to_owned()).or_default() += 1;
        let thread = served.rows(&format!("/tickets/{id}/comments")).await;
        let files = served.json(&format!("/tickets/{id}/attachments")).await.as_array().unwrap().len() as u64;
        comments += thread.len() as u64;
        internal += thread.iter().filter(|row| row["IsInternal"] == true).count() as u64;
        attachments += files;
        let images =
            thread.iter().any(|row| row["CommentHtml"].as_str().is_some_and(|html| html.contains("<img")));
        let is_plain =
            files == 0 && !images && thread.len() <= 500 && !["Deleted", "Spam", "Merged"].contains(&status);
        assert_eq!(served.account.is_plain(id), is_plain, "ticket {id}");
        plain += u64::from(is_plain);
    }
    assert_eq!(truth.statuses, statuses);
    assert_eq!((truth.counts["comments"], truth.internal_comments), (comments, internal));
    assert_eq!((truth.counts["attachments"], truth.plain_tickets), (attachments, plain));
    for (kind, path) in [
        ("tickets", "/tickets"),
        ("customers", "/customers"),
        ("contacts", "/contacts"),
        ("contracts", "/contracts"),
        ("articles", "/knowledgebases"),
        ("work_hours", "/workhours"),
        ("invoices", "/billing/invoices"),
        ("products", "/rates/products"),
        ("expenses", "/rates/expenses"),
        ("departments", "/departments"),
        ("agents", "/agents"),
        ("alerts", "/alerts"),
    ] {
        let distinct: BTreeSet<String> = served.rows(path).await.iter().map(Value::to_string).collect();
        assert_eq!(truth.counts[kind], distinct.len() as u64, "{kind}");
    }
    let orphans = served.rows("/contacts").await.iter().filter(|row| row["CustomerName"].is_null()).count();
    assert_eq!(truth.orphan_contacts, orphans as u64);
}
