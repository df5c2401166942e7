//! Threads: complete, ordered, each comment with a key that does not depend on where it stood.

use super::fake::{Fake, Reply, Request, listing};
use crate::{Author, ErrorKind};

fn comment(minute: usize) -> String {
    format!(
        r#"{{"Date":"2024-01-01T{:02}:{:02}:00","Comment":"c{minute}","EndUserID":9,"TechnicianContactID":0,"IsInternal":false}}"#,
        minute / 60,
        minute % 60
    )
}

#[tokio::test]
async fn a_long_thread_is_read_whole_and_by_date() {
    for total in [0_usize, 1, 50, 120, 700] {
        let fake = Fake::start(move |r| listing(r, total, 50, |n| comment(total - n))).await;
        let thread = fake.client().comments(3).await.unwrap();
        let texts: Vec<_> = thread.iter().filter_map(|c| c.text.clone()).collect();
        let wanted: Vec<_> = (1..=total).map(|n| format!("c{n}")).collect();
        assert_eq!(texts, wanted);
        assert_eq!(fake.seen().len(), total.div_ceil(50).max(1));
    }
}

#[tokio::test]
async fn keys_do_not_depend_on_the_order_and_tell_duplicates_apart() {
    let rows = |order: &'static [usize]| {
        Fake::start(move |r: &Request| listing(r, order.len(), 50, |n| comment(*order.get(n).unwrap())))
    };
    let keys = |thread: Vec<crate::Comment>| thread.into_iter().map(|c| c.key).collect::<Vec<_>>();
    let one = keys(rows(&[1, 2, 2, 3]).await.client().comments(3).await.unwrap());
    let other = keys(rows(&[2, 3, 1, 2]).await.client().comments(3).await.unwrap());
    assert_eq!(one, other);
    let mut distinct = one.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 4);
    assert!(one[1].ends_with("-1") && one[2].ends_with("-2"), "{one:?}");
}

#[tokio::test]
async fn a_note_and_a_public_comment_alike_never_share_a_key() {
    let row = |n: usize| format!(r#"{{"Date":"2024-01-01T00:00:00","Comment":"x","IsInternal":{}}}"#, n == 0);
    let fake = Fake::start(move |r| listing(r, 2, 50, row)).await;
    let thread = fake.client().comments(3).await.unwrap();
    assert!(thread.iter().all(|c| c.key.ends_with("-1")));
    assert_ne!(thread[0].key, thread[1].key);
}

#[tokio::test]
async fn a_comment_that_does_not_say_is_a_note_and_authors_are_told_apart() {
    let rows = [
        r#"{"Date":"2024-01-01T00:00:00Z","Comment":"a","EndUserID":0,"TechnicianContactID":null}"#,
        r#"{"Date":"2024-01-02T00:00:00Z","Comment":"b","EndUserID":4,"TechnicianContactID":0,"IsInternal":false}"#,
        r#"{"Date":"2024-01-03T00:00:00Z","Comment":"c","EndUserID":4,"TechnicianContactID":8,"IsInternal":null}"#,
    ];
    let fake = Fake::start(move |r| listing(r, 3, 50, |n| rows[n].to_owned())).await;
    let thread = fake.client().comments(3).await.unwrap();
    let seen: Vec<_> = thread.iter().map(|c| (c.author(), c.is_internal)).collect();
    let wanted = [(Author::System, true), (Author::Contact(4), false), (Author::Technician(8), true)];
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn a_thread_that_grows_while_it_is_read_is_read_again() {
    let fake = Fake::start(|r| {
        // Somebody writes while page 2 of the first walk is read.
        let total = if r.page() == 1 && r.before == 0 { 60 } else { 61 };
        listing(r, total, 50, comment)
    })
    .await;
    assert_eq!(fake.client().comments(3).await.unwrap().len(), 61);
    assert_eq!(fake.seen().len(), 4);
}

#[tokio::test]
async fn a_thread_that_never_holds_its_count_is_incomplete() {
    let fake = Fake::start(|_| {
        Reply::json(format!(r#"{{"items":[{}],"totalItemCount":2,"totalPages":1}}"#, comment(1)))
    })
    .await;
    let error = fake.client().comments(3).await.unwrap_err();
    assert_eq!((error.kind, error.record.as_deref()), (ErrorKind::Incomplete, Some("3")));
}

#[tokio::test]
async fn the_thread_of_no_ticket_is_not_found() {
    let fake = Fake::start(|_| Reply::status(404)).await;
    assert_eq!(fake.client().comments(3).await.unwrap_err().kind, ErrorKind::NotFound);
}
