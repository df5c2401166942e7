//! How exactly a fleet keeps a limit and how much of it is used: processes of several tasks each share one account of a
//! stand-in through one Redis, and the stand-in's own log of arrivals is the judge. Then others use half of the account
//! for a while; then the limit is lifted, to see how fast leave can be given.
//!
//! `cargo run -p tests --bin bench-limiter [-- WINDOWS]`, windows measured in real time per run, 5 by default. The runs go
//! on side by side, each on an account and a stand-in of its own. Ends with 1 when a window held more than its limit,
//! somebody got a 429 where nobody else was, or less than 0.97 of a limit was used.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on may panic")]

use std::{
    env,
    io::{Write, stdout},
    process::{ExitCode, Stdio},
    time::Duration,
};

use futures::future::join_all;
use limiter::{Limiter, Rate, RedisLimiters};
use reqwest::{Client, header::RETRY_AFTER};
use serde_json::{Value, json};
use servers::Redis;
use simulator::{Options, Simulator};
use tokio::{process::Command, time::Instant};

const WINDOW: Duration = Duration::from_secs(20);
const TASKS: usize = 8;
const LEAST_USED: f64 = 0.97;
const LIMITS: [u32; 2] = [40, 80];
const PROCESSES: [usize; 3] = [1, 4, 12];
/// Windows of each part of the run with others on the account.
const PART: u32 = 4;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [kind, rest @ ..] = words.as_slice()
        && kind == "work"
    {
        work(rest).await;
        return ExitCode::SUCCESS;
    }
    let windows = words.first().map_or(5, |text| text.parse().unwrap());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let redis = Redis::start().await.unwrap();
    say("limit  processes  requests  max in any window  429  share used");
    let runs = LIMITS.iter().flat_map(|limit| PROCESSES.iter().map(|processes| (*limit, *processes)));
    let precise = join_all(runs.map(|(limit, processes)| precision(&redis, limit, processes, windows)));
    let shared = join_all(LIMITS.map(|limit| others(&redis, limit)));
    let (precise, shared) = tokio::join!(precise, shared);
    speed(&redis).await;
    let good = precise.into_iter().chain(shared).all(|good| good);
    ExitCode::from(u8::from(!good))
}

/// One account at its limit, used by so many processes.
async fn precision(redis: &Redis, limit: u32, processes: usize, windows: u32) -> bool {
    let account = Account::start(limit).await;
    // The first window belongs to the unknown past.
    let seconds = WINDOW.as_secs() * u64::from(windows + 1);
    account.used_by(redis, processes, seconds).await;
    let rate = account.rate().await;
    let (most, refused) = (number(&rate, "max_in_any_window"), number(&rate, "responses_429"));
    let used = share_used(&rate);
    say(&format!(
        "{limit:>5} {processes:>10} {:>9} {most:>18} {refused:>4} {used:>11.4}",
        number(&rate, "requests")
    ));
    most <= u64::from(limit) && refused == 0 && used >= LEAST_USED
}

/// One account of which others use nothing, half, and nothing again.
async fn others(redis: &Redis, limit: u32) -> bool {
    let account = Account::start(limit).await;
    let parts = [0.0, 0.5, 0.0];
    let seconds = WINDOW.as_secs() * u64::from(PART * parts.len() as u32 + 1);
    let steps = async {
        tokio::time::sleep(WINDOW).await;
        let mut good = true;
        for (number_of_part, share) in parts.into_iter().enumerate() {
            let foreign = share * f64::from(limit);
            account.post("foreign", &json!({"requests_per_window": foreign})).await;
            let mut seen = Vec::new();
            for _ in 0..PART {
                let before = account.rate().await;
                tokio::time::sleep(WINDOW).await;
                let after = account.rate().await;
                let ours = number(&after, "requests") - number(&before, "requests");
                let refused = number(&after, "responses_429") - number(&before, "responses_429");
                seen.push((ours, refused));
            }
            // The first window of a part is the one in which the change is noticed.
            let ours: u64 = seen[1..].iter().map(|(ours, _)| ours).sum();
            let of_the_rest = ours as f64 / f64::from(PART - 1) / (f64::from(limit) - foreign);
            let refused: Vec<u64> = seen.iter().map(|(_, refused)| *refused).collect();
            say(&format!(
                "{limit:>5}  others {foreign:>3} in part {number_of_part}: ours {ours} in {} windows, {of_the_rest:.3} of the rest, \
                 429 by window {refused:?}",
                PART - 1
            ));
            good &= of_the_rest >= 0.9;
        }
        good
    };
    tokio::join!(account.used_by(redis, 4, seconds), steps).1
}

