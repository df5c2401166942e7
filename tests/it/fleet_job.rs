//! The main job on the fleet: the same stories as in one process, with three workers on a real Redis and a real
//! PostgreSQL.

use tests::FleetStack;

use crate::{main_job, rerun};

#[tokio::test(flavor = "multi_thread")]
async fn the_fleet_emails_no_customer_and_makes_no_note_public() {
    main_job::silent_and_private::<FleetStack>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fleet_accounts_for_every_record() {
    for (kind, written, intended) in main_job::accounted_for::<FleetStack>().await {
        assert!(intended >= written, "{kind}: something was written without an intent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fleet_writes_nothing_when_it_runs_again() {
    rerun::again_is_nothing::<FleetStack>().await;
}
