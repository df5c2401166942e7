//! Processes that share one account: this test program started again as children.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::*;

/// A process of the fleet.
struct Member {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Member {
    /// Starts a process whose `tasks` take `count` permits.
    async fn start(redis: &Redis, account: &str, rate: Rate, tasks: usize, count: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "shared::tests::fleet::a_member_takes_permits", "--ignored", "--nocapture"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let orders = format!("{} {account} {} {} {tasks} {count}\n", redis.url(), rate.limit, rate.window_ms);
        child.stdin.take().unwrap().write_all(orders.as_bytes()).await.unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The times of its permits, once it has ended.
    async fn times(mut self) -> Vec<i64> {
        let mut times = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            times.extend(line.strip_prefix("granted ").map(|at| at.parse::<i64>().unwrap()));
        }
        assert!(self.child.wait().await.unwrap().success());
        times
    }
}

/// A member's own side; its orders come on standard input.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of other tests, which start it"]
async fn a_member_takes_permits() {
    let mut orders = String::new();
    std::io::stdin().read_line(&mut orders).unwrap();
    let words: Vec<&str> = orders.split_whitespace().collect();
    let [url, account, limit, window_ms, tasks, count] = words[..] else { panic!("{orders}") };
    let limiters = RedisLimiters::connect(url).await.unwrap();
    let rate = Rate::new(limit.parse().unwrap(), window_ms.parse().unwrap());
    let limiter = limiters.limiter(account, "m-1", rate);
    let asked = Asked { limiters, limiter, account: account.to_owned() };
    let times = asked.takes(tasks.parse().unwrap(), count.parse().unwrap()).await;
    println!();
    times.iter().for_each(|at| println!("granted {at}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_together_keep_the_limit() {
    let redis = Redis::start().await.unwrap();
    let members =
        [Member::start(&redis, "acme", RATE, 8, 80).await, Member::start(&redis, "acme", RATE, 8, 80).await];
    let [one, two] = members.map(Member::times);
    let (one, two) = tokio::join!(one, two);
    let all = [one, two].concat();
    assert_eq!(all.len(), 160);
    let most = most_in_any_window(&all, WINDOW);
    assert!(most <= LIMIT as usize, "{most} permits in one window");
    let took = Duration::from_micros((all.iter().max().unwrap() - all.iter().min().unwrap()) as u64);
    println!(
        "{most} in a window; {:.3} of the limit used",
        159.0 / f64::from(LIMIT) / took.div_duration_f64(WINDOW)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_while_it_waits_holds_nobody_up() {
    let redis = Redis::start().await.unwrap();
    let slow = Rate::new(4, 4_000);
    let asked = fresh(&redis, slow).await;
    asked.takes(1, 1).await;
    let mut member = Member::start(&redis, &asked.account, slow, 8, 80).await;
    let waiting = async || asked.limiters.figures(&asked.account).await.unwrap().waiting;
    comes_true("the other process waits", async || waiting().await >= 7).await;
    member.child.kill().await.unwrap();
    // The eight ahead of it would take eight seconds.
    let soon = asked.limiter.acquire(Instant::now() + PATIENCE).await;
    assert!(soon.is_ok());
    comes_true("the dead are forgotten", async || waiting().await == 0).await;
    let times = asked.takes(2, 4).await;
    assert!(most_in_any_window(&times, Duration::from_secs(4)) <= 4);
}
