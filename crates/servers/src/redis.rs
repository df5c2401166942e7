//! A Redis of one's own: append-only file, `noeviction`, on loopback.

use std::{path::Path, path::PathBuf, time::Duration};

use rustix::process::Signal;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
};

use crate::{
    Error, Result,
    folder::Folder,
    port,
    process::{Process, last_words},
};

/// How often, and how far apart, a starting server is asked whether it is ready.
const LOOKS: u32 = 400;
const PAUSE: Duration = Duration::from_millis(25);

/// A Redis server that ends with its handle.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    folder: Folder,
    port: u16,
}

impl Redis {
    /// Starts one in a scratch folder.
    ///
    /// # Errors
    /// [`Error::Missing`] when Redis is not installed; [`Error::NotReady`] with its last words.
    pub async fn start() -> Result<Self> {
        Self::start_on(Folder::scratch()?, port::free()).await
    }

    /// Starts one in this folder, which is kept, so that the next start finds what this one stored.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub async fn start_in(folder: &Path) -> Result<Self> {
        Self::start_on(Folder::at(folder)?, port::free()).await
    }

    async fn start_on(folder: Folder, port: u16) -> Result<Self> {
        let process = launch(folder.path(), port)?;
        let mut redis = Self { process, folder, port };
        redis.ready().await?;
        Ok(redis)
    }

    /// Its address, such as `redis://127.0.0.1:6379/0`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Its process id, unless it has ended.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills it (SIGKILL), as a power cut would.
    pub async fn kill(&mut self) {
        self.process.end(Signal::KILL).await;
    }

    /// Starts it again on the same port, with what its append-only file holds.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub async fn restart(&mut self) -> Result<()> {
        self.process.end(Signal::KILL).await;
        self.process = launch(self.folder.path(), self.port)?;
        self.ready().await
    }

    /// Stops it where it stands (SIGSTOP): connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.process.signal(Signal::STOP);
    }

    /// Lets it go on (SIGCONT).
    pub fn thaw(&self) {
        self.process.signal(Signal::CONT);
    }

    /// Sends one command of plain words and answers what came back, as Redis wrote it.
    ///
    /// # Errors
    /// [`Error::System`] when it cannot be reached.
    pub async fn command(&self, words: &[&str]) -> Result<String> {
        ask(self.port, words).await.map_err(crate::system("asking Redis"))
    }

    /// Every write it has taken since its start, as its append-only file holds it: for tests that look for what must not
    /// be there.
    #[must_use]
    pub fn writes(&self) -> Vec<u8> {
        let files =
            std::fs::read_dir(self.folder.path().join("appendonlydir")).into_iter().flatten().flatten();
        files.filter_map(|file| std::fs::read(file.path()).ok()).flatten().collect()
    }

    /// Forgets everything (`FLUSHALL`).
    ///
    /// # Errors
    /// As [`Redis::command`].
    pub async fn flush(&self) -> Result<()> {
        self.command(&["FLUSHALL"]).await.map(|_| ())
    }

    async fn ready(&mut self) -> Result<()> {
        for _ in 0..LOOKS {
            if ask(self.port, &["PING"]).await.is_ok_and(|answer| answer.starts_with("+PONG")) {
                return Ok(());
            }
            if self.process.has_ended() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Error::NotReady { program: "redis-server", said: last_words(&log(self.folder.path())) })
    }
}

fn log(folder: &Path) -> PathBuf {
    folder.join("redis.log")
}

fn launch(folder: &Path, port: u16) -> Result<Process> {
    let mut command = Command::new("redis-server");
    command.current_dir(folder).arg("--port").arg(port.to_string());
    command.args(["--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]);
    command.args(["--maxmemory-policy", "noeviction", "--daemonize", "no", "--dir", "."]);
    Process::start(command, "redis-server", &log(folder))
}

async fn ask(port: u16, words: &[&str]) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut request = format!("*{}\r\n", words.len());
    for word in words {
        request += &format!("${}\r\n{word}\r\n", word.len());
    }
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        // A short answer comes whole; a longer one is read until nothing has come for a moment.
        match tokio::time::timeout(Duration::from_millis(200), stream.read(&mut piece)).await {
            Ok(Ok(0)) => break,
            Ok(Ok(read)) => {
                answer.extend_from_slice(&piece[..read]);
                if read < piece.len() && answer.ends_with(b"\r\n") {
                    break;
                }
            }
            Ok(Err(error)) => return Err(error),
            Err(_) if answer.is_empty() => return Err(std::io::ErrorKind::TimedOut.into()),
            Err(_) => break,
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
