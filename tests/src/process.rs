//! The program under test as a process of its own: started, signalled by its pid, waited for. A process that nobody
//! waited for is killed when its handle goes.

use std::{collections::BTreeMap, os::unix::process::ExitStatusExt, path::Path, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::process::{Child, Command};

/// How a process ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it said, where that was one JSON object.
    pub summary: Option<Value>,
    /// What it said, as it said it.
    pub stdout: String,
    /// Its log and last words.
    pub stderr: String,
}

impl Ended {
    /// Whether SIGKILL ended it.
    #[must_use]
    pub fn was_killed(&self) -> bool {
        self.signal == Some(Signal::KILL.as_raw())
    }

    /// The summary of a run that ended well.
    ///
    /// # Panics
    /// When it did not: with its last words.
    pub fn well(&self) -> &Value {
        assert_eq!(self.code, Some(0), "the run did not end well: {}", self.stderr);
        self.summary.as_ref().unwrap()
    }
}

/// A process at work.
#[derive(Debug)]
pub struct Running {
    child: Child,
    pid: Pid,
}

impl Running {
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        folder: &Path,
        variables: &BTreeMap<String, String>,
    ) -> Self {
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).unwrap();
        Self { child, pid }
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it has been waited for already.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// When the system cannot say how it ended.
    pub async fn ended(self) -> Ended {
        let output = self.child.wait_with_output().await.unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        Ended {
            code: output.status.code(),
            signal: output.status.signal(),
            summary: serde_json::from_str(&stdout).ok(),
            stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
