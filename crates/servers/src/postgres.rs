//! A PostgreSQL of one's own: durable commits, on loopback, one database named `flotilla`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Signal, geteuid};
use tokio::process::Command;

use crate::{
    Error, Result,
    folder::Folder,
    port,
    process::{Process, last_words, missing},
    system,
};

/// How often, and how far apart, a starting server is asked whether it is ready.
const LOOKS: u32 = 1_200;
const PAUSE: Duration = Duration::from_millis(25);

/// The user the package makes, and the server's superuser.
const USER: &str = "postgres";

/// A PostgreSQL server that ends with its handle.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    folder: Folder,
    programs: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts one in a scratch folder.
    ///
    /// # Errors
    /// [`Error::Missing`] when PostgreSQL is not installed; [`Error::NotReady`] with its last words.
    pub async fn start() -> Result<Self> {
        Self::start_on(Folder::scratch()?, port::free()).await
    }

    /// Starts one in this folder, which is kept, so that the next start finds what this one stored.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub async fn start_in(folder: &Path) -> Result<Self> {
        Self::start_on(Folder::at(folder)?, port::free()).await
    }

    async fn start_on(folder: Folder, port: u16) -> Result<Self> {
        let programs = programs()?;
        let data = folder.path().join("data");
        if is_root() {
            folder.give_to(USER)?;
        }
        if !data.join("PG_VERSION").exists() {
            let mut initdb = as_user(&programs.join("initdb"));
            initdb.arg("-D").arg(&data).args([
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]);
            let made = initdb.current_dir(folder.path()).output().await.map_err(system("starting initdb"))?;
            if !made.status.success() {
                let said = String::from_utf8_lossy(&made.stderr).trim().to_owned();
                return Err(Error::NotReady { program: "initdb", said });
            }
        }
        let process = launch(&programs, folder.path(), port)?;
        let mut postgres = Self { process, folder, programs, port };
        postgres.ready().await?;
        postgres.create_database("flotilla").await?;
        Ok(postgres)
    }

    /// Address of the database `flotilla`, such as `postgres://postgres@127.0.0.1:5432/flotilla`.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("flotilla")
    }

    /// Address of a database of this server.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
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

    /// Makes a database, unless it is there.
    ///
    /// # Errors
    /// [`Error::System`] when the server cannot be asked.
    pub async fn create_database(&self, name: &str) -> Result<()> {
        let there =
            self.sql("postgres", &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")).await?;
        if there.trim().is_empty() {
            self.sql("postgres", &format!("CREATE DATABASE \"{name}\"")).await?;
        }
        Ok(())
    }

    /// Removes a database with whoever is connected to it.
    ///
    /// # Errors
    /// [`Error::System`] when the server cannot be asked.
    pub async fn drop_database(&self, name: &str) -> Result<()> {
        self.sql("postgres", &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")).await.map(|_| ())
    }

    /// Runs statements in a database through `psql` and answers the rows, fields separated by `|`.
    ///
    /// # Errors
    /// [`Error::NotReady`] with what the server said.
    pub async fn sql(&self, database: &str, statements: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", USER, "-p"]);
        psql.arg(self.port.to_string()).args(["-d", database, "-c", statements]);
        let said = psql.output().await.map_err(system("starting psql"))?;
        if said.status.success() {
            return Ok(String::from_utf8_lossy(&said.stdout).into_owned());
        }
        Err(Error::NotReady {
            program: "psql",
            said: String::from_utf8_lossy(&said.stderr).trim().to_owned(),
        })
    }

    /// Everything a database holds, as plain text: for tests that look for what must not be there.
    ///
    /// # Errors
    /// As [`Postgres::sql`].
    pub async fn dump(&self, database: &str) -> Result<String> {
        let mut dump = Command::new(self.programs.join("pg_dump"));
        dump.args(["-h", "127.0.0.1", "-U", USER, "-p"]).arg(self.port.to_string()).arg(database);
        let said = dump.output().await.map_err(system("starting pg_dump"))?;
        Ok(String::from_utf8_lossy(&said.stdout).into_owned())
    }

    /// Stops it at once and starts it again on the same port (`SIGQUIT`: no shutdown in order, recovery at the start).
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await;
        self.process = launch(&self.programs, self.folder.path(), self.port)?;
        self.ready().await
    }

    /// Stops it at once.
    pub async fn stop(&mut self) {
        self.process.end(Signal::QUIT).await;
    }

    async fn ready(&mut self) -> Result<()> {
        for _ in 0..LOOKS {
            if self.sql("postgres", "SELECT 1").await.is_ok() {
                return Ok(());
            }
            if self.process.has_ended() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Error::NotReady { program: "postgres", said: last_words(&log(self.folder.path())) })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Its children end with it on this signal; a mere SIGKILL would leave them to find out by themselves.
        self.process.signal(Signal::QUIT);
    }
}

fn is_root() -> bool {
    geteuid().is_root()
}

/// A command that runs as a user PostgreSQL works for.
fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, "--clear-groups", "--"]).arg(program);
    command
}

fn log(folder: &Path) -> PathBuf {
    folder.join("postgres.log")
}

fn launch(programs: &Path, folder: &Path, port: u16) -> Result<Process> {
    let mut command = as_user(&programs.join("postgres"));
    command.current_dir(folder).arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string());
    command.args(["-h", "127.0.0.1", "-k", "", "-c", "max_connections=200", "-c", "fsync=on"]);
    Process::start(command, "postgres", &log(folder))
}

/// Where PostgreSQL's programs are: the newest version Debian's packages put beside each other, or the path.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    if let Some(newest) = newest {
        return Ok(newest.join("bin"));
    }
    for folder in ["/usr/local/bin", "/usr/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin"] {
        if Path::new(folder).join("initdb").exists() {
            return Ok(folder.into());
        }
    }
    Err(missing("postgres"))
}
