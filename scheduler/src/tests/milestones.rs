//! Stories of the cutover: each milestone is refused until what comes before it is done, and says what that is.

use protocol::{MigrationId, MigrationState as S};
use serde_json::{Value, json};

use super::{
    client::Client,
    fleet::{Fleet, create_acme},
    stage::Habits,
};

const PLACE: &str = "/v1/migrations/acme/milestones";

async fn refused(client: &Client, milestone: &str, because: &str) {
    let answer = client.post(PLACE, &json!({ "milestone": milestone })).await.is(409);
    assert!(answer.body.contains(because), "{milestone}: {}", answer.body);
}

async fn errand(fleet: &Fleet, client: &Client, asked: Value, back_in: S) {
    client.post("/v1/migrations/acme/errands", &asked).await.is(200);
    fleet.until("acme", back_in).await;
}

#[tokio::test]
async fn the_destination_becomes_the_system_of_record_step_by_step() {
    let fleet = Fleet::new().await;
    let (client, _) = fleet.at_work(Habits::default()).await;
    create_acme(&client).await;
    refused(&client, "freeze", "a run that is over comes before the freeze").await;
    client.post("/v1/migrations/acme/start", &json!({ "signed_off_by": "Ruth" })).await.is(200);
    fleet.until("acme", S::Ready).await;
    refused(&client, "cut_over", "the freeze comes before the cutover").await;
    client.post(PLACE, &json!({ "milestone": "freeze", "by": "Anna" })).await.is(200);
    refused(&client, "cut_over", "make a delta after the freeze").await;

    // The played worker writes what it is given again: the source seems to have changed, and that is an alarm the second time.
    errand(&fleet, &client, json!({ "errand": "delta" }), S::Frozen).await;
    refused(&client, "cut_over", "make another one, which has to find nothing").await;
    let id = MigrationId::new("acme").unwrap();
    let alarms = async || {
        let lines = fleet.ledger.audit(&id).await.unwrap();
        lines.iter().filter(|line| line.what.starts_with("alarm: ")).count()
    };
    assert_eq!(alarms().await, 0, "what the first delta brings may have been written before the freeze");
    errand(&fleet, &client, json!({ "errand": "delta" }), S::Frozen).await;
    assert_eq!(alarms().await, 1);

    let quiet = json!({ "pass": 99, "created": 0, "updated": 0, "left": 0 });
    fleet.ledger.put_leaf(&id, "delta", &quiet, "test").await.unwrap();
    refused(&client, "cut_over", "verify after the last delta").await;
    fleet.ledger.put_leaf(&id, "verify", &json!({ "pass": 100, "left": 2 }), "test").await.unwrap();
    refused(&client, "cut_over", "2 records are left open").await;
    client.post(PLACE, &json!({ "milestone": "cut_over", "tolerate": 2 })).await.is(200);
    fleet.until("acme", S::Hypercare).await;
    client.post("/v1/migrations/acme/errands", &json!({ "errand": "delta" })).await.is(409);
    refused(&client, "close", "it is watched until").await;
    client.post(PLACE, &json!({ "milestone": "close", "early": true })).await.is(200);
    fleet.until("acme", S::Closed).await;
    let who = fleet.ledger.leaf(&id, "freeze", None).await.unwrap().unwrap().who;
    assert_eq!(who, "Anna");
}
