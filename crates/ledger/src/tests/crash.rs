//! SIGKILL at any instant: a child process writes and says what was answered; it is killed; what it was told stands.

#![cfg(target_os = "linux")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use protocol::{EntryState, Lease, MigrationId, ObjectKind, Outcome, Pass, TargetId};

use super::stage::{TTL_MS, begun, file_in, open, pages, print, ticket};
use crate::{Commit, Ledger, Verdict, tests::stage::HandClock};

/// Tasks of the child, so that calls share transactions.
const TASKS: i64 = 4;

/// The child: writes until it is killed, a line on stdout for each answer. Its file's path comes on stdin;
/// without one nobody has started it and it ends.
#[tokio::test]
#[ignore = "started by the test below, ends only when killed"]
async fn a_child_that_writes_until_killed() {
    let mut path = String::new();
    std::io::stdin().read_line(&mut path).unwrap();
    if path.is_empty() {
        return;
    }
    let ledger: Arc<dyn Ledger> = Arc::new(open(Path::new(path.trim_end()), &HandClock::new()).await);
    ledger.expire_leases_of_the_dead().await.unwrap();
    let id = MigrationId::new("acme").unwrap();
    let batch = ledger.ready(&id, Pass(1), 1).await.unwrap()[0].id;
    let lease = ledger.claim(batch, "child", TTL_MS).await.unwrap().unwrap();
    let tasks = (0..TASKS).map(|task| write_on(Arc::clone(&ledger), lease.clone(), task));
    futures::future::join_all(tasks).await;
}

async fn write_on(ledger: Arc<dyn Ledger>, lease: Lease, task: i64) {
    for number in (task..).step_by(4) {
        let verdict = ledger.intend(&lease, &ticket(number), print("a")).await.unwrap();
        say(&format!("intended {number}"));
        if verdict != Verdict::Settled {
            let commit = Commit::landed(ticket(number), Outcome::Created, TargetId(number));
            ledger.commit(&lease, &commit).await.unwrap();
            say(&format!("committed {number}"));
        }
    }
}

/// One line in one write, past the test harness, which would keep it back.
fn say(line: &str) {
    std::io::stdout().write_all(format!("said {line}\n").as_bytes()).unwrap();
}

/// Starts the child, kills it after so many answers, and gives back all it said.
fn killed_after(path: &Path, answers: usize) -> Vec<String> {
    let mut child = Command::new("/proc/self/exe")
        .args(["--exact", "tests::crash::a_child_that_writes_until_killed", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", path.display()).as_bytes()).unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = Vec::new();
    while said.len() < answers {
        let mut line = String::new();
        assert!(out.read_line(&mut line).unwrap() > 0, "the child ended by itself");
        said.extend(line.trim_end().strip_prefix("said ").map(str::to_owned));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let whole = rest.rsplit_once('\n').map_or("", |(whole, _)| whole);
    said.extend(whole.lines().filter_map(|line| line.strip_prefix("said ")).map(str::to_owned));
    said
}

#[tokio::test]
async fn what_was_answered_survives_sigkill_at_any_instant() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), HandClock::new());
    let path = file_in(&folder);
    let ledger = open(&path, &clock).await;
    let id = begun(&ledger).await;
    ledger.add_batches(&id, Pass(1), &[pages(1, 1)]).await.unwrap();
    ledger.close().await;
    let mut said = Vec::new();
    for answers in [1, 2, 3, 50, 177, 400, 401, 403] {
        said.extend(killed_after(&path, answers));
        let ledger = open(&path, &clock).await;
        for line in &said {
            let (what, number) = line.split_once(' ').unwrap();
            let key = ticket(number.parse().unwrap());
            let entry = ledger.entry(&id, &key).await.unwrap().unwrap();
            let settled = entry.state == EntryState::Settled { outcome: Outcome::Created };
            assert!(settled || what == "intended", "{line}, but it is {:?}", entry.state);
        }
        let tally = ledger.tallies(&id, Pass(1)).await.unwrap()[&ObjectKind::Ticket];
        let open = ledger.unaccounted(&id, Pass(1), ObjectKind::Ticket, 10_000).await.unwrap();
        assert_eq!(tally.difference(), i64::try_from(open.len()).unwrap(), "counts and entries agree");
        assert!(i64::try_from(open.len()).unwrap() <= TASKS);
        assert!(ledger.audit_holds(&id).await.unwrap());
        ledger.close().await;
    }
}
