//! Claims about comments: their number, their order, who speaks, what is internal, and how they repeat.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reader::serve;

fn texts(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["Comment"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn threads_have_the_lengths_that_break_pages_and_posts() {
    let served = serve(62).await;
    for (ticket, length) in
        [(1, 2), (2, 0), (3, 0), (16, 130), (17, 700), (56, 50), (57, 51), (61, 500), (62, 501)]
    {
        let rows = served.rows(&format!("/tickets/{ticket}/comments")).await;
        assert_eq!(rows.len(), length, "ticket {ticket}");
        let distinct: BTreeSet<String> = rows.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), length, "ticket {ticket}: paging repeats or skips");
    }
}

#[tokio::test]
async fn comments_are_not_listed_by_date() {
    let served = serve(62).await;
    for ticket in [16, 17] {
        let rows = served.rows(&format!("/tickets/{ticket}/comments")).await;
        let dates: Vec<&str> = rows.iter().map(|row| row["Date"].as_str().unwrap()).collect();
        assert!(!dates.is_sorted(), "ticket {ticket}");
    }
}

#[tokio::test]
async fn exactly_the_internal_comments_carry_the_marker_in_text_and_html() {
    let served = serve(62).await;
    let mut internal = 0;
    for ticket in 1..=60 {
        for row in served.rows(&format!("/tickets/{ticket}/comments")).await {
            let marker = format!("[internal:{ticket}:");
            let is_internal = row["IsInternal"] == true;
            assert_eq!(row["Comment"].as_str().unwrap().contains(&marker), is_internal);
            if let Some(html) = row["CommentHtml"].as_str() {
                assert_eq!(html.contains(&marker), is_internal);
            }
            if is_internal {
                assert!(9_000 < row["TechnicianContactID"].as_i64().unwrap());
            }
            internal += u32::from(is_internal);
        }
        let ticket_row = served.json(&format!("/tickets/{ticket}")).await;
        assert!(!ticket_row.to_string().contains("[internal:"), "ticket {ticket} shows an internal text");
    }
    assert!(50 < internal, "{internal}");
}

#[tokio::test]
async fn exact_copies_occur() {
    let served = serve(62).await;
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for row in served.rows("/tickets/18/comments").await {
        *seen.entry(row.to_string()).or_default() += 1;
    }
    assert!(seen.values().any(|count| *count == 2), "{seen:?}");
}

#[tokio::test]
async fn authors_are_requesters_others_technicians_and_nobody() {
    let served = serve(62).await;
    let requester = served.json("/tickets/19").await["EndUserID"].as_i64().unwrap();
    let rows = served.rows("/tickets/19/comments").await;
    let end_users = rows.iter().filter_map(|row| row["EndUserID"].as_i64()).filter(|id| *id != 0);
    assert!(end_users.into_iter().any(|id| id != requester));
    let rows = served.rows("/tickets/20/comments").await;
    let nobody =
        |none: Value| rows.iter().any(|row| row["EndUserID"] == none && row["TechnicianContactID"] == none);
    assert!(nobody(Value::Null) && nobody(Value::from(0)));
}

#[tokio::test]
async fn html_is_null_on_old_comments_and_wild_on_others() {
    let served = serve(62).await;
    assert!(served.rows("/tickets/21/comments").await.iter().all(|row| row["CommentHtml"].is_null()));
    let wild: String =
        served.rows("/tickets/24/comments").await.iter().map(|row| row["CommentHtml"].to_string()).collect();
    for part in ["<table", "<style>", "<script>", "onclick=", "<iframe"] {
        assert!(wild.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_first_comment_is_repeated_or_apart_or_missing() {
    let served = serve(62).await;
    for (ticket, repeated) in [(1, true), (22, true), (61, true), (62, true), (23, false)] {
        let first =
            served.json(&format!("/tickets/{ticket}")).await["FirstComment"].as_str().unwrap().to_owned();
        let rows = served.rows(&format!("/tickets/{ticket}/comments")).await;
        assert_eq!(texts(&rows).contains(&first.as_str()), repeated, "ticket {ticket}");
    }
    assert!(served.json("/tickets/2").await["FirstComment"].is_string());
    assert!(served.json("/tickets/3").await["FirstComment"].is_null());
    let bare = served.json("/tickets/noComments").await;
    assert!(bare["items"][0].get("FirstComment").is_none());
}

#[tokio::test]
async fn scripts_marks_and_nul_come_through_untouched() {
    let served = serve(62).await;
    for (ticket, part) in
        [(35, "שלום"), (36, "お世話"), (37, "\u{202a}"), (38, "\u{0}"), (39, "👨\u{200d}👩")]
    {
        let rows = served.rows(&format!("/tickets/{ticket}/comments")).await;
        assert!(texts(&rows).iter().all(|text| text.contains(part)), "ticket {ticket}");
    }
    let raw = served.get("/tickets/38/comments").await;
    assert!(String::from_utf8(raw.body).unwrap().contains("\\u0000"));
    assert!(served.json("/tickets/38").await["TicketTitle"].as_str().unwrap().contains('\u{0}'));
}

#[tokio::test]
async fn dates_come_in_every_shape_and_mean_what_is_switched() {
    let served = serve(62).await;
    let rows = served.rows("/tickets").await;
    let dates: Vec<&str> = rows.iter().map(|row| row["TicketCreatedDate"].as_str().unwrap()).collect();
    let ends = |wanted: fn(&str) -> bool| dates.iter().any(|date| wanted(date));
    assert!(ends(|date| date.ends_with('Z')) && ends(|date| date.ends_with("+02:00")));
    assert!(ends(|date| date.len() == 19) && ends(|date| date.len() == 27));
    let blank = served.json("/tickets/53").await;
    assert_eq!(blank["FirstResponseDueDate"], "");
    assert_eq!(blank["FirstResponseFinalDueDate"], Value::Null);
    let before = served.json("/tickets/2").await["TicketCreatedDate"].as_str().unwrap().to_owned();
    served.switch(&serde_json::json!({"zoneless": "account"})).await;
    let after = served.json("/tickets/2").await["TicketCreatedDate"].as_str().unwrap().to_owned();
    assert_ne!(before, after, "ticket 2 has a date without a zone");
}
