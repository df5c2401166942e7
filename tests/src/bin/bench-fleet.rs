//! How fast a fleet with one worker is beside one process, and where the rest goes: both move the same simulated account
//! with every limit lifted, so that nothing but our own cost is left.
//!
//! `cargo run --locked --release -p tests --bin bench-fleet [-- TICKETS ROUNDS]`; 6000 and 3 by default. Prints records
//! per second of both and their ratio (goal: 0.7; the fleet's first second is the limiter's, which takes the window of an
//! account it has never seen for a full one), round trips to the servers, and processor time of each process. This
//! program is also the program under test and, in its own process, the stand-in. Linux only; it judges nothing else.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on may panic")]

use std::{
    env,
    io::{Write as _, stdout},
    process::{self, ExitCode},
    sync::Arc,
    time::Duration,
};

use bootstrap::Environment;
use serde_json::Value;
use tests::{
    CrashingProbe, FleetStack, Home as _, Stack, StackOptions, Which, cpu_seconds, cpu_seconds_with_children,
};
use tokio::time::Instant;

/// What the fleet shall reach of one process.
const GOAL: f64 = 0.7;

/// Between two looks whether the fleet has done. Each costs the scheduler some ten reads, which are no cost of the move.
const LOOK: Duration = Duration::from_millis(250);

/// What a move took.
struct Seen {
    records: u64,
    seconds: f64,
    /// Processor time by whoever used it.
    cpu: Vec<(&'static str, f64)>,
    /// Figures about the servers, by name.
    servers: Vec<(&'static str, f64)>,
}

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--config") {
        return flotilla::program(Arc::new(CrashingProbe::of(&Environment::of_process())));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure())
}

async fn measure() -> ExitCode {
    let mut numbers = env::args().skip(1).map(|text| text.parse::<u32>().unwrap());
    let (tickets, rounds) = (numbers.next().unwrap_or(6_000), numbers.next().unwrap_or(3));
    let program = env::current_exe().unwrap().to_string_lossy().into_owned();
    let mut ratios = Vec::new();
    // In turn, so that whatever else the machine does falls on both.
    for round in 1..=rounds {
        let one = embedded(&program, tickets).await;
        tell(&format!("round {round}, one process"), &one);
        let fleet = fleet(&program, tickets).await;
        tell(&format!("round {round}, fleet of one worker"), &fleet);
        let ratio = fleet.per_second() / one.per_second();
        say(&format!("round {round}: ratio {ratio:.2}\n"));
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    let middle = ratios[ratios.len() / 2];
    say(&format!("ratio of records per second, middle of {rounds} rounds: {middle:.2} (goal {GOAL})"));
    ExitCode::from(u8::from(middle < GOAL))
}

fn options(tickets: u32) -> StackOptions {
    StackOptions::tickets(tickets)
        .rate(100_000, 1_000)
        .processes(1, 1)
        .set("source.rate_cap_per_s", 100_000.0)
        .set("source.rate_start_per_s", 100_000.0)
        .set("run.error_budget", 1_000_000)
        .set("run.workers", 8)
        .set("run.abreast", 4)
        .set("run.batch_pages", 2)
        .set("run.lease_ms", 12_000)
        .set("destination.timeout_ms", 8_000)
        .set("log.level", "warn")
}

async fn embedded(program: &str, tickets: u32) -> Seen {
    let stack = Stack::start(program, options(tickets)).await;
    let (own, began) = (cpu_seconds(process::id()), Instant::now());
    let children = children_seconds();
    let ended = stack.run().await;
    let seconds = began.elapsed().as_secs_f64();
    let cpu =
        vec![("flotilla", children_seconds() - children), ("stand-in", cpu_seconds(process::id()) - own)];
    Seen { records: records(ended.well()), seconds, cpu, servers: Vec::new() }
}

async fn fleet(program: &str, tickets: u32) -> Seen {
    let stack = FleetStack::start(program, options(tickets)).await;
    let (worker, scheduler) = (stack.pid_of(Which::Worker(0)).await, stack.pid_of(Which::Scheduler(0)).await);
    let (redis, postgres) = {
        let servers = stack.servers().await;
        (servers.redis.pid().unwrap(), servers.postgres.pid().unwrap())
    };
    let cpu = || {
        [
            ("worker", cpu_seconds(worker)),
            ("scheduler", cpu_seconds(scheduler)),
            ("PostgreSQL", cpu_seconds_with_children(postgres)),
            ("Redis", cpu_seconds(redis)),
            ("stand-in", cpu_seconds(process::id())),
        ]
    };
    let (before, counted) = (cpu(), server_figures(&stack).await);
    let (began, id) = (Instant::now(), stack.migration());
    stack.begin().await;
    while stack.look(id.as_str()).await["migration"]["state"] != "ready" {
        tokio::time::sleep(LOOK).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let ended = stack.ended(id.as_str()).await;
    let used = before.iter().zip(cpu()).map(|((name, before), (_, now))| (*name, now - before)).collect();
    let counts = server_figures(&stack).await;
    let servers =
        counted.iter().zip(counts).map(|((name, before), (_, now))| (*name, now - before)).collect();
    Seen { records: records(ended.well()), seconds, cpu: used, servers }
}

/// Transactions and flushes of PostgreSQL, commands of Redis, so far.
async fn server_figures(stack: &FleetStack) -> Vec<(&'static str, f64)> {
    let servers = stack.servers().await;
    let statement = "SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()), \
                     (SELECT wal_sync FROM pg_stat_wal)";
    let row = servers.sql(statement).await.remove(0);
    let (transactions, flushes) = row.split_once('|').unwrap();
    let info = servers.redis.command(&["INFO", "stats"]).await.unwrap();
    let commands = info.lines().find_map(|line| line.strip_prefix("total_commands_processed:")).unwrap();
    vec![
        ("transactions of PostgreSQL", transactions.parse().unwrap()),
        ("flushes of its log to the disk", flushes.parse().unwrap()),
        ("commands of Redis", commands.trim().parse().unwrap()),
    ]
}

fn records(summary: &Value) -> u64 {
    assert_eq!(summary["state"], "ready", "{summary}");
    summary["records"].as_object().unwrap().values().map(|row| row["source"].as_u64().unwrap()).sum()
}

/// Processor time of children that have ended and were waited for.
fn children_seconds() -> f64 {
    let own = process::id();
    cpu_seconds_with_children(own) - cpu_seconds(own)
}

impl Seen {
    fn per_second(&self) -> f64 {
        self.records as f64 / self.seconds
    }
}

fn tell(name: &str, seen: &Seen) {
    let (records, seconds) = (seen.records as f64, seen.seconds);
    say(&format!("{name}: {records} records in {seconds:.2} s, {:.0} records/s", seen.per_second()));
    for (who, cpu) in &seen.cpu {
        let (micros, share) = (cpu * 1e6 / records, cpu / seconds);
        say(&format!(
            "  {who:<12} {cpu:>7.2} s of a processor, {micros:>6.0} us a record, {share:>5.2} of one"
        ));
    }
    for (what, count) in &seen.servers {
        say(&format!("  {what:<32} {count:>9.0}, {:>6.2} a record", count / records));
    }
}

fn say(line: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}
