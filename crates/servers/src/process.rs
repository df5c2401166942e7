//! A server as a process of its own: started, signalled by its pid, killed when its handle goes.

use std::{fs::File, path::Path, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::{Error, Result, system};

/// A server at work. It is killed when its handle goes.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts `command` with its words going to the file `log`.
    pub(crate) fn start(mut command: Command, program: &'static str, log: &Path) -> Result<Self> {
        let log =
            File::options().create(true).append(true).open(log).map_err(system("opening a server's log"))?;
        let twin = log.try_clone().map_err(system("opening a server's log"))?;
        // A group of its own: Ctrl-C at a terminal is for whoever started the server, who then stops it.
        command.stdin(Stdio::null()).stdout(log).stderr(twin).kill_on_drop(true).process_group(0);
        let child = command.spawn();
        child.map(|child| Self { child }).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => missing(program),
            _ => Error::System { what: format!("starting {program}"), source },
        })
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id, unless it has ended.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) {
            // Gone already is as good.
            let _ = kill_process(pid, signal);
        }
    }

    /// Sends a signal and waits until the process has ended.
    pub(crate) async fn end(&mut self, signal: Signal) {
        self.signal(signal);
        let _ = self.child.wait().await;
    }
}

/// The error for a program that is not there.
pub(crate) fn missing(program: &'static str) -> Error {
    let remedy = match program {
        "redis-server" => "install Redis 7 (Debian: apt-get install redis-server)",
        _ => "install PostgreSQL 15 or newer (Debian: apt-get install postgresql)",
    };
    Error::Missing { program, remedy }
}

/// The last lines of a server's log.
pub(crate) fn last_words(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join(" | ")
}
