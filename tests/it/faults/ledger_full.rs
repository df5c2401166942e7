//! A disk that is full under the ledger. The real thing: the system refuses the program's writes past a size of file, as
//! it does on a full disk, and lets everything else work.

use std::path::Path;

use serde_json::json;
use tests::{Ended, Stack};

use super::{
    account::small,
    ends::{complete_as_undisturbed, harmless},
};
use crate::PROGRAM;

/// Runs with no file growing past so many KiB. The signal that would end the process is ignored, so that the write
/// itself fails, as on a full disk.
async fn run_within(stack: &Stack, kib: u64) -> Ended {
    let limit = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
    stack.spawn_through(Path::new("/bin/bash"), &["-c", &limit], &["run", "--output", "json"]).ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_run_and_room_lets_it_go_on_without_loss_or_doubles() {
    let stack = Stack::start(PROGRAM, small()).await;
    // Too small to begin, too small to provision, too small for the tickets: each stop is somewhere else.
    for kib in [64, 300, 700] {
        let ended = run_within(&stack, kib).await;
        assert_eq!(ended.code, Some(75), "{kib} KiB: {}", ended.stderr);
        let last = ended.stderr.lines().last().unwrap();
        assert!(last.contains("ledger") && last.contains("free disk space"), "{kib} KiB: {last}");
        assert!(last.contains("nothing recorded is lost"), "{kib} KiB: {last}");
        harmless("disk full", &stack).await;
    }
    let landed = stack.admin_get("state").await["customers"].clone();
    assert!(landed.as_u64() > Some(0), "the last stop came after the first writes: {landed}");
    complete_as_undisturbed("room again", &stack, &stack.run().await).await;
    assert_eq!(stack.admin_get("state").await["duplicates_total"], json!(0));
}
