//! What lies on the disk and in the log when a run is over holds ids, hashes and codes: no address, no token, no subject,
//! no word of a comment. Only the deliverables may hold values, because that is what they are for.

use std::{collections::BTreeSet, fs, path::Path};

use futures::{StreamExt as _, stream};
use protocol::{ObjectKind, StepPoint};
use serde_json::Value;
use tests::{Stack, StackOptions, StandIn};

use crate::PROGRAM;

/// Every kind of trap.
pub(crate) const TICKETS: u32 = 60;

/// Letters a needle needs, so that it cannot stand somewhere by chance.
const LONG_ENOUGH: usize = 12;

/// Everything a stranger must not read, by what it is.
#[derive(Default)]
pub(crate) struct Secrets(BTreeSet<(&'static str, String)>);

impl Secrets {
    pub(crate) fn add(&mut self, what: &'static str, text: &str) {
        let text = text.trim();
        if text.chars().count() >= LONG_ENOUGH {
            self.0.insert((what, text.to_owned()));
        }
    }

    /// Reads the whole account at the source, as a stranger with its token would, and the credentials.
    pub(crate) async fn of(stack: &StandIn) -> Self {
        let mut secrets = Self::default();
        let (source, destination) = (&stack.endpoints().atera, &stack.endpoints().gorgias);
        secrets.add("token", &source.token);
        secrets.add("API key", &destination.api_key);
        secrets.add("client secret", &destination.client_secret);
        secrets.add("refresh token", &destination.refresh_token);
        secrets.add("e-mail", &destination.email);
        let bearer = format!("Bearer {}", source.token);
        let look = async |path: String| stack.admin.look(&format!("{}/{path}", source.url), &bearer).await;
        for listing in ["contacts", "customers", "tickets", "agents"] {
            let mut page = 1;
            loop {
                let answer = look(format!("{listing}?page={page}&itemsInPage=50")).await;
                secrets.take(&answer);
                if answer["totalPages"].as_u64().unwrap() <= page {
                    break;
                }
                page += 1;
            }
        }
        let thread = |ticket: u32| look(format!("tickets/{ticket}/comments?page=1&itemsInPage=50"));
        let threads: Vec<Value> = stream::iter(1..=TICKETS).map(thread).buffered(4).collect().await;
        threads.iter().for_each(|thread| secrets.take(thread));
        assert!(secrets.0.len() > 200, "only {} needles", secrets.0.len());
        for what in ["e-mail", "subject", "text", "name", "phone"] {
            assert!(secrets.0.iter().any(|(one, _)| *one == what), "no {what} to look for");
        }
        secrets
    }

    /// Takes every telling field of an answer, however deep.
    fn take(&mut self, answer: &Value) {
        match answer {
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Value::String(text) = value {
                        self.take_field(name, text);
                    }
                    self.take(value);
                }
            }
            _ => {}
        }
    }

    fn take_field(&mut self, name: &str, text: &str) {
        let name = name.to_lowercase();
        match name.as_str() {
            _ if name.contains("email") => self.add("e-mail", text),
            _ if name.contains("phone") => self.add("phone", text),
            "tickettitle" => self.add("subject", text),
            "comment" | "commenthtml" | "firstcomment" => {
                for line in text.split(['<', '>', '\n', '\r']) {
                    self.add("text", line);
                }
            }
            _ if name.contains("name") => self.add("name", text),
            _ => {}
        }
    }

    /// What of it stands in these bytes, at most ten, told without quoting more than its first letters.
    pub(crate) fn found_in(&self, place: &str, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let mut found: Vec<String> = self
            .0
            .iter()
            .filter(|(_, needle)| text.contains(&needle.to_lowercase()))
            .map(|(what, needle)| format!("{place}: {what} {needle:?}"))
            .collect();
        if text.contains("[internal:") {
            found.push(format!("{place}: the mark of an internal comment"));
        }
        found.truncate(10);
        found
    }
}

/// Every file of a folder, and of those in it.
pub(crate) fn files_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_address_or_token_is_in_ledger_or_log() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(TICKETS)).await;
    let secrets = Secrets::of(&stack).await;
    let loud = ["-vv", "run", "--output", "json"];

    // Killed in the middle, so that the write-ahead log and the pulse are still there to be looked into.
    let crash =
        tests::CrashPoint { kind: ObjectKind::Ticket, point: StepPoint::Committed, nth: 30 }.to_string();
    let killed = stack.spawn_with(&loud, &[(tests::CRASH_VARIABLE, crash.as_str())]).ended().await;
    assert!(killed.was_killed(), "{}", killed.stderr);
    let state = stack.ledger_file().parent().unwrap().to_owned();
    let mut found = secrets.found_in("log until the kill", killed.stderr.as_bytes());
    let at_the_kill = files_in(&state);
    for suffix in ["ledger.db", "ledger.db-wal", "ledger.pulse"] {
        assert!(at_the_kill.iter().any(|file| file.ends_with(suffix)), "no {suffix} in {at_the_kill:?}");
    }
    for file in at_the_kill {
        found.extend(secrets.found_in(&file.display().to_string(), &fs::read(&file).unwrap()));
    }

    let ended = stack.spawn_with(&loud, &[]).ended().await;
    ended.well();
    assert!(ended.stderr.contains("DEBUG") && ended.stderr.contains("TRACE"), "the log is not loud");
    found.extend(secrets.found_in("log", ended.stderr.as_bytes()));
    found.extend(secrets.found_in("summary", ended.stdout.as_bytes()));
    for file in files_in(&state) {
        found.extend(secrets.found_in(&file.display().to_string(), &fs::read(&file).unwrap()));
    }
    for command in [["status", "--output"], ["report", "--output"], ["failures", "--output"]] {
        let said = stack.command(&[command[0], command[1], "json"]).await;
        found.extend(secrets.found_in(command[0], format!("{}{}", said.stdout, said.stderr).as_bytes()));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_itself_finds_what_it_looks_for() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(TICKETS)).await;
    let secrets = Secrets::of(&stack).await;
    // The destination is where all of it belongs.
    let picture = stack.run().await;
    picture.well();
    let everything = stack.snapshot(false).to_string();
    let found = secrets.found_in("destination", everything.as_bytes());
    assert_eq!(found.len(), 10, "{found:?}");
}
