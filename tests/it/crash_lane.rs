//! A lane for crash cases, in either home: one stack after another on the same two addresses, each compared at its end
//! with an undisturbed run there. The addresses stand in the comments' HTML and so in what is written; that is why a lane keeps
//! them. Lanes stand beside each other and take cases from one list.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Arc, Mutex},
};

use protocol::{ObjectKind, StepPoint};
use serde_json::{Value, json};
use tests::{Books, Ended, Home, StackOptions};

use crate::PROGRAM;

/// How large the account of a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// Every kind that has batches of its own.
    Small,
    /// Uploads and a thread of 700 messages too, which take their time.
    Whole,
    /// The same behind a rate that leaves time for something to happen half way.
    Slow,
}

impl Account {
    /// The least account that holds a kind.
    pub(crate) fn with(kind: ObjectKind) -> Self {
        if kind.is_nested() { Self::Whole } else { Self::Small }
    }

    fn options(self) -> StackOptions {
        let options = match self {
            Self::Small => StackOptions::tickets(16),
            // Documents are met in the small one.
            Self::Whole => StackOptions::tickets(36).set("documents.write", false),
            Self::Slow => {
                StackOptions::tickets(60).rate(20, 1_000).processes(2, 3).set("source.page_size", 10)
            }
        };
        options.short_leases()
    }
}

/// Pairs of contacts with one e-mail address: whoever is written first gets it, and the other adopts that record.
const TWINS: [[&str; 2]; 2] = [["contact:50007", "contact:50008"], ["contact:50009", "contact:50018"]];

/// How a lane's runs work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hands {
    /// One record after the other: even the ids the destination gives are the same each time, and so are fingerprints.
    One,
    /// Several batches, and several records of each, at the same time: what depends on who came first is left out.
    Many,
}

/// Lanes of one test. More would only wait for each other.
const LANES: usize = 2;

/// One stack after another, and what each must come to.
pub(crate) struct Lane<H> {
    stack: Option<H>,
    snapshot: Value,
    books: Books,
    hands: Hands,
}

impl<H: Home> Lane<H> {
    /// Runs undisturbed and keeps what came of it.
    async fn open(account: Account, hands: Hands) -> Self {
        let at_once = if hands == Hands::One { 1 } else { 4 };
        let options = account.options().set("run.workers", at_once).set("run.abreast", at_once);
        let stack = H::start(PROGRAM, options).await;
        stack.run().await.well();
        let (books, snapshot) = (books(&stack, hands).await, snapshot(&stack, hands));
        Self { stack: Some(stack.anew().await), snapshot, books, hands }
    }

    /// The stack of the present case.
    pub(crate) fn stack(&self) -> &H {
        self.stack.as_ref().unwrap()
    }

    /// Compares the end with the undisturbed one, and begins anew. What differs is answered in words.
    pub(crate) async fn close(&mut self, ended: &Ended) -> Vec<String> {
        let stack = self.stack.take().unwrap();
        let mut found = Vec::new();
        if ended.code != Some(0) {
            found.push(format!("the last run ended with {:?}: {}", ended.code, last_lines(&ended.stderr)));
        }
        let state = stack.admin_get("state").await;
        for (what, wanted) in [("duplicates_total", 0), ("emails_sent", 0), ("private_notes_public", 0)] {
            if state[what] != json!(wanted) {
                found.push(format!("{what}: {} ({})", state[what], state["duplicates"]));
            }
        }
        let snapshot = snapshot(&stack, self.hands);
        if snapshot != self.snapshot {
            let pair = json!({ "one": self.snapshot, "other": snapshot });
            let differences = stack.admin_post("snapshot/differences", &pair).await;
            found.push(format!("the destination differs: {}", differences["differences"]));
        }
        found.extend(self.books.differences(&books(&stack, self.hands).await));
        self.stack = Some(stack.anew().await);
        found
    }
}

async fn books<H: Home>(stack: &H, hands: Hands) -> Books {
    let books = stack.books().await;
    if hands == Hands::One {
        return books;
    }
    let mut books = books.without_fingerprints();
    books.lines.retain(|key, _| !TWINS.as_flattened().contains(&key.replace(' ', ":").as_str()));
    books
}

/// The destination's state, without the ids it gave that our own data repeats.
fn snapshot<H: Home>(stack: &H, hands: Hands) -> Value {
    let mut snapshot = stack.snapshot(true);
    forget(&mut snapshot, "gorgias_id");
    if hands == Hands::One {
        return snapshot;
    }
    let text = TWINS.iter().fold(snapshot.to_string(), |text, [one, other]| text.replace(other, one));
    let mut snapshot: Value = serde_json::from_str(&text).unwrap();
    for [one, _] in TWINS {
        snapshot["customers"].as_object_mut().unwrap().remove(&format!("atera:{one}"));
    }
    snapshot
}

fn forget(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(name);
            fields.values_mut().for_each(|inner| forget(inner, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| forget(inner, name)),
        _ => {}
    }
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}

/// How often each point of the corridor is passed in an undisturbed run, for the kinds an account is there for.
pub(crate) async fn passages<H: Home>(account: Account) -> Vec<((ObjectKind, StepPoint), u64)> {
    let stack = H::start(PROGRAM, account.options()).await;
    let (ended, counts) = stack.run_counting().await;
    ended.well();
    counts.into_iter().filter(|((kind, _), _)| Account::with(*kind) == account).collect()
}

/// Takes every case through a lane, and answers each case's troubles in words.
pub(crate) async fn through_lanes<H, C, F, R>(
    (account, hands): (Account, Hands),
    cases: Vec<C>,
    each: F,
) -> Vec<String>
where
    H: Home,
    C: Send + 'static,
    F: Fn(Lane<H>, C) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = (Lane<H>, Vec<String>)> + Send,
{
    let cases = Arc::new(Mutex::new(VecDeque::from(cases)));
    let lanes = (0..LANES).map(|_| {
        let (cases, each) = (Arc::clone(&cases), each.clone());
        tokio::spawn(async move {
            let (mut lane, mut found) = (Lane::<H>::open(account, hands).await, Vec::new());
            loop {
                let case = cases.lock().unwrap().pop_front();
                let Some(case) = case else { return found };
                let troubles;
                (lane, troubles) = each(lane, case).await;
                found.extend(troubles);
            }
        })
    });
    let mut found = Vec::new();
    for lane in lanes.collect::<Vec<_>>() {
        found.extend(lane.await.unwrap());
    }
    found
}
