//! The judge of the contract: Prism in front of the stand-in, as a process of its own on loopback, and what it said of
//! every request. It is installed from the lock file beside it; nothing of it ships.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout},
    task::JoinHandle,
};

/// What was wrong with a request or its answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation {
    /// Method and path as the contract writes it, such as `POST /api/tickets`.
    pub(super) endpoint: String,
    /// Place within the request (or, behind `answer`, within the answer); places in lists as `*`.
    pub(super) field: String,
    /// Prism's words, without the values of the request.
    pub(super) message: String,
}

/// What Prism said of one exchange.
#[derive(Debug)]
pub(super) struct Judged {
    /// Method and path as the contract writes it.
    pub(super) endpoint: String,
    /// What was wrong with the request.
    pub(super) request: Vec<Violation>,
    /// What was wrong with the stand-in's answer.
    pub(super) response: Vec<Violation>,
}

/// Prism at work.
pub(super) struct Judge {
    child: Child,
    port: u64,
    said: JoinHandle<Vec<Judged>>,
}

impl Judge {
    /// Starts Prism on the published contract in front of `upstream`.
    pub(super) async fn before(upstream: &str) -> Self {
        install();
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/gorgias.openapi.json");
        let mut child = tokio::process::Command::new("node")
            .arg(folder().join("proxy.cjs"))
            .arg(contract)
            .arg(upstream)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
        let port = first["listening"].as_u64().unwrap();
        Self { child, port, said: tokio::spawn(listen(lines)) }
    }

    /// Its address.
    pub(super) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Stops it and answers what it said, in order.
    pub(super) async fn verdicts(mut self) -> Vec<Judged> {
        self.child.kill().await.unwrap();
        self.said.await.unwrap()
    }
}

async fn listen(mut lines: Lines<BufReader<ChildStdout>>) -> Vec<Judged> {
    let mut said = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["failed"], Value::Null, "an exchange could not be judged: {line}");
        let text = |field: &str| line[field].as_str().unwrap();
        let endpoint = format!("{} {}", text("method"), text("path"));
        let request = violations(&endpoint, None, &line["request"]);
        let response = violations(&endpoint, Some("answer"), &line["response"]);
        said.push(Judged { endpoint, request, response });
    }
    said
}

fn violations(endpoint: &str, side: Option<&str>, found: &Value) -> Vec<Violation> {
    let place = |part: &Value| match part.as_str() {
        Some(text) if !text.chars().all(|c| c.is_ascii_digit()) => text.to_owned(),
        _ => "*".to_owned(),
    };
    let field = |one: &Value| {
        let parts = one["path"].as_array().into_iter().flatten().map(place);
        side.map(str::to_owned).into_iter().chain(parts).collect::<Vec<_>>().join(".")
    };
    let found = found.as_array().unwrap().iter();
    found
        .map(|one| Violation {
            endpoint: endpoint.to_owned(),
            field: field(one),
            message: one["message"].as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("prism")
}

/// Installs exactly what the lock file names, once, where it is not installed yet.
fn install() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        for program in ["node", "npm"] {
            let there = Command::new(program).arg("--version").stdout(Stdio::null()).status();
            assert!(
                there.is_ok_and(|status| status.success()),
                "{program} is missing: install it (Debian: apt-get install nodejs npm), then run the tests again"
            );
        }
        let wanted = fs::read(folder().join("package-lock.json")).unwrap();
        let stamp = folder().join("node_modules/.installed-from");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return;
        }
        let flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional"];
        let done: io::Result<_> = Command::new("npm").args(flags).current_dir(folder()).output();
        let done = done.unwrap();
        assert!(
            done.status.success(),
            "npm could not install the contract check in {} (it needs its registry once): {}",
            folder().display(),
            String::from_utf8_lossy(&done.stderr)
        );
        fs::write(stamp, wanted).unwrap();
    });
}
