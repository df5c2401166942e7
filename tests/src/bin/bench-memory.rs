//! How much memory a run takes, and how much of it grows with the account: the program moves a small and a large account
//! of a simulator (a process of its own, limits lifted), and its resident size is read from `/proc` until it ends.
//!
//! `cargo run --release -p tests --bin bench-memory [-- SMALL LARGE]`, tickets; 5000 and 50000 by default. Ends with 1
//! when the large run's peak is above 1.3 times the small one's. Linux only; it measures and judges nothing else.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on may panic")]

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write, stdout},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

/// The most the large run may take of the small one's memory.
const ALLOWED: f64 = 1.3;

/// Time between two looks at the process.
const LOOK: Duration = Duration::from_millis(20);

/// Requests the simulator allows per second: more than can be made.
const LIMIT: &str = "100000";

/// What was seen of a run.
struct Seen {
    /// Highest resident size, KiB.
    peak_kib: u64,
    /// Middle of all resident sizes seen, KiB.
    usual_kib: u64,
    seconds: f64,
    cpu_seconds: f64,
    records: u64,
    requests: u64,
}

fn main() -> ExitCode {
    let mut sizes = env::args().skip(1).map(|text| text.parse::<u32>().unwrap());
    let small = sizes.next().unwrap_or(5_000);
    let large = sizes.next().unwrap_or(50_000);
    say("tickets    peak KiB   usual KiB   seconds   CPU s   records   requests   records/s   CPU us/record");
    let [small, large] = [small, large].map(|tickets| {
        let seen = measured(tickets);
        let micros = seen.cpu_seconds * 1e6 / seen.records as f64;
        let per_second = seen.records as f64 / seen.seconds;
        say(&format!(
            "{tickets:<8} {:>10} {:>11} {:>9.1} {:>7.1} {:>9} {:>10} {per_second:>11.0} {micros:>15.0}",
            seen.peak_kib, seen.usual_kib, seen.seconds, seen.cpu_seconds, seen.records, seen.requests,
        ));
        seen
    });
    let ratio = |of: fn(&Seen) -> u64| of(&large) as f64 / of(&small) as f64;
    let (peak, usual) = (ratio(|seen| seen.peak_kib), ratio(|seen| seen.usual_kib));
    say(&format!("ratio of the peaks {peak:.2} (allowed {ALLOWED}), of the usual sizes {usual:.2}"));
    ExitCode::from(u8::from(peak > ALLOWED))
}

/// Moves an account of this size and watches the mover.
fn measured(tickets: u32) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bench.toml");
    let (mut simulator, endpoints) = simulator(tickets, &config);
    let seen = watched(&config, endpoints["admin_url"].as_str().unwrap());
    simulator.kill().unwrap();
    simulator.wait().unwrap();
    seen
}

fn simulator(tickets: u32, config: &Path) -> (Child, Value) {
    let mut child = Command::new(program())
        .args(["simulate", "--limit", LIMIT, "--window-ms", "1000", "--tickets", &tickets.to_string()])
        .arg("--write-config")
        .arg(config)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

fn watched(config: &Path, admin_url: &str) -> Seen {
    let mut child = Command::new(program())
        .args(["run", "--output", "json", "--quiet", "--config"])
        .arg(config)
        .args(["--set", "run.error_budget=1000000"])
        .args(["--set", "source.rate_cap_per_s=100000", "--set", "source.rate_start_per_s=100000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let began = uptime();
    let (mut sizes, mut peak_kib, mut ticks) = (Vec::new(), 0, 0);
    while child.try_wait().unwrap().is_none() {
        // Between the look above and this one the process may have ended; then nothing is there to be read.
        if let Some((peak, now)) = memory(&process) {
            peak_kib = peak_kib.max(peak);
            sizes.push(now);
        }
        ticks = cpu_ticks(&process).unwrap_or(ticks);
        thread::sleep(LOOK);
    }
    let seconds = uptime() - began;
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    let summary: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(summary["state"], "ready", "the run did not end well: {said}");
    let rows = summary["records"].as_object().unwrap().values();
    sizes.sort_unstable();
    Seen {
        peak_kib,
        usual_kib: sizes[sizes.len() / 2],
        seconds,
        cpu_seconds: ticks as f64 / 100.0,
        records: rows.map(|row| row["source"].as_u64().unwrap()).sum(),
        requests: requests(admin_url),
    }
}

/// The program under test, which stands beside this one.
fn program() -> PathBuf {
    env::current_exe().unwrap().with_file_name("flotilla-under-test")
}

/// Highest and present resident size, KiB.
fn memory(process: &Path) -> Option<(u64, u64)> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    Some((field("VmHWM:")?, field("VmRSS:")?))
}

/// Processor time of the process, in hundredths of a second.
fn cpu_ticks(process: &Path) -> Option<u64> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// Seconds since the machine started.
fn uptime() -> f64 {
    let text = fs::read_to_string("/proc/uptime").unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}

/// Requests the simulator's destination received.
fn requests(admin_url: &str) -> u64 {
    let host = admin_url.split('/').nth(2).unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /_sim/state HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let state: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    state["requests"]["gorgias"].as_u64().unwrap()
}

fn say(line: &str) {
    writeln!(stdout().lock(), "{line}").unwrap();
}
