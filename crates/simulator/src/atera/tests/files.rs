//! Claims about files: signed anew at each listing, refused when stale, too large once, shared twice, and never
//! in need of the token.

use serde_json::Value;

use super::reader::{Answer, Served, serve};

async fn urls(served: &Served, ticket: i64) -> Vec<String> {
    let listed = served.json(&format!("/tickets/{ticket}/attachments")).await;
    listed.as_array().unwrap().iter().map(|url| url.as_str().unwrap().to_owned()).collect()
}

async fn first(served: &Served, ticket: i64) -> Answer {
    served.plain(&urls(served, ticket).await[0], &[]).await
}

#[tokio::test]
async fn a_listed_file_is_served_with_its_type_and_name() {
    let served = serve(60).await;
    let file = first(&served, 28).await;
    assert_eq!((file.status, file.headers["content-type"].as_str()), (200, "application/pdf"));
    assert!(file.headers["content-disposition"].contains("filename=\"report.pdf\""));
    assert!(file.body.starts_with(b"%PDF-"));
    let several = urls(&served, 29).await;
    assert_eq!(several.len(), 4);
    for url in several {
        assert_eq!(served.plain(&url, &[]).await.status, 200, "{url}");
    }
    assert_eq!(served.json("/tickets/1/attachments").await, Value::Array(vec![]));
    assert_eq!(served.get("/tickets/61/attachments").await.status, 404);
}

#[tokio::test]
async fn a_listing_signs_anew_on_the_same_path() {
    let served = serve(60).await;
    let (one, two) = (urls(&served, 28).await, urls(&served, 28).await);
    let path = |url: &str| url.split('?').next().unwrap().to_owned();
    assert_ne!(one, two);
    assert_eq!(path(&one[0]), path(&two[0]));
    assert_eq!(served.plain(&one[0], &[]).await.body, served.plain(&two[0], &[]).await.body);
}

#[tokio::test]
async fn stale_unsigned_and_forged_urls_are_refused() {
    let served = serve(60).await;
    let good = urls(&served, 28).await.remove(0);
    assert_eq!(served.plain(good.split('?').next().unwrap(), &[]).await.status, 403);
    let (before, after) = good.split_once("expires=").unwrap();
    let forged = format!("{before}expires=9{after}");
    assert_eq!(served.plain(&forged, &[]).await.status, 403);
    let gone = urls(&served, 30).await;
    assert_eq!(served.plain(&gone[0], &[]).await.status, 200);
    assert_eq!(served.plain(&gone[1], &[]).await.status, 403);
    served.switch(&serde_json::json!({"file_url_lifetime_s": 0})).await;
    assert_eq!(first(&served, 28).await.status, 403);
}

#[tokio::test]
async fn two_tickets_share_the_same_bytes() {
    let served = serve(60).await;
    let (one, two) = (first(&served, 32).await, first(&served, 33).await);
    assert_eq!(one.body, two.body);
    assert_ne!(one.body, first(&served, 26).await.body);
}

#[tokio::test]
async fn one_file_is_larger_than_the_destination_takes() {
    let served = serve(60).await;
    let file = first(&served, 31).await;
    assert_eq!(file.body.len(), 27_262_976);
    assert_eq!(file.headers["content-length"], "27262976");
}

#[tokio::test]
async fn a_token_sent_to_a_file_host_is_counted() {
    let served = serve(60).await;
    let foreign = urls(&served, 34).await.remove(0);
    assert!(foreign.contains("/foreign/34/"));
    assert_eq!(served.plain(&foreign, &[]).await.status, 200);
    assert_eq!(served.account.token_sent_to_files(), 0);
    let token = format!("Authorization: Bearer {}", served.account.token());
    assert_eq!(served.plain(&foreign, &[&token]).await.status, 200);
    let ordinary = urls(&served, 28).await.remove(0);
    served.plain(&ordinary, &["X-API-KEY: any"]).await;
    assert_eq!(served.account.token_sent_to_files(), 2);
    assert_eq!(served.plain("/_sim/atera/state", &[]).await.json()["token_sent_to_files"], 2);
}

#[tokio::test]
async fn images_stand_inline_as_data_by_cid_and_hosted() {
    let served = serve(60).await;
    let html = async |ticket: i64| -> String {
        let rows = served.rows(&format!("/tickets/{ticket}/comments")).await;
        rows.iter().filter_map(|row| row["CommentHtml"].as_str()).collect()
    };
    assert!(html(25).await.contains("src=\"data:image/png;base64,"));
    assert!(html(26).await.contains("src=\"cid:image001.png@"));
    assert!(urls(&served, 26).await[0].contains("image001.png"));
    let hosted = html(27).await;
    let (_, after) = hosted.split_once("src=\"").unwrap();
    let image = served.plain(after.split('"').next().unwrap(), &[]).await;
    assert_eq!((image.status, image.headers["content-type"].as_str()), (200, "image/png"));
    assert!(image.body.starts_with(b"\x89PNG"));
    assert_eq!(served.plain("/files/inline/28/0.png", &[]).await.status, 404);
}
