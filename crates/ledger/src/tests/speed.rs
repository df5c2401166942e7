//! Figures, printed and not asserted: `cargo test -p ledger -- --ignored --nocapture figures`.

use futures::{StreamExt, stream};
use protocol::{ObjectKind, Outcome, Pass, SourceId, TargetId};
use tokio::time::Instant;

use super::stage::{TTL_MS, begun, file_in, open, pages, print, ticket};
use crate::{Commit, Ledger, tests::stage::HandClock};

const RECORDS: i64 = 100_000;

#[tokio::test]
#[ignore = "prints figures"]
async fn figures() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    let ledger = open(&path, &clock).await;
    let id = begun(&ledger).await;
    let batch = ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap()[0];
    let lease = ledger.claim(batch, "anna", TTL_MS).await.unwrap().unwrap();

    let start = Instant::now();
    let ids: Vec<SourceId> = (0..RECORDS).map(SourceId::from).collect();
    for page in ids.chunks(50) {
        ledger.note_seen(&id, Pass(1), ObjectKind::Ticket, page).await.unwrap();
    }
    println!("{RECORDS} seen in pages of 50, each durable: {:?}", start.elapsed());

    let at_once: &dyn Ledger = &*ledger;
    for (tasks, records) in [(1, 0..2_000), (16, 2_000..RECORDS)] {
        let (start, count) = (Instant::now(), records.end - records.start);
        let one = |number| {
            let lease = &lease;
            async move {
                at_once.intend(lease, &ticket(number), print("a")).await.unwrap();
                let commit = Commit::landed(ticket(number), Outcome::Created, TargetId(900_000_000 + number));
                at_once.commit(lease, &commit).await.unwrap();
            }
        };
        stream::iter(records).map(one).buffer_unordered(tasks).collect::<Vec<()>>().await;
        println!("{count} intended and committed by {tasks} tasks: {:?}", start.elapsed());
    }
    let start = Instant::now();
    let links: Vec<_> = (0..1_000).map(|number| ticket(number * 97)).collect();
    assert_eq!(ledger.resolve(&id, &links).await.unwrap().len(), 1_000);
    println!("1000 links resolved: {:?}", start.elapsed());
    ledger.close().await;
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("{} bytes a record", bytes / RECORDS.unsigned_abs());
}
