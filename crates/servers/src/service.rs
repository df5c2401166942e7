//! A program of ours that serves until it is told to stop: started as a process of its own, waited for until it says
//! that it is ready, signalled by its pid. Ctrl-C at a terminal does not reach it; whoever started it stops it.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{Error, Result, process::last_words, system};

/// Longest wait for the line that says a service is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A service at work. It is killed when its handle goes.
#[derive(Debug)]
pub struct Service {
    name: String,
    child: Child,
    pid: u32,
    url: String,
    log: PathBuf,
    // Kept open, so that a service that says more is not ended by it.
    _said: Lines<BufReader<ChildStdout>>,
}

impl Service {
    /// Starts `command` and waits until it says in one line of JSON that it is `ready`, and its `url`. Its stderr goes to
    /// the end of the file `log`.
    ///
    /// # Errors
    /// [`Error::System`] when it cannot be started, [`Error::Ended`] when it ends or says nothing before it is ready.
    pub async fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let file =
            File::options().create(true).append(true).open(log).map_err(system("opening a service's log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file).kill_on_drop(true).process_group(0);
        let mut child = command.spawn().map_err(system(format!("starting {name}")))?;
        let failed = || Error::Ended { name: name.to_owned(), said: last_words(log) };
        let (Some(pid), Some(stdout)) = (child.id(), child.stdout.take()) else { return Err(failed()) };
        let mut said = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(PATIENCE, said.next_line()).await;
        let Ok(Ok(Some(line))) = line else { return Err(failed()) };
        let ready: serde_json::Value = serde_json::from_str(&line).map_err(|_| failed())?;
        let url = ready["url"].as_str().ok_or_else(failed)?.to_owned();
        Ok(Self { name: name.to_owned(), child, pid, url, log: log.to_owned(), _said: said })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it listens, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.trim_end_matches('/')
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// How it ended, if it has.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// [`Error::System`] when the system cannot say how it ended.
    pub async fn ended(&mut self) -> Result<ExitStatus> {
        self.child.wait().await.map_err(system("waiting for a service"))
    }

    /// Asks it to stop when what it has in hand is done (SIGTERM).
    pub fn ask_to_stop(&self) {
        self.signal(Signal::TERM);
    }

    /// Stops it where it stands (SIGSTOP): connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on (SIGCONT).
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub async fn kill(&mut self) {
        self.signal(Signal::KILL);
        let _ = self.child.wait().await;
    }

    /// Asks it to stop, waits for at most `patience`, and kills it then. Answers whether it ended by itself and well.
    pub async fn stop(&mut self, patience: Duration) -> bool {
        self.ask_to_stop();
        self.stopped(patience).await
    }

    /// The same for one that was asked already: a second signal would end it at once.
    pub async fn stopped(&mut self, patience: Duration) -> bool {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => status.is_ok_and(|status| status.success()),
            Err(_) => {
                self.kill().await;
                false
            }
        }
    }

    fn signal(&self, signal: Signal) {
        // The id is that of a child not waited for yet, or nobody's.
        if self.child.id().is_some()
            && let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
        {
            let _ = kill_process(pid, signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[tokio::test]
    async fn a_service_is_ready_when_it_says_so_and_stops_when_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"trap 'exit 0' TERM; echo '{"ready":"x","url":"http://127.0.0.1:7/"}'; while :; do sleep 0.01; done"#;
        let mut service = Service::start("x", shell(script), &folder.path().join("x.log")).await.unwrap();
        assert_eq!(service.url(), "http://127.0.0.1:7");
        assert!(service.has_ended().is_none());
        assert!(service.stop(PATIENCE).await);
        assert!(service.has_ended().is_some_and(|status| status.success()));
    }

    #[tokio::test]
    async fn a_service_that_ends_before_it_is_ready_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let failed =
            Service::start("x", shell("echo no config >&2; exit 2"), &folder.path().join("x.log")).await;
        let said = failed.unwrap_err().to_string();
        assert!(said.contains("x did not become ready: no config"), "{said}");
    }
}
