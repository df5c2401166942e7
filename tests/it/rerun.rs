//! The same migration again is nothing: no write, every record where it was, the destination the same to the byte.

use protocol::ObjectKind;
use serde_json::{Value, json};
use tests::{Home, Stack, StackOptions};

use crate::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn running_again_writes_nothing() {
    again_is_nothing::<Stack>().await;
}

/// The second and the third pass over what has landed.
pub(crate) async fn again_is_nothing<H: Home>() {
    let stack = H::start(PROGRAM, StackOptions::tickets(60)).await;
    let ended = stack.run().await;
    let first = ended.well();
    stack.admin_post("snapshot/save/first", &Value::Null).await;
    for pass in [2, 3] {
        let seen = requests(&stack, 0).await.len();
        let ended = stack.run().await;
        let again = ended.well();
        assert_eq!(again["pass"], json!(pass));
        assert_eq!(again["writes"], json!(0));
        for kind in ObjectKind::ALL {
            let (before, now) = (&first["records"][kind.name()], &again["records"][kind.name()]);
            let of = |row: &Value, column: &str| row[column].as_u64().unwrap();
            let landed = of(before, "created") + of(before, "adopted");
            assert_eq!(of(now, "unchanged"), landed, "pass {pass}, {kind}: {now}");
            for column in ["created", "adopted", "updated", "difference"] {
                assert_eq!(of(now, column), 0, "pass {pass}, {kind}, {column}");
            }
            for column in ["source", "skipped", "rejected", "failed", "excluded"] {
                assert_eq!(of(now, column), of(before, column), "pass {pass}, {kind}, {column}");
            }
        }
        let writes: Vec<Value> =
            requests(&stack, seen).await.into_iter().filter(|one| one["method"] != "GET").collect();
        assert!(writes.is_empty(), "pass {pass} wrote: {writes:?}");
        let compared = stack.admin_get("snapshot/compare/first").await;
        assert_eq!(compared["equal"], json!(true), "{compared}");
    }
}

/// What the destination received, from its own log, the first `seen` left out.
async fn requests<H: Home>(stack: &H, seen: usize) -> Vec<Value> {
    let all = stack.admin_get("requests?api=gorgias&limit=100000").await;
    all.as_array().unwrap()[seen..].to_vec()
}
