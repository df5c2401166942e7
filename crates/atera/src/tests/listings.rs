//! Walking listings: to the end and no further, no page twice, no row its filter excludes.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

use jiff::Timestamp;

use super::fake::{Fake, Reply, client, listing};
use crate::{ChangeFilter, Config, ErrorKind, Listing, TicketFilter, zone_by_name};

fn ticket(n: usize) -> String {
    format!(r#"{{"TicketID":{},"TicketStatus":"Open"}}"#, n + 1)
}

async fn walk(fake: &Fake) -> Vec<i64> {
    let client = fake.client();
    let mut ids = Vec::new();
    for page in 1.. {
        let found = client.tickets_page(&TicketFilter::All, page).await.unwrap();
        ids.extend(found.items.iter().map(|t| t.id));
        if found.last {
            break;
        }
    }
    ids
}

#[tokio::test]
async fn a_walk_gives_every_row_once_whatever_the_last_page_holds() {
    for total in [0_usize, 1, 49, 50, 51, 100, 101] {
        let fake = Fake::start(move |r| listing(r, total, 50, ticket)).await;
        let ids = walk(&fake).await;
        let wanted: Vec<i64> = (1..=i64::try_from(total).unwrap()).collect();
        assert_eq!(ids, wanted, "of {total}");
        assert_eq!(fake.seen().len(), total.div_ceil(50).max(1), "calls for {total}");
    }
}

#[tokio::test]
async fn a_page_without_page_count_is_followed_until_one_is_empty() {
    let fake = Fake::start(|r| {
        let page = r.page();
        let items = if page <= 2 { format!("[{}]", ticket(page)) } else { "null".to_owned() };
        Reply::json(format!(r#"{{"items":{items},"totalItemCount":2,"totalPages":null}}"#))
    })
    .await;
    assert_eq!(walk(&fake).await, [2, 3]);
}

#[tokio::test]
async fn rows_beside_a_page_count_of_0_do_not_end_the_walk() {
    let fake = Fake::start(|r| {
        let items = if r.page() <= 2 { ticket(r.page()) } else { String::new() };
        Reply::json(format!(r#"{{"items":[{items}],"totalItemCount":0,"totalPages":0}}"#))
    })
    .await;
    assert_eq!(walk(&fake).await, [2, 3]);
}

#[tokio::test]
async fn a_full_walk_asks_for_fifty_rows_with_relations() {
    let fake = Fake::start(|r| listing(r, 1, 50, ticket)).await;
    walk(&fake).await;
    let seen = fake.seen();
    let first = seen.first().unwrap();
    assert_eq!(first.path, "/api/v3/tickets");
    assert_eq!(first.query["itemsInPage"], "50");
    assert_eq!(first.query["includeRelations"], "true");
    assert_eq!(first.headers["accept"], "application/json");
    assert!(first.headers["accept-encoding"].contains("gzip"));
    assert!(first.headers["user-agent"].starts_with("Flotilla/"));
}

#[tokio::test]
async fn a_listing_that_repeats_a_page_is_no_progress() {
    let fake = Fake::start(|r| {
        Reply::json(format!(
            r#"{{"items":[{}],"totalItemCount":500,"page":{},"totalPages":10}}"#,
            ticket(1),
            r.page()
        ))
    })
    .await;
    let client = fake.client();
    client.tickets_page(&TicketFilter::All, 1).await.unwrap();
    let error = client.tickets_page(&TicketFilter::All, 2).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoProgress);
    assert_eq!(error.record.as_deref(), Some("page 2"));
}

#[tokio::test]
async fn rows_that_shifted_by_a_whole_page_are_progress() {
    // Page 1 is asked again once page 2 shows its rows, and shows new ones by then.
    let fake = Fake::start(|r| {
        let id = if r.page() == 1 && r.before > 0 { 9 } else { 1 };
        Reply::json(format!(
            r#"{{"items":[{}],"totalItemCount":3,"page":{},"totalPages":3}}"#,
            ticket(id),
            r.page()
        ))
    })
    .await;
    let client = fake.client();
    client.tickets_page(&TicketFilter::All, 1).await.unwrap();
    assert_eq!(client.tickets_page(&TicketFilter::All, 2).await.unwrap().items.first().unwrap().id, 2);
}

#[tokio::test]
async fn another_page_than_asked_for_is_no_progress() {
    let fake = Fake::start(|_| {
        Reply::json(format!(r#"{{"items":[{}],"totalItemCount":500,"page":1,"totalPages":10}}"#, ticket(1)))
    })
    .await;
    let error = fake.client().tickets_page(&TicketFilter::All, 7).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoProgress);
}

#[tokio::test]
async fn a_row_of_another_status_is_an_ignored_filter() {
    let fake = Fake::start(|r| listing(r, 3, 50, ticket)).await;
    let client = fake.client();
    let open = TicketFilter::Status("open".to_owned());
    assert_eq!(client.tickets_page(&open, 1).await.unwrap().items.len(), 3);
    assert_eq!(fake.seen().last().unwrap().query["ticketStatus"], "open");
    let closed = TicketFilter::Status("Closed".to_owned());
    let error = client.tickets_page(&closed, 1).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::FilterIgnored);
}

#[tokio::test]
async fn a_row_changed_long_before_the_filter_is_an_ignored_filter() {
    let row = |date: &'static str| {
        Fake::start(move |r| listing(r, 1, 50, |_| format!(r#"{{"CustomerID":4,"LastModified":"{date}"}}"#)))
    };
    let since = ChangeFilter::ChangedSince("2024-05-10T12:00:00Z".parse().unwrap());
    let fresh = row("2024-05-10T12:00:00").await;
    assert_eq!(fresh.client().customers_page(&since, 1).await.unwrap().items.len(), 1);
    let stale = row("2024-05-01T12:00:00").await;
    let error = stale.client().customers_page(&since, 1).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::FilterIgnored);
    assert!(error.to_string().contains("row 4"), "{error}");
}

#[tokio::test]
async fn change_filters_are_written_in_their_endpoints_zone() {
    let fake = Fake::start(|r| listing(r, 0, 50, ticket)).await;
    let berlin =
        client(Config { account_zone: zone_by_name("W. Europe Standard Time").unwrap(), ..fake.config() });
    let since: Timestamp = "2024-07-01T10:00:00.9Z".parse().unwrap();
    berlin.contacts_page(&ChangeFilter::ChangedSince(since), 1).await.unwrap();
    berlin.tickets_page(&TicketFilter::ChangedSince(since), 1).await.unwrap();
    // Autumn's second 02:30 cannot be told from the first, so the filter steps back before both.
    let fold: Timestamp = "2024-10-27T01:30:00Z".parse().unwrap();
    berlin.contacts_page(&ChangeFilter::ChangedSince(fold), 1).await.unwrap();
    let seen = fake.seen();
    assert_eq!(seen[0].query["FromLastModifiedDate"], "2024-07-01T12:00:00");
    assert_eq!(seen[1].path, "/api/v3/tickets/lastmodified");
    assert_eq!(seen[1].query["date"], "2024-07-01T10:00:00Z");
    assert_eq!(seen[2].query["FromLastModifiedDate"], "2024-10-27T01:30:00");
}

#[tokio::test]
async fn a_count_costs_one_row() {
    let fake = Fake::start(|r| listing(r, 1234, 1, ticket)).await;
    assert_eq!(fake.client().count(&Listing::Tickets(TicketFilter::All)).await.unwrap(), 1234);
    assert_eq!(fake.seen().len(), 1);
    assert_eq!(fake.seen().first().unwrap().query["itemsInPage"], "1");
}

#[tokio::test]
async fn an_answer_that_is_no_listing_never_reads_as_an_empty_one() {
    for body in
        [r#"{"error":"maintenance"}"#, r#"{"items":null,"totalItemCount":80,"totalPages":2,"page":1}"#]
    {
        let fake = Fake::start(move |_| Reply::json(body)).await;
        let error = fake.client().tickets_page(&TicketFilter::All, 1).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{body}");
        assert_eq!(fake.seen().len(), 3, "tried again before it is final");
    }
}

#[tokio::test]
async fn a_row_without_id_is_named_by_its_place() {
    let fake =
        Fake::start(|_| Reply::json(r#"{"items":[{"TicketID":1},{"TicketID":null}],"totalPages":1}"#)).await;
    let error = fake.client().tickets_page(&TicketFilter::All, 1).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed);
    assert!(error.to_string().contains("row 2 has no id"), "{error}");
}

#[tokio::test]
async fn a_compressed_page_is_read() {
    let fake = Fake::start(|r| {
        let plain = listing(r, 2, 50, ticket);
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&plain.body).unwrap();
        Reply { body: packed.finish().unwrap(), ..Reply::status(200) }.header("Content-Encoding", "gzip")
    })
    .await;
    assert_eq!(walk(&fake).await, [1, 2]);
}
