//! Figures, printed and not asserted: `cargo test -p ledger --release -- --ignored --nocapture figures`.

use futures::{StreamExt, stream};
use protocol::{ObjectKind, Outcome, Pass, SourceId, TargetId};
use tokio::time::Instant;

use super::stage::{Stage, print, ticket};
use crate::Commit;

const RECORDS: i64 = 50_000;

#[tokio::test]
#[ignore = "prints figures"]
async fn figures_of_the_file() {
    figures(Stage::sqlite().await, &[1, 16, 64]).await;
}

#[tokio::test]
#[ignore = "prints figures"]
async fn figures_of_the_server() {
    figures(Stage::postgres().await, &[1, 16, 64]).await;
}

async fn figures(stage: Stage, callers: &[usize]) {
    let (ledger, id, lease) = (&stage.ledger, &stage.id, stage.lease().await);
    let start = Instant::now();
    let ids: Vec<SourceId> = (0..RECORDS).map(SourceId::from).collect();
    for page in ids.chunks(50) {
        ledger.note_seen(id, Pass(1), ObjectKind::Ticket, page).await.unwrap();
    }
    println!("{RECORDS} seen in pages of 50, each durable: {:?}", start.elapsed());
    let mut from = 0;
    for callers in callers {
        let count: i64 = if *callers == 1 { 1_000 } else { 15_000 };
        let start = Instant::now();
        let one = |number| {
            let lease = &lease;
            async move {
                ledger.intend(lease, &ticket(number), print("a")).await.unwrap();
                let commit = Commit::landed(ticket(number), Outcome::Created, TargetId(900_000_000 + number));
                ledger.commit(lease, &commit).await.unwrap();
            }
        };
        stream::iter(from..from + count).map(one).buffer_unordered(*callers).collect::<Vec<()>>().await;
        let took = start.elapsed();
        let each = count as f64 / took.as_secs_f64();
        println!("{count} intended and committed by {callers} callers: {took:?}, {each:.0} records per s");
        from += count;
    }
    let start = Instant::now();
    let links: Vec<_> = (0..1_000).map(|number| ticket(number * 47)).collect();
    assert_eq!(ledger.resolve(id, &links).await.unwrap().len(), 1_000);
    println!("1000 links resolved: {:?}", start.elapsed());
    let start = Instant::now();
    let plan: Vec<_> = (1_001..=2_000).map(|page| super::stage::pages(page, page)).collect();
    ledger.add_batches(id, Pass(1), &plan).await.unwrap();
    println!("1000 batches added: {:?}", start.elapsed());
}
