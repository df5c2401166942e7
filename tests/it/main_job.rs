//! The main job, from the first byte to the last account.

use tests::{Stack, StackOptions};

use crate::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn probe_run() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(60)).await;
    let t = tokio::time::Instant::now();
    let (ended, counts) = stack.run_counting().await;
    eprintln!("{:?}", t.elapsed());
    for c in counts { eprintln!("{c:?}"); }
    eprintln!("{:#}", stack.admin_get("requests_per_ticket").await);
    std::fs::write("/tmp/w1_requests.json", stack.admin_get("requests?api=gorgias&limit=10000").await.to_string()).unwrap();
    std::fs::write("/tmp/w1_raw.json", stack.snapshot(false).to_string()).unwrap();
    std::fs::write("/tmp/w1_can.json", stack.snapshot(true).to_string()).unwrap();
    std::fs::write("/tmp/w1_truth.json", stack.admin_get("atera/truth").await.to_string()).unwrap();
    let b1 = stack.books().await;
    let mut s = stack;
    s = s.anew().await;
    s.run().await;
    eprintln!("{:?}", b1.differences(&s.books().await));
    let before: serde_json::Value = serde_json::from_str(&std::fs::read_to_string("/tmp/w1_can.json").unwrap()).unwrap();
    let d = s.admin_post("snapshot/differences", &serde_json::json!({"one": before, "other": s.snapshot(true)})).await;
    eprintln!("{d:#}");
}
