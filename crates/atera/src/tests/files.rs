//! Files: cut off at the limit, the token kept from whoever is not the API, names read from headers.

use url::Url;

use super::fake::{Fake, Reply, client};
use crate::{Client, Config, FileError};

async fn host(answer: impl Fn(&super::fake::Request) -> Reply + Send + Sync + 'static) -> (Fake, Client) {
    let fake = Fake::start(answer).await;
    let client = client(Config { max_file_bytes: 1_000, ..fake.config() });
    (fake, client)
}

fn at(fake: &Fake, path: &str) -> Url {
    fake.origin.join(path).unwrap()
}

fn has_token(fake: &Fake) -> Vec<bool> {
    let key = |r: &super::fake::Request| {
        r.headers.contains_key("x-api-key") || r.headers.contains_key("authorization")
    };
    fake.seen().iter().map(key).collect()
}

#[tokio::test]
async fn a_file_brings_its_bytes_name_and_type() {
    let names = [
        (r#"attachment; filename="a;b.txt""#, "a;b.txt"),
        (r#"attachment; filename="_.pdf"; filename*=UTF-8''%D7%97%20x.pdf"#, "ח x.pdf"),
        (r"attachment; filename=..\..\evil.exe", "evil.exe"),
        ("inline", "from link.png"),
    ];
    for (disposition, name) in names {
        let (fake, client) = host(move |_| {
            Reply::json("bytes")
                .header("Content-Type", "image/png")
                .header("Content-Disposition", disposition)
        })
        .await;
        let file = client.fetch_file(&at(&fake, "/files/1/from%20link.png?sig=1")).await.unwrap();
        assert_eq!(file.bytes, b"bytes");
        assert_eq!(file.name.as_deref(), Some(name));
        assert_eq!(file.content_type.as_deref(), Some("image/png"));
    }
}

#[tokio::test]
async fn a_file_above_the_limit_is_cut_off_whether_or_not_it_says_its_size() {
    let (fake, client) = host(|_| Reply::json("x".repeat(1_001))).await;
    assert_eq!(client.fetch_file(&at(&fake, "/files/a")).await, Err(FileError::TooLarge { limit: 1_000 }));
    assert_eq!(fake.seen().len(), 1, "never tried again");
    let (fake, client) = host(|_| Reply::json("x".repeat(1_000))).await;
    assert_eq!(client.fetch_file(&at(&fake, "/files/a")).await.unwrap().bytes.len(), 1_000);
    // Packed small, a million bytes unpacked: the length named is no measure.
    let (fake, client) = host(|_| {
        use std::io::Write as _;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![0; 100_000]).unwrap();
        let body = packed.finish().unwrap();
        assert!(body.len() < 1_000);
        Reply { body, ..Reply::status(200) }.header("Content-Encoding", "gzip")
    })
    .await;
    assert_eq!(client.fetch_file(&at(&fake, "/files/a")).await, Err(FileError::TooLarge { limit: 1_000 }));
}

#[tokio::test]
async fn the_token_goes_to_the_apis_own_paths_only() {
    let (fake, client) = host(|_| Reply::json("x")).await;
    let (foreign, _) = host(|_| Reply::json("x")).await;
    client.fetch_file(&at(&fake, "/api/v3/tickets/1/file")).await.unwrap();
    client.fetch_file(&at(&fake, "/files/1")).await.unwrap();
    client.fetch_file(&at(&fake, "/api/v3/../../files/1")).await.unwrap();
    client.fetch_file(&at(&fake, "/api/v33/file")).await.unwrap();
    client.fetch_file(&at(&foreign, "/api/v3/tickets/1/file")).await.unwrap();
    assert_eq!(has_token(&fake), [true, false, false, false]);
    assert_eq!(has_token(&foreign), [false]);
}

#[tokio::test]
async fn a_redirect_to_a_foreign_host_goes_without_the_token() {
    let (foreign, _) = host(|_| Reply::json("moved")).await;
    let target = at(&foreign, "/blob").to_string();
    let (fake, client) = host(move |_| Reply::status(302).header("Location", target.clone())).await;
    let file = client.fetch_file(&at(&fake, "/api/v3/tickets/1/file")).await.unwrap();
    assert_eq!(file.bytes, b"moved");
    assert_eq!((has_token(&fake), has_token(&foreign)), (vec![true], vec![false]));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let (fake, client) = host(|r| Reply::status(302).header("Location", r.path.clone())).await;
    assert_eq!(client.fetch_file(&at(&fake, "/a")).await, Err(FileError::Redirects));
    assert_eq!(fake.seen().len(), 6);
}

#[tokio::test]
async fn refusals_are_told_apart_and_hiccups_tried_again() {
    let cases = [
        (403, FileError::Expired(403), 1),
        (410, FileError::Expired(410), 1),
        (404, FileError::NotFound, 1),
        (418, FileError::Status(418), 1),
        (503, FileError::Status(503), 3),
    ];
    for (status, error, tries) in cases {
        let (fake, client) = host(move |_| Reply::status(status)).await;
        assert_eq!(client.fetch_file(&at(&fake, "/f")).await, Err(error));
        assert_eq!(fake.seen().len(), tries, "{status}");
    }
    let (fake, client) =
        host(|r| Reply { cut_at: (r.before == 0).then_some(2), ..Reply::json("whole") }).await;
    assert_eq!(client.fetch_file(&at(&fake, "/f")).await.unwrap().bytes, b"whole");
}

#[tokio::test]
async fn an_inner_host_is_not_asked_when_the_api_is_a_public_one() {
    let (fake, _) = host(|_| Reply::json("secret")).await;
    let outside =
        client(Config { base_url: "https://app.atera.com/api/v3".parse().unwrap(), ..fake.config() });
    assert_eq!(outside.fetch_file(&at(&fake, "/latest/meta-data")).await, Err(FileError::NotAllowed));
    assert_eq!(outside.fetch_file(&"file:///etc/passwd".parse().unwrap()).await, Err(FileError::NotAllowed));
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn attachment_links_are_listed_and_relative_ones_resolved() {
    let (fake, client) =
        host(|_| Reply::json(r#"["https://files.example.com/a?sig=1", null, "", "/files/7/b.png"]"#)).await;
    let links = client.attachment_urls(7).await.unwrap();
    let relative = at(&fake, "/files/7/b.png");
    assert_eq!(links, ["https://files.example.com/a?sig=1".parse().unwrap(), relative]);
    let (_fake, client) = host(|_| Reply::json("null")).await;
    assert!(client.attachment_urls(7).await.unwrap().is_empty());
}
