//! Migrations and processes beside each other on one account: equal turns, one block, one rate.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_the_tasks_get_no_larger_share() {
    let redis = Redis::start().await.unwrap();
    let large = fresh(&redis, RATE).await;
    let small = large.by_another_process(&redis, "m-2", RATE).await;
    let (_, of_the_small) = tokio::join!(
        async {
            tokio::select! {
                _ = large.takes(20, 100_000) => {}
                () = comes_true("both had their turns", async || small.times().len() >= 60) => {}
            }
        },
        small.takes(2, 60),
    );
    let (first, last) = (of_the_small[5], of_the_small[59]);
    let of_the_large = large.times().iter().filter(|at| (first..=last).contains(*at)).count();
    println!("55 permits of two tasks beside {of_the_large} of twenty");
    assert!((45..=70).contains(&of_the_large), "{of_the_large} of the large beside 55 of the small");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_by_one_process_stops_the_other() {
    let redis = Redis::start().await.unwrap();
    let one = fresh(&redis, RATE).await;
    let other = one.by_another_process(&redis, "m-2", RATE).await;
    one.takes(1, 1).await;
    other.takes(1, 1).await;
    let pause = Duration::from_secs(1);
    let blocked_at = Instant::now();
    one.limiter.block_for(pause);
    let blocked = async || one.limiters.figures(&one.account).await.unwrap().blocked_for.is_some();
    comes_true("the fleet knows of the block", blocked).await;
    other.takes(1, 1).await;
    assert!(Instant::now() >= blocked_at + pause, "the other was granted while the block lasted");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_rate_set_counts_for_all_and_who_comes_later_does_not_undo_it() {
    let redis = Redis::start().await.unwrap();
    let one = fresh(&redis, Rate::new(2, 200_000)).await;
    one.takes(1, 1).await;
    let other = one.by_another_process(&redis, "m-1", Rate::new(2, 200_000)).await;
    let fast = Rate::new(100, 1_000);
    let (times, ()) = tokio::join!(other.takes(1, 2), async { one.limiter.set_rate(fast) });
    assert_eq!(times.len(), 2, "one who waits elsewhere is moved to the new rate");
    let late = one.by_another_process(&redis, "m-1", Rate::new(2, 200_000)).await;
    late.takes(1, 2).await;
    for asked in [&one, &other, &late] {
        asked.takes(1, 1).await;
        assert_eq!(asked.limiter.snapshot().rate, fast);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_one_migration_does_not_lower_the_others() {
    let redis = Redis::start().await.unwrap();
    let free = fresh(&redis, RATE).await;
    let capped = free.by_another_process(&redis, "m-2", Rate::new(4, WINDOW_MS)).await;
    let of_the_free = tokio::select! {
        _ = capped.takes(8, 100_000) => Vec::new(),
        times = free.takes(8, 100) => times,
    };
    let (first, last) = (of_the_free[0], of_the_free[99]);
    let beside: Vec<i64> = capped.times().into_iter().filter(|at| (first..=last).contains(at)).collect();
    println!("{} permits of the capped beside 100", beside.len());
    assert!(most_in_any_window(&beside, WINDOW) <= 5, "the capped keeps its own limit");
    assert!(beside.len() <= 34, "{} of the capped, whose share is a fifth", beside.len());
    assert!(beside.len() >= 12, "{} of the capped, who is not starved either", beside.len());
    let figures = free.limiters.figures(&free.account).await.unwrap();
    assert_eq!((figures.limit, figures.window_ms), (Some(LIMIT), Some(WINDOW_MS)));
}

// One thread: no answer can come while the caller asks.
#[tokio::test]
async fn a_permit_that_nobody_waited_for_is_given_back() {
    let redis = Redis::start().await.unwrap();
    let asked = fresh(&redis, Rate::new(1, 60_000)).await;
    // The script is there: what is asked first is answered with a permit.
    asked.limiters.figures(&asked.account).await.unwrap();
    tokio::select! {
        biased;
        permit = asked.limiter.acquire(Instant::now() + PATIENCE) => panic!("{permit:?} without an answer"),
        // The caller has asked, and leaves before it hears of its permit.
        () = std::future::ready(()) => {}
    }
    // Otherwise the next one is a minute away.
    let next = asked.limiter.acquire(Instant::now() + Duration::from_secs(10)).await;
    assert!(next.is_ok(), "{next:?}");
}

#[test]
fn a_process_behind_the_times_does_not_undo_a_rate_and_one_that_insists_does() {
    let start = Instant::now();
    let (old, new) = (Rate::new(40, 20_000).with_reserve(1.0 / 3.0), Rate::new(10, 20_000));
    let mut book = Book::new(old, (start, 1_000_000));
    assert!(book.set_rate(old, start), "the first word is told");
    assert!(!book.set_rate(old, start), "the same word is not told again");
    let stamp = book.rate().1 + 1;
    let answer = [2_000_000, 1, 0, 0, 0, 500_000, 0, 0, 10, 20_000_000, 0, stamp];
    let second = Duration::from_secs(1);
    book.heard(&Answer::read(&answer).unwrap(), start + second, start + second);
    assert_eq!(book.rate().0, new, "a newer word counts");
    assert!(!book.set_rate(old, start + second * 2), "what was said before does not undo it");
    assert_eq!(book.rate().0, new);
    assert!(!book.set_rate(new, start + second * 3), "agreeing needs no word");
    assert!(book.set_rate(old, start + second * 4), "changing it back is a word of its own");
    let answer = [6_000_000, 1, 0, 0, 0, 500_000, 0, 0, 10, 20_000_000, 0, book.rate().1 + 1];
    book.heard(&Answer::read(&answer).unwrap(), start + second * 5, start + second * 5);
    assert!(book.set_rate(old, start + second * 11), "who insists once all must have learned is heard");
}
