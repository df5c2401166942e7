//! Claims about uploaded files.

use serde_json::json;

use super::caller::{Answer, Stage, stage};

async fn upload(stage: &Stage, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--cut--\r\n");
    let base = stage.simulator.endpoints().gorgias.url.clone();
    let headers = [stage.auth.as_str(), "Content-Type: multipart/form-data; boundary=cut"];
    stage.ask(&base, "POST", "/api/upload?type=attachment", &headers, &body).await
}

#[tokio::test]
async fn several_files_in_one_call_each_get_an_address_that_serves_them() {
    let stage = stage().await;
    let answer =
        upload(&stage, &[("a b.png", b"first"), ("c.png", b"\x00\xffsecond"), ("c.png", b"first")]).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    let rows = answer.json();
    assert_eq!(
        rows[1],
        json!({"url": rows[1]["url"], "name": "c.png", "content_type": "image/png", "size": 8})
    );
    let mut addresses: Vec<&str> =
        rows.as_array().unwrap().iter().filter_map(|row| row["url"].as_str()).collect();
    let base = stage.simulator.endpoints().gorgias.url.clone();
    for (address, bytes) in addresses.iter().zip([&b"first"[..], b"\x00\xffsecond", b"first"]) {
        let path = &address[address.find("/uploads/").unwrap()..];
        assert_eq!(stage.ask(&base, "GET", path, &[], b"").await.body, bytes);
    }
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 3);
    assert_eq!(stage.sim("GET", "/state", None).await["uploads"], 3);
    stage.simulator.stop().await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_nothing_is_kept() {
    let stage = stage().await;
    stage.switch(json!({"max_upload_bytes": 4})).await;
    let answer = upload(&stage, &[("a.png", b"1234"), ("b.png", b"12345")]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(stage.sim("GET", "/state", None).await["uploads"], 0);
    stage.simulator.stop().await;
}
