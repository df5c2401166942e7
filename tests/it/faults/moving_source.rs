//! A source that changes while it is walked: pages shift, tickets are added, one goes away. Whatever was listed is
//! accounted for, and whatever is at the source at the end of the walk is at the destination or listed with a cause.

use serde_json::json;
use tests::{Stack, StackOptions};

use super::{account::small, ends::complete};
use crate::PROGRAM;

/// More than two pages of tickets.
const TICKETS: u32 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_grows_and_shifts_while_it_is_walked_leaves_nothing_out() {
    let mut options: StackOptions = small().set("source.page_size", 10);
    options.simulator.tickets = TICKETS;
    let stack = Stack::start(PROGRAM, options).await;
    // During the survey; then twice while tickets are copied, once with a ticket that goes away altogether.
    for (after_pages, add, remove) in [(3, 7, vec![]), (20, 5, vec![70]), (26, 3, vec![])] {
        let shift =
            json!({ "action": "shift_pages", "after_pages": after_pages, "add": add, "remove": remove });
        stack.admin_post("atera/edit", &shift).await;
    }
    let ended = stack.run().await;
    complete("source that moves", &stack, &ended).await;
    let state = stack.admin_get("atera/state").await;
    assert_eq!((&state["tickets_added"], &state["tickets_removed"]), (&json!(15), &json!(1)), "{state}");

    let ticket = ended.well()["records"]["ticket"].clone();
    let seen = ticket["source"].as_u64().unwrap();
    let removed_before_it_was_copied = ticket["skipped"].as_u64().unwrap();
    assert!(removed_before_it_was_copied <= 1, "{ticket}");
    let picture = stack.snapshot(true);
    let books = stack.books().await;
    let there = picture["tickets"].as_object().unwrap();
    // All that the survey could see: the account as it was, and what was added during the walk of the survey.
    for id in 1..=u64::from(TICKETS) + 7 {
        let left_out = books.lines[&format!("ticket {id}")].outcome;
        let landed = there.contains_key(&format!("atera:ticket:{id}"));
        assert!(landed || left_out == "excluded" || left_out == "skipped", "ticket {id}: {left_out}");
    }
    assert!(seen >= u64::from(TICKETS) + 7, "{ticket}");
    eprintln!("| source that grows while it is walked | complete, {seen} tickets seen | | |");
}