/// The limit lifted: one process of several tasks, and four.
async fn speed(redis: &Redis) {
    for processes in [1, 4] {
        let account = format!("lifted-{processes}");
        let workers = (0..processes).map(|_| worker(redis, &account, "", "", 1_000_000, 1_000, 6));
        let granted: u64 = join_all(workers).await.into_iter().sum();
        say(&format!(
            "limit lifted: {processes} processes x {TASKS} tasks: {:.0} permits/s",
            granted as f64 / 5.0
        ));
    }
}

/// A stand-in with one account.
struct Account {
    simulator: Simulator,
    client: Client,
    limit: u32,
}

impl Account {
    async fn start(limit: u32) -> Self {
        let window_ms = u64::try_from(WINDOW.as_millis()).unwrap();
        let rate = simulator::Rate { limit, window_ms };
        let simulator = Simulator::start(Options { rate, tickets: 1, ..Options::default() }).await.unwrap();
        Self { simulator, client: Client::new(), limit }
    }

    async fn used_by(&self, redis: &Redis, processes: usize, seconds: u64) {
        let gorgias = &self.simulator.endpoints().gorgias;
        let account = gorgias.url.as_str();
        let window_ms = u64::try_from(WINDOW.as_millis()).unwrap();
        let secret = format!("{} {}", gorgias.email, gorgias.api_key);
        let workers =
            (0..processes).map(|_| worker(redis, account, account, &secret, self.limit, window_ms, seconds));
        join_all(workers).await;
    }

    async fn rate(&self) -> Value {
        let request = self.client.get(format!("{}/rate", self.simulator.endpoints().admin_url));
        answer(request).await.json().await.unwrap()
    }

    async fn post(&self, route: &str, body: &Value) {
        answer(self.client.post(format!("{}/{route}", self.simulator.endpoints().admin_url)).json(body))
            .await;
    }
}

/// Starts a worker process and waits for its end; answers how many permits it got.
async fn worker(
    redis: &Redis,
    account: &str,
    url: &str,
    secret: &str,
    limit: u32,
    window_ms: u64,
    seconds: u64,
) -> u64 {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["work", &redis.url(), account, url, secret]);
    command.args([limit.to_string(), window_ms.to_string(), seconds.to_string()]);
    let ended = command.stdout(Stdio::piped()).kill_on_drop(true).output().await.unwrap();
    String::from_utf8(ended.stdout).unwrap().trim().parse().unwrap()
}

/// The worker's own side: tasks that make the cheapest call there is, as often as they may.
async fn work(words: &[String]) {
    let [redis, account, url, secret, limit, window_ms, seconds] = words else { panic!("{words:?}") };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let limiters = RedisLimiters::connect(redis).await.unwrap();
    let rate = Rate::new(limit.parse().unwrap(), window_ms.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds.parse().unwrap());
    let client = Client::builder().tls_certs_only([]).build().unwrap();
    let tasks = (0..TASKS).map(|_| {
        let limiter = limiters.of(account, "m-1", rate);
        let (client, url, secret) = (client.clone(), url.clone(), secret.clone());
        tokio::spawn(async move {
            let mut granted = 0_u64;
            while let Ok(permit) = limiter.acquire(until).await {
                granted += 1;
                if !url.is_empty() && permit.is_valid_at(Instant::now()) {
                    call(&client, &url, &secret, limiter.as_ref()).await;
                }
            }
            granted
        })
    });
    let granted: u64 = join_all(tasks).await.into_iter().map(Result::unwrap).sum();
    say(&granted.to_string());
}

async fn call(client: &Client, url: &str, secret: &str, limiter: &dyn Limiter) {
    let (user, password) = secret.split_once(' ').unwrap();
    let got = answer(client.get(format!("{url}/tags?limit=1")).basic_auth(user, Some(password))).await;
    let header = |name: &str| got.headers().get(name).and_then(|value| value.to_str().ok());
    let told = header("x-gorgias-account-api-call-limit").and_then(|text| text.split_once('/'));
    if let Some((used, limit)) = told {
        limiter.feedback(used.parse().unwrap(), limit.parse().unwrap());
    }
    if let Some(seconds) = header(RETRY_AFTER.as_str()) {
        limiter.block_for(Duration::from_secs(seconds.parse().unwrap()));
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Response {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stand-in is no vendor; where it counts, leave was given"
    )]
    let answer = request.send().await.unwrap();
    answer
}

/// Share of the limit used from the first arrival to the last, pauses and all.
fn share_used(rate: &Value) -> f64 {
    let [busy, idle] = ["seconds", "idle_seconds"].map(|name| rate["steady"][name].as_f64().unwrap());
    let allowed = number(rate, "limit") as f64 / (number(rate, "window_ms") as f64 / 1_000.0);
    (number(rate, "requests") - 1) as f64 / (busy + idle) / allowed
}

fn number(of: &Value, name: &str) -> u64 {
    of[name].as_u64().unwrap()
}

fn say(line: &str) {
    writeln!(stdout().lock(), "{line}").unwrap();
}
