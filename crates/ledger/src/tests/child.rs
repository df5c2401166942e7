//! Child processes: this test binary started again at one of its ignored tests, which takes its orders from stdin and
//! says on stdout how far it has come.

#![cfg(target_os = "linux")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use super::stage::{HandClock, open};
use crate::{Ledger, PostgresLedger};

/// A child at work.
pub(super) struct Started {
    child: Child,
    out: BufReader<ChildStdout>,
}

/// Starts the ignored test `name` and gives it one line of orders.
pub(super) fn start(name: &str, orders: &str) -> Started {
    let mut child = Command::new("/proc/self/exe")
        .args(["--exact", name, "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(format!("{orders}\n").as_bytes()).unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    Started { child, out }
}

impl Started {
    /// The next thing it says; `None` once it has ended.
    pub(super) fn says(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.out.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some(said) = line.trim_end().strip_prefix("said ") {
                return Some(said.to_owned());
            }
        }
    }

    /// Kills it, and gives back what it said and nobody has heard yet.
    pub(super) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap();
        let whole = rest.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().filter_map(|line| line.strip_prefix("said ")).map(str::to_owned).collect()
    }

    /// Gives another line of orders.
    pub(super) fn order(&mut self, line: &str) {
        self.child.stdin.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Everything it says until it ends, by itself or by a signal.
    pub(super) fn says_until_it_ends(mut self) -> Vec<String> {
        let said = std::iter::from_fn(|| self.says()).collect();
        self.child.wait().unwrap();
        said
    }
}

/// In the child: the next line of orders; empty when nobody has started it.
pub(super) fn orders() -> String {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

/// In the child: one line in one write, past the test harness, which would keep it back.
pub(super) fn say(line: &str) {
    std::io::stdout().write_all(format!("said {line}\n").as_bytes()).unwrap();
}

/// In the child: the ledger at a place, an address of PostgreSQL or a path.
pub(super) async fn ledger_at(place: &str) -> Arc<dyn Ledger> {
    if place.starts_with("postgres") {
        return Arc::new(PostgresLedger::connect(place).await.unwrap());
    }
    Arc::new(open(Path::new(place), &HandClock::new()).await)
}
