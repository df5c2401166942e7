//! One PostgreSQL for all tests of this binary, a database for each; and a clock moved by hand there too: in a test's
//! database `clock_timestamp()` is a function that reads the test's clock from a file.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use servers::Postgres;
use tokio::sync::OnceCell;

/// The server, and who ends it when this process has ended, however it ended.
struct Shared {
    server: Postgres,
    folder: PathBuf,
    _keeper: Child,
}

static SHARED: OnceCell<Shared> = OnceCell::const_new();

async fn start() -> Shared {
    let folder = tempfile::Builder::new().prefix("flotilla-").tempdir().unwrap().keep();
    let server = Postgres::start_in(&folder).await.unwrap();
    let end = r#"read -r never; kill -QUIT "$(head -n1 "$1/data/postmaster.pid")"; rm -rf "$1""#;
    let mut keeper = Command::new("sh");
    keeper.args(["-c", end, "keeper"]).arg(&folder).stdin(Stdio::piped()).stdout(Stdio::null());
    let keeper = keeper.stderr(Stdio::null()).spawn().unwrap();
    Shared { server, folder, _keeper: keeper }
}

/// A database of its own: its address, and the file its clock reads.
pub(super) async fn database() -> (String, PathBuf) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let shared = SHARED.get_or_init(start).await;
    let name = format!("story_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let clock = shared.folder.join(&name);
    set(&clock, 0);
    shared.server.create_database(&name).await.unwrap();
    hand_clock(&shared.server, &name, &clock).await;
    (shared.server.url_of(&name), clock)
}

/// Gives a database the clock in a file.
async fn hand_clock(server: &Postgres, database: &str, clock: &Path) {
    let clock = clock.display();
    let statements = format!(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
         $$ SELECT to_timestamp(pg_read_file('{clock}')::double precision / 1000) $$;
         ALTER DATABASE {database} SET search_path = public, pg_catalog"
    );
    server.sql(database, &statements).await.unwrap();
}

/// Sets the clock in a file.
pub(super) fn set(clock: &Path, ms: i64) {
    let next = clock.with_extension("next");
    std::fs::write(&next, ms.to_string()).unwrap();
    std::fs::rename(next, clock).unwrap();
}

/// Meddles with a database, as nobody should.
pub(super) async fn meddle(url: &str, statements: &str) {
    let shared = SHARED.get_or_init(start).await;
    let name = url.rsplit_once('/').unwrap().1;
    shared.server.sql(name, statements).await.unwrap();
}
