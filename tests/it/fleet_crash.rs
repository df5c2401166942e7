//! The crash points of the corridor on the fleet: the same stories as in one process, with three workers of which one
//! dies. They take many minutes and are asked for by name (`just fleet-crash`).

use tests::FleetStack;

use crate::crash;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: just fleet-crash"]
async fn a_worker_killed_at_any_step_leaves_no_duplicate_and_loses_nothing() {
    crash::a_kill_at_any_step::<FleetStack>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: just fleet-crash"]
async fn two_workers_killed_at_any_step_leave_no_duplicate_and_lose_nothing() {
    crash::two_kills_at_any_step::<FleetStack>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: just fleet-crash"]
async fn the_fleet_does_not_repeat_a_write_that_was_applied_and_then_lost() {
    crash::a_lost_answer_at_any_write::<FleetStack>().await;
}
