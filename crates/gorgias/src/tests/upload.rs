//! Uploads: several files in one call, whole, with their names as they are.

use bytes::Bytes;
use serde_json::json;

use super::fake::{Fake, Reply};
use super::{client, client_of, config};
use crate::{Attachment, ErrorKind, UploadField, UploadFile, UploadKind};

fn file(name: &str, content_type: &str, bytes: &'static [u8]) -> UploadFile {
    UploadFile {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        bytes: Bytes::from_static(bytes),
    }
}

fn answered() -> Reply {
    Reply::json(
        201,
        &json!([
            {"url": "https://files/1", "name": "דו\"ח.txt", "content_type": "text/plain", "size": 5},
            {"url": "https://files/2", "name": "b.bin", "content_type": "application/octet-stream", "size": 3}
        ]),
    )
}

fn two() -> Vec<UploadFile> {
    vec![file("דו\"ח.txt", "text/plain", b"hello"), file("b.bin", "not a type", b"\x00\xff\x01")]
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn several_files_leave_in_one_call_byte_for_byte() {
    let fake = Fake::start(vec![answered()]).await;
    let uploaded = client(&fake).upload(two()).await.unwrap();
    assert_eq!(fake.lines(), ["POST /api/upload?type=attachment"]);
    let seen = &fake.seen()[0];
    assert!(seen.header("content-type").starts_with("multipart/form-data; boundary="));
    let first = "name=\"file\"; filename=\"דו\\\"ח.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
    assert!(contains(&seen.body, first.as_bytes()), "{}", String::from_utf8_lossy(&seen.body));
    let second =
        b"name=\"file\"; filename=\"b.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n\x00\xff\x01\r\n";
    assert!(contains(&seen.body, second));
    let attachment = Attachment::from(uploaded[1].clone());
    assert_eq!((attachment.url.as_str(), attachment.size), ("https://files/2", Some(3)));
}

#[tokio::test]
async fn field_name_and_audience_are_configurable() {
    let fake = Fake::start(vec![answered()]).await;
    let mut config = config(&fake);
    config.upload_field = UploadField::FileName;
    config.upload_kind = UploadKind::PublicAttachment;
    client_of(config).upload(two()).await.unwrap();
    assert_eq!(fake.lines(), ["POST /api/upload?type=public_attachment"]);
    let body = &fake.seen()[0].body;
    assert!(contains(body, b"name=\"b.bin\"; filename=\"b.bin\""));
    assert!(contains(body, "name=\"דו'ח.txt\"; filename=".as_bytes()), "names travel as they are");
}

#[tokio::test]
async fn files_too_large_are_refused_and_a_short_answer_is_doubt() {
    let fake = Fake::start(vec![Reply::empty(413), Reply::json(201, &json!([]))]).await;
    let client = client(&fake);
    let error = client.upload(two()).await.unwrap_err();
    assert_eq!((error.kind(), error.record()), (ErrorKind::Rejected, Some("2 files")));
    assert_eq!(client.upload(two()).await.unwrap_err().kind(), ErrorKind::Ambiguous);
}

#[tokio::test]
async fn no_files_are_no_call() {
    let fake = Fake::start(vec![answered()]).await;
    assert!(client(&fake).upload(Vec::new()).await.unwrap().is_empty());
    assert!(fake.lines().is_empty());
}
