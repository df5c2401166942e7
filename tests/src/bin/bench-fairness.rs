//! Whether a large migration takes anything from small ones: ten migrations between ten pairs of accounts, one of them a
//! hundred times larger, on four workers. Each account shall be used at its own rate until its migration ends, and a
//! pause of one shall act within two seconds and leave the others as they are.
//!
//! `cargo run --locked --release -p tests --bin bench-fairness [-- TICKETS]`, tickets of a small account; 100 by default.
//! Figures are from the stand-ins' own logs. Ends with 1 when one of the promises is not kept.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on may panic")]

use std::{
    env,
    io::{Write as _, stdout},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use bootstrap::Environment;
use serde_json::{Value, json};
use simulator::{Options, Rate};
use tests::{CrashingProbe, FleetStack, Home as _, StackOptions, StandIn};
use tokio::time::Instant;

const ACCOUNTS: usize = 10;
const WORKERS: usize = 4;
const TIMES_LARGER: u32 = 100;

/// Every account's own: five requests a second.
const RATE: Rate = Rate { limit: 20, window_ms: 4_000 };

/// The promises.
const LEAST_SHARE: f64 = 0.9;
const MOST_MS: f64 = 2_000.0;

/// How long the paused migration rests.
const REST: Duration = Duration::from_secs(10);

const LOOK: Duration = Duration::from_millis(100);

/// A migration and its accounts.
struct One {
    id: String,
    stand_in: StandIn,
}

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--config") {
        return flotilla::program(Arc::new(CrashingProbe::of(&Environment::of_process())));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure())
}

async fn measure() -> ExitCode {
    let tickets = env::args().nth(1).map_or(100, |text| text.parse::<u32>().unwrap());
    let program = env::current_exe().unwrap().to_string_lossy().into_owned();
    let options = StackOptions::tickets(1)
        .processes(1, WORKERS)
        .set("run.lease_ms", 12_000)
        .set("destination.timeout_ms", 8_000)
        .set("worker.jobs", 8)
        .set("log.level", "warn");
    let stack = FleetStack::start(&program, options).await;
    let mut all = Vec::new();
    for number in 0..ACCOUNTS {
        let (id, size) = match number {
            0 => ("large".to_owned(), tickets * TIMES_LARGER),
            _ => (format!("small-{number}"), tickets),
        };
        let seed = 7 + number as u64;
        let options = Options { seed, tickets: size, rate: RATE, ..Options::default() };
        let one = One { stand_in: StandIn::start(&options).await, id };
        stack.admit(&one.stand_in, RATE, &format!("{}-", one.id)).await;
        stack.create_between(&one.id, &one.stand_in, &format!("{}-", one.id)).await;
        all.push(one);
    }
    let began = Instant::now();
    for one in &all {
        act(&stack, &one.id, "start").await;
    }
    say(&format!("{ACCOUNTS} migrations, {WORKERS} workers, {:.1} requests/s an account", RATE.per_second()));

    // Half way of the small ones, the first of them is paused.
    let paused = &all[1];
    all[2]
        .stand_in
        .admin
        .wait_for(json!({ "path": "/api/tickets$", "method": "POST" }), u64::from(tickets / 3))
        .await;
    let kept_pause = pause(&stack, paused, &all).await;

    for one in &all[1..] {
        let _ = stack.ended(&one.id).await.well();
    }
    say(&format!("the small ones have ended after {:.0} s", began.elapsed().as_secs_f64()));
    let mut kept = kept_pause;
    say(
        "account    requests   seconds   share of its own rate until it ended   answers 429   most in a window",
    );
    for one in &all {
        let share = share(one, one.id == paused.id).await;
        let rate = one.stand_in.admin_get("rate").await;
        say(&format!(
            "{:<10} {:>8} {:>9.1} {:>22.3}                {:>11} {:>18}",
            one.id,
            share.requests,
            share.seconds,
            share.share,
            rate["responses_429"],
            rate["max_in_any_window"],
        ));
        kept &= share.share >= LEAST_SHARE;
        kept &= rate["responses_429"] == json!(0);
        kept &= rate["max_in_any_window"].as_u64().unwrap() <= u64::from(RATE.limit);
    }
    act(&stack, "large", "cancel").await;
    say(if kept { "every promise is kept" } else { "a promise is NOT kept" });
    ExitCode::from(u8::from(!kept))
}

async fn act(stack: &FleetStack, id: &str, action: &str) {
    let api = stack.api("operator").await;
    let _ = api.post(&format!("/v1/migrations/{id}/{action}"), &json!({})).await.well();
}

/// Pauses one and looks at all until it goes on again.
async fn pause(stack: &FleetStack, paused: &One, all: &[One]) -> bool {
    let (mut before, mut last) = (Vec::new(), Duration::ZERO);
    for one in all {
        before.push(requests(one).await);
    }
    let asked = Instant::now();
    act(stack, &paused.id, "pause").await;
    let answered = asked.elapsed();
    let mut count = requests(paused).await;
    while asked.elapsed() < REST {
        tokio::time::sleep(LOOK).await;
        let now = requests(paused).await;
        if now != count {
            (count, last) = (now, asked.elapsed());
        }
    }
    let seconds = asked.elapsed().as_secs_f64();
    let mut kept = last.as_secs_f64() * 1e3 <= MOST_MS;
    say(&format!(
        "pause of {} answered after {} ms, its last request came {} ms after it was asked (promised: {MOST_MS} ms)",
        paused.id,
        answered.as_millis(),
        last.as_millis()
    ));
    for (one, before) in all.iter().zip(before) {
        if one.id != paused.id {
            let share = (requests(one).await - before) as f64 / seconds / RATE.per_second();
            say(&format!("  meanwhile {:<10} {share:.3} of its own rate", one.id));
            kept &= share >= LEAST_SHARE;
        }
    }
    act(stack, &paused.id, "resume").await;
    kept
}

async fn requests(one: &One) -> u64 {
    one.stand_in.admin_get("state").await["requests"]["gorgias"].as_u64().unwrap()
}

struct Share {
    requests: usize,
    seconds: f64,
    share: f64,
}

/// Share of its rate an account was used at from its first write to its last; the rest of a pause is taken out.
async fn share(one: &One, rested: bool) -> Share {
    let log = one.stand_in.admin_get("requests?api=gorgias&limit=1000000").await;
    let log = log.as_array().unwrap();
    let at = |entry: &Value| entry["t_ms"].as_f64().unwrap();
    let writes = || log.iter().filter(|entry| entry["method"] != "GET");
    let (first, last) = (at(writes().next().unwrap()), at(writes().next_back().unwrap()));
    let times: Vec<f64> = log.iter().map(at).filter(|at| (first..=last).contains(at)).collect();
    let longest = times.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    let seconds = (last - first - if rested { longest } else { 0.0 }) / 1e3;
    Share { requests: times.len(), seconds, share: (times.len() - 1) as f64 / seconds / RATE.per_second() }
}

fn say(line: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}
